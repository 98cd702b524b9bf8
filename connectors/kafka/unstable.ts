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
      const all = await Promise.all([...byLeader(cluster, topics)].map(one => unstableOf(cluster, ...one)));
      return [...topics.keys()]
        .map(topic => ({ topic, partitions: partitionsIn(all.flat(), topic) }))
        .filter(({ partitions }) => partitions.length > 0);
    },
    () => cluster.refreshMetadata(),
  );

const unstableOf = async (cluster: Cluster, nodeId: string, asked: readonly TopicPartitions[]) => {
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
        partitions.map(({ partition, offset }) => [`${topic}/${partition}`, offset]),
      ),
    );
  };
  // In this order: what comes between them looks undecided, and not the other way round.
  const stable = await ends(1);
  const written = await ends(0);
  return asked.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.filter(
      partition => stable.get(`${topic}/${partition}`) !== written.get(`${topic}/${partition}`),
    ),
  }));
};

/** By their numbers, whoever leads them. */
const partitionsIn = (all: readonly TopicPartitions[], topic: string): number[] =>
  all
    .filter(one => one.topic === topic)
    .flatMap(({ partitions }) => partitions)
    .sort((a, b) => a - b);

const latest = -1;

const byLeader = (cluster: Cluster, topics: ReadonlyMap<string, number>): Map<string, TopicPartitions[]> => {
  const byLeader = new Map<string, TopicPartitions[]>();
  for (const [topic, count] of topics) {
    const led = cluster.findLeaderForPartitions(topic, [...Array(count).keys()]);
    for (const [nodeId, partitions] of Object.entries(led)) {
      const ofLeader = byLeader.get(nodeId) ?? [];
      byLeader.set(nodeId, ofLeader);
      ofLeader.push({ topic, partitions });
    }
  }
  return byLeader;
};
