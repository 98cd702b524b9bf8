/** Topics of a measurement. */
import type { Admin } from 'kafkajs';
import { leaderMoved, retrying } from '../connectors/kafka/retry';

export interface TopicPlan {
  readonly topic: string;
  readonly configs?: Readonly<Record<string, string>>;
}

/** Made, and led. */
export const createTopics = async (admin: Admin, plans: readonly TopicPlan[], partitions: number): Promise<void> => {
  await admin.createTopics({
    waitForLeaders: true,
    topics: plans.map(({ topic, configs = {} }) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: 1,
      configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
    })),
  });
  // A broker may know that it leads a new partition, and not be ready to: asked so, it is waited for.
  for (const { topic } of plans) await retrying(leaderMoved, () => admin.fetchTopicOffsets(topic));
};
