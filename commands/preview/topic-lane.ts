/** A lane over a whole topic, from somewhere to its end as it was at the start, or to so many records. Commits nothing. */
import { defer, EMPTY, filter, from, type Observable } from 'rxjs';
import { fetchFrom } from '../../connectors/kafka/fetch';
import { type Edge, edgeOffset } from '../../connectors/kafka/offsets';
import type { Cluster } from '../../connectors/kafka/wire';
import type { Batch, SourceRecord } from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';

const fetchSettings = { waitMaxMs: 500, bytesMax: 262_144, committedOnly: true } as const;

/** `offset`: of every partition that has it. */
export type From = Edge | { readonly offset: number };

/** Partitions are read one after the other; their records come in their order. */
export const topicLane = async (cluster: Cluster, topic: string, begin: From, limit: number): Promise<Lane> => {
  await cluster.addMultipleTargetTopics([topic]);
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
  const parts = await Promise.all(partitions.sort((a, b) => a - b).map(id => part(cluster, topic, id, begin)));
  let left = limit;

  const next = async (): Promise<Batch<SourceRecord> | undefined> => {
    while (left > 0) {
      const current = parts.find(({ offset, end }) => offset < end);
      if (!current) return undefined;
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [current.partition]));
      const broker = await cluster.findBroker({ nodeId: nodeId ?? '' });
      const [fetched] = await fetchFrom(broker, [{ topic, ...current }], fetchSettings);
      // Nothing although the end is not reached: records of a transaction that is still open.
      if (!fetched || fetched.nextOffset === current.offset) current.offset = current.end;
      else current.offset = fetched.nextOffset;
      const records = (fetched?.records ?? []).filter(({ offsetNumber }) => offsetNumber < current.end).slice(0, left);
      left -= records.length;
      const outcomes = records.map(record => ({ source: record, value: record }));
      if (outcomes.length > 0) return { lane: 0, outcomes, position: nowhere, skipped: 0 };
    }
    return undefined;
  };
  return {
    id: 0,
    start: nowhere,
    pull: (): Observable<Batch<SourceRecord>> =>
      left <= 0 ? EMPTY : defer(() => from(next())).pipe(filter(batch => batch !== undefined)),
  };
};

const nowhere = { offsets: new Map<string, bigint>(), failuresInARow: 0 };

const part = async (cluster: Cluster, topic: string, partition: number, begin: From) => {
  const first = Number(await edgeOffset(cluster, topic, partition, 'earliest'));
  const end = Number(await edgeOffset(cluster, topic, partition, 'end'));
  const asked = typeof begin === 'object' ? begin.offset : Number(await edgeOffset(cluster, topic, partition, begin));
  return { partition, offset: Math.max(first, asked), end };
};
