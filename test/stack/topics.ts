/** Topics for integration tests, with names of their own. */
import { Kafka, logLevel } from 'kafkajs';
import { brokers, unique } from './address';

/** Makes a topic named after `name` and returns its full name. Topics go with the stack. */
export const createTopic = async (
  name: string,
  partitions = 1,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const topic = unique(name);
  const admin = new Kafka({ brokers: [...brokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, configEntries }],
      waitForLeaders: true,
    });
  } finally {
    await admin.disconnect();
  }
  return topic;
};
