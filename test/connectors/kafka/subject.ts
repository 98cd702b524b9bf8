/** Kafka's lanes as a subject of the contract suite, and small tools for tests against the broker. */
import type { Kafka } from 'kafkajs';
import { connectKafka, openCluster } from '../../../connectors/kafka/client';
import type { OutputEncoding } from '../../../connectors/kafka/encoding';
import { limiter } from '../../../connectors/kafka/limiter';
import { edgeOffset } from '../../../connectors/kafka/offsets';
import { type OpenLanePorts, type OpenLaneSettings, openLane } from '../../../connectors/kafka/open';
import { produceTo } from '../../../connectors/kafka/produce';
import { RecordBatchWriter } from '../../../connectors/kafka/records/encode';
import type { KafkaConnection } from '../../../connectors/kafka/settings';
import { leaderOf } from '../../../connectors/kafka/wire';
import { memoryRegistry } from '../../../connectors/registry/memory';
import { stateCodec } from '../../../connectors/state/codec';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { StateStore } from '../../../connectors/state/store';
import { completeSchema } from '../../../schemas/schemas';
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
  summary: ({ window_start, currency, lane }) => Buffer.from(`${window_start} ${currency} ${lane}`),
  eventHeaders: () => [],
  failureHeaders: () => [],
});

/** A record of the first source topic, its key for a value. */
export const keyed = ({ sources }: Pick<LaneSubject, 'sources'>, key: string) => ({
  topic: sources[0],
  partition: 0,
  timestamp: 1_767_225_600_000,
  key: Buffer.from(key),
  value: Buffer.from(key),
  headers: [],
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
  await hosted(kafka, topics);
};

/** Brokers answer for a new topic a moment after it was created. */
const hosted = async (kafka: Kafka, topics: Record<string, number>) => {
  const cluster = await openCluster(kafka);
  await cluster.addMultipleTargetTopics(Object.keys(topics));
  for (const [topic, partitions] of Object.entries(topics))
    for (let partition = 0; partition < partitions; partition++) await edgeOffset(cluster, topic, partition, 'end');
  await cluster.disconnect();
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
    await produceTo(await leaderOf(cluster, topic, partition), null, [{ topic, partition, bytes }], 10_000);
  }
  await cluster.disconnect();
};

export const laneSettings = (
  group: string,
  topics: { events: string; failures: string; summaries?: string; state?: string },
  options: LaneOptions & { sources: readonly string[] },
): OpenLaneSettings => ({
  lane: {
    group,
    sources: options.sources,
    inbox: `${group}.inbox`,
    startFrom: options.startFrom ?? 'earliest',
    acceptReset: options.acceptReset ?? false,
    restorePosition: options.restorePosition ?? false,
    fetchBytesMax: 1_048_576,
    fetchWaitMaxMs: 100,
    batchRecordsMax: options.batchRecordsMax ?? 1_000,
    idleTimeoutMs: 50,
    transactionTimeoutMs: 30_000,
    recordBytesMax: 1_000_000,
    compression: 'none',
  },
  topics: { summaries: 'none', state: 'none', ...topics },
  partitions: { sources: 2, events: 1, failures: 1, summaries: 1 },
  state: { retentionMs: 1_000_000, settings: options.shape ?? 'shape' },
});

export interface Watched {
  readonly restoring?: NonNullable<OpenLanePorts['restoring']>;
  /** Of the lane that is opened next. */
  readonly signal?: () => AbortSignal | undefined;
  /** Who sets the scene and judges it, where that is not the one who is tested. */
  readonly scenery?: Scenery;
}

export interface SubjectNames {
  readonly group: string;
  readonly inbox: string;
  readonly sources: readonly [string, string];
  readonly topics: {
    readonly events: string;
    readonly failures: string;
    readonly summaries: string;
    readonly state: string;
  };
}

export interface Scenery {
  readonly admin: Kafka;
  /** Where Java reads. */
  readonly brokers: readonly string[];
  /** Called with what was made. */
  ready(names: SubjectNames): Promise<void>;
}

/** @param kafka Whose lanes they are. */
export const kafkaSubject = async (
  kafka: Kafka,
  storeOf: (lane: number) => Promise<StateStore> = async () => memoryStore(),
  { restoring = () => {}, signal, scenery }: Watched = {},
): Promise<LaneSubject & SubjectNames> => {
  const { admin, brokers: judged, ready } = scenery ?? { admin: kafka, brokers: brokers(), ready: async () => {} };
  const group = unique('group');
  const inbox = `${group}.inbox`;
  const sources = [unique('first'), unique('second')] as const;
  const topics = {
    events: unique('events'),
    failures: unique('failures'),
    summaries: unique('summaries'),
    state: `${group}.state`,
  };
  const registry = memoryRegistry();
  const ids = {
    'odp.state.OrderState': await registry.register('state', completeSchema('odp.state.OrderState')),
    'odp.state.LanePosition': await registry.register('position', completeSchema('odp.state.LanePosition')),
  };
  const state = async (lane: number) => ({ store: await storeOf(lane), codec: stateCodec(registry, ids) });
  await createTopics(admin, {
    [sources[0]]: 2,
    [sources[1]]: 2,
    [inbox]: 2,
    [topics.events]: 1,
    [topics.failures]: 1,
    [topics.summaries]: 1,
    [topics.state]: 2,
  });
  await ready({ group, inbox, sources, topics });
  return {
    group,
    inbox,
    sources,
    topics,
    produce: records => produce(admin, records),
    open: (lane, options = {}) =>
      openLane(
        { kafka, encoding: textEncoding, limiter: limiter(1_000), state, restoring },
        laneSettings(group, topics, { ...options, sources: options.sources ?? [sources[0], inbox] }),
        lane,
        signal?.(),
      ),
    // Java has the word on what is committed.
    async visible() {
      const [events, failures, summaries] = await Promise.all([
        readCommitted(topics.events, { brokers: judged }),
        readCommitted(topics.failures, { brokers: judged }),
        readCommitted(topics.summaries, { brokers: judged }),
      ]);
      const values = (records: typeof events) => records.map(({ value }) => String(value));
      return { events: values(events), failures: values(failures), summaries: values(summaries) };
    },
  };
};
