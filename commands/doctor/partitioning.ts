/** Samples of the source topics: the last records of each partition, and the orders they are about. */
import { lastValueFrom, of } from 'rxjs';
import type { TopicRights } from '../../connectors/kafka/rights/ask';
import { lastRecords } from '../../connectors/kafka/tail';
import type { Cluster } from '../../connectors/kafka/wire';
import { pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import { type FactsSettings, factsOf } from '../../pipeline/pipeline';
import { type Check, unchecked } from './check';
import { partitioningCheck, type Sampled } from './sample';

export interface SamplingSettings {
  readonly sources: readonly string[];
  /** A run refuses records that are out of place. */
  readonly refused: boolean;
  /** Of each partition. */
  readonly recordsMax: number;
  /** Absent: the mappings cannot be used, so nobody knows what records mean. */
  readonly facts: FactsSettings | undefined;
}

export const partitioningChecks = async (
  cluster: Cluster,
  { sources, refused, recordsMax, facts }: SamplingSettings,
  rights: ReadonlyMap<string, TopicRights>,
): Promise<readonly Check[]> => {
  const checks: Check[] = [];
  for (const topic of sources) {
    const granted = rights.get(topic);
    const why = unreadable(granted, recordsMax);
    if (why !== undefined) {
      checks.push(unchecked(`partitioning of ${topic}`, why));
      continue;
    }
    await cluster.addMultipleTargetTopics([topic]);
    const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    const records: SourceRecord[] = [];
    for (const partition of partitions) records.push(...(await lastRecords(cluster, topic, partition, recordsMax)));
    const { sampled, unread } = await withOrderIds(records, facts);
    checks.push(
      partitioningCheck(
        {
          topic,
          partitions: partitions.length,
          records: sampled,
          ...(unread !== undefined && { orderIdsUnread: unread }),
        },
        refused,
      ),
    );
  }
  return checks;
};

const unreadable = (granted: TopicRights | undefined, recordsMax: number): string | undefined => {
  if (recordsMax === 0) return 'as asked (--sample 0)';
  if (granted === 'missing') return 'it is not there';
  if (typeof granted === 'object' && granted.operations.has('Read')) return undefined;
  return 'our user may not read it';
};

const withOrderIds = async (
  records: readonly SourceRecord[],
  settings: FactsSettings | undefined,
): Promise<{ sampled: Sampled[]; unread?: string }> => {
  const none = () => records.map(record => ({ record, orderId: undefined }));
  if (!settings) return { sampled: none(), unread: 'the mappings cannot be used' };
  try {
    const facts = await lastValueFrom(of(pulled(0, records, startPosition(new Map()))).pipe(factsOf(settings)));
    const byRecord = new Map(
      facts.outcomes.map(one => [one.source, one instanceof Failure ? one.orderId : one.value.orderId]),
    );
    return { sampled: records.map(record => ({ record, orderId: byRecord.get(record) })) };
  } catch (error) {
    return { sampled: none(), unread: (error as Error).message };
  }
};
