/** Partitions with a transaction, of anybody, that is not decided there: a `read_committed` reader waits at it. */
import { leaderMoved, retrying } from './retry';
import type { Cluster } from './wire';

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: number[];
}

/** @param topics Each with its number of partitions. */
export const unstablePartitions = (cluster: Cluster, topics: ReadonlyMap<string, number>): Promise<TopicPartitions[]> =>
  retrying(
    leaderMoved,
    async () => {
      const ofBrokers = await Promise.all([...byLeader(cluster, topics)].map(one => unstableOf(cluster, ...one)));
      const unstable = new Set(ofBrokers.flat());
      return [...topics]
        .map(([topic, count]) => ({
          topic,
          partitions: numbers(count).filter(one => unstable.has(nameOf(topic, one))),
        }))
        .filter(({ partitions }) => partitions.length > 0);
    },
    () => cluster.refreshMetadata(),
  );

/** By name. */
const unstableOf = async (cluster: Cluster, nodeId: string, asked: readonly TopicPartitions[]): Promise<string[]> => {
  const broker = await cluster.findBroker({ nodeId });
  const ends = async (isolationLevel: 0 | 1) => {
    const { responses } = await broker.listOffsets({
      replicaId: -1,
      isolationLevel,
      topics: asked.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(partition => ({ partition, timestamp: latest })),
      })),
    });
    return new Map(
      responses.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [nameOf(topic, partition), offset] as const),
      ),
    );
  };
  // In this order: what comes between them looks undecided, and not the other way round.
  const stable = await ends(1);
  const written = await ends(0);
  return [...stable.keys()].filter(name => stable.get(name) !== written.get(name));
};

const nameOf = (topic: string, partition: number) => `${topic}/${partition}`;
const numbers = (count: number) => [...Array(count).keys()];
const latest = -1;

const byLeader = (cluster: Cluster, topics: ReadonlyMap<string, number>): Map<string, TopicPartitions[]> => {
  const byLeader = new Map<string, TopicPartitions[]>();
  for (const [topic, count] of topics) {
    const led = cluster.findLeaderForPartitions(topic, numbers(count));
    for (const [nodeId, partitions] of Object.entries(led)) {
      const ofLeader = byLeader.get(nodeId) ?? [];
      byLeader.set(nodeId, ofLeader);
      ofLeader.push({ topic, partitions });
    }
  }
  return byLeader;
};
