/** How far a group is behind, per partition: committed, last stable and high-water offsets as the brokers tell them. */
import { committedOffsets, edgeOffset } from './offsets';
import type { Cluster } from './wire';

export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** Next offset the group will read; null when it has committed none (it then begins where its settings say). */
  readonly committed: bigint | null;
  /** What a `read_committed` reader can reach now. */
  readonly lastStable: bigint;
  /** End of the log, open transactions included. */
  readonly end: bigint;
  /** Records (and markers) between committed, or the earliest there is, and last stable. */
  readonly behind: bigint;
}

/** Asks once; the partitions come in the order of topics and numbers. */
export const groupLag = async (cluster: Cluster, group: string, topics: readonly string[]): Promise<PartitionLag[]> => {
  await cluster.addMultipleTargetTopics([...topics]);
  const partitions = new Set(
    topics.flatMap(topic => cluster.findTopicPartitionMetadata(topic).map(p => p.partitionId)),
  );
  const lags = await Promise.all([...partitions].map(partition => partitionLag(cluster, group, topics, partition)));
  return lags.flat().sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition);
};

const partitionLag = async (
  cluster: Cluster,
  group: string,
  topics: readonly string[],
  partition: number,
): Promise<PartitionLag[]> => {
  const holding = topics.filter(topic =>
    cluster.findTopicPartitionMetadata(topic).some(p => p.partitionId === partition),
  );
  const offsets = await committedOffsets(cluster, group, holding, partition);
  return Promise.all(
    holding.map(async topic => {
      const [lastStable, end] = await Promise.all([
        edgeOffset(cluster, topic, partition, 'end'),
        edgeOffset(cluster, topic, partition, 'highWatermark'),
      ]);
      const offset = offsets.get(topic)?.offset ?? -1n;
      const committed = offset < 0n ? null : offset;
      const from = committed ?? (await edgeOffset(cluster, topic, partition, 'earliest'));
      const behind = lastStable > from ? lastStable - from : 0n;
      return { topic, partition, committed, lastStable, end, behind };
    }),
  );
};
