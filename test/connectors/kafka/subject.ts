/** Kafka's lanes as a subject of the contract suite, and small tools for tests against the broker. */
import type { Kafka } from 'kafkajs';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';
import type { OutputEncoding } from '../../../connectors/kafka/encoding';
import { limiter } from '../../../connectors/kafka/limiter';
import { type OpenLaneSettings, openLane } from '../../../connectors/kafka/open';
import { produceTo } from '../../../connectors/kafka/produce';
import { RecordBatchWriter } from '../../../connectors/kafka/records/encode';
import type { KafkaConnection } from '../../../connectors/kafka/settings';
import type { LaneOptions, LaneSubject } from '../../contract/lanes';
import { brokers, unique } from '../../stack/address';
import { readCommitted } from '../../stack/java';

export const connection = (addresses: readonly string[] = brokers()): KafkaConnection => ({
  brokers: addresses,
  clientId: 'test',
  connectionTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
});

export const connect = (settings: KafkaConnection = connection()): Kafka => connectKafka(settings, () => () => {});

/** Order ids and codes as text: enough to see what is written where. */
export const textEncoding = (): OutputEncoding => ({
  event: event => Buffer.from(event.order_id),
  failure: ({ code, source }, digest) => Buffer.from(`${code}@${source.offset}${digest ? ' digest' : ''}`),
  eventHeaders: () => [],
  failureHeaders: () => [],
});

export const createTopics = async (
  kafka: Kafka,
  topics: Record<string, number>,
  configs: Record<string, string> = {},
) => {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: Object.entries(topics).map(([topic, numPartitions]) => ({
      topic,
      numPartitions,
      configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
    })),
  });
  await admin.disconnect();
};

/** One record batch a record, so that each has its own timestamp: slow, and plain. */
export const produce = async (kafka: Kafka, records: Parameters<LaneSubject['produce']>[0]) => {
  const cluster = await openCluster(kafka);
  await cluster.addMultipleTargetTopics([...new Set(records.map(({ topic }) => topic))]);
  const writer = new RecordBatchWriter();
  for (const { topic, partition, timestamp, key, value, headers } of records) {
    writer.append(key, value, headers, timestamp);
    const bytes = writer.finish({
      producerId: -1n,
      producerEpoch: -1,
      baseSequence: -1,
      transactional: false,
      codec: 'none',
    });
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    await produceTo(await cluster.findBroker({ nodeId: nodeId! }), null, [{ topic, partition, bytes }], 10_000);
  }
  await cluster.disconnect();
};

export const laneSettings = (
  group: string,
  topics: { events: string; failures: string },
  options: LaneOptions & { sources: readonly string[] },
): OpenLaneSettings => ({
  lane: {
    group,
    sources: options.sources,
    inbox: `${group}.inbox`,
    startFrom: options.startFrom ?? 'earliest',
    acceptReset: false,
    fetchBytesMax: 1_048_576,
    fetchWaitMaxMs: 100,
    batchRecordsMax: options.batchRecordsMax ?? 1_000,
    transactionTimeoutMs: 30_000,
    recordBytesMax: 1_000_000,
    compression: 'none',
  },
  topics,
  partitions: { sources: 2, events: 1, failures: 1 },
});

export const kafkaSubject = async (kafka: Kafka): Promise<LaneSubject> => {
  const group = unique('group');
  const inbox = `${group}.inbox`;
  const sources = [unique('first'), unique('second')] as const;
  const topics = { events: unique('events'), failures: unique('failures') };
  await createTopics(kafka, {
    [sources[0]]: 2,
    [sources[1]]: 2,
    [inbox]: 2,
    [topics.events]: 1,
    [topics.failures]: 1,
  });
  return {
    inbox,
    sources,
    produce: records => produce(kafka, records),
    open: (lane, options = {}) =>
      openLane(
        { kafka, encoding: textEncoding, limiter: limiter(1_000) },
        laneSettings(group, topics, { ...options, sources: options.sources ?? [sources[0], inbox] }),
        lane,
      ),
    // Java has the word on what is committed.
    async visible() {
      const [events, failures] = await Promise.all([readCommitted(topics.events), readCommitted(topics.failures)]);
      const values = (records: typeof events) => records.map(({ value }) => String(value));
      return { events: values(events), failures: values(failures) };
    },
  };
};
