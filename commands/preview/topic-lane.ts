/** Lanes over a whole topic, one a partition, from somewhere to its end as it was at the start, or to so many records in all. */
import { defer, EMPTY, from, type Observable } from 'rxjs';
import { fetchFrom } from '../../connectors/kafka/fetch';
import { type Edge, edgeOffset } from '../../connectors/kafka/offsets';
import type { Cluster } from '../../connectors/kafka/wire';
import { AT_THE_END, type Batch, pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';

const fetchSettings = { waitMaxMs: 500, bytesMax: 262_144, committedOnly: true } as const;

/** `offset`: of every partition that has it. */
export type From = Edge | { readonly offset: number };

/** In the order of partitions; to be read one after the other. Commits nothing. */
export const topicLanes = async (
  cluster: Cluster,
  topic: string,
  begin: From,
  limit: number,
): Promise<readonly Lane[]> => {
  await cluster.addMultipleTargetTopics([topic]);
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
  const allowance = { left: limit };
  return Promise.all(
    partitions.sort((a, b) => a - b).map(partition => topicLane(cluster, topic, partition, begin, allowance)),
  );
};

const topicLane = async (
  cluster: Cluster,
  topic: string,
  partition: number,
  begin: From,
  allowance: { left: number },
): Promise<Lane> => {
  const first = Number(await edgeOffset(cluster, topic, partition, 'earliest'));
  const end = Number(await edgeOffset(cluster, topic, partition, 'end'));
  const asked = typeof begin === 'object' ? begin.offset : Number(await edgeOffset(cluster, topic, partition, begin));
  const start = startPosition(new Map([[topic, BigInt(Math.max(first, asked))]]));
  let offset = Math.max(first, asked);
  let ended = false;
  const next = async (): Promise<Batch<SourceRecord>> => {
    while (offset < end && allowance.left > 0) {
      const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
      const broker = await cluster.findBroker({ nodeId: nodeId ?? '' });
      const [fetched] = await fetchFrom(broker, [{ topic, partition, offset }], fetchSettings);
      // Nothing although the end is not reached: records of a transaction that is still open.
      offset = fetched && fetched.nextOffset > offset ? fetched.nextOffset : end;
      const records = (fetched?.records ?? []).filter(({ offsetNumber }) => offsetNumber < end);
      const taken = records.slice(0, allowance.left);
      allowance.left -= taken.length;
      if (taken.length > 0) return pulled(partition, taken, start);
    }
    ended = true;
    return pulled(partition, [], start, AT_THE_END);
  };
  return {
    id: partition,
    start,
    pull: (): Observable<Batch<SourceRecord>> => (ended ? EMPTY : defer(() => from(next()))),
  };
};
