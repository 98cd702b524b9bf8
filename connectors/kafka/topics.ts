/** The topics we read and write: what they should be like, what they are, and how each difference is repaired. */
import { type Admin, ConfigResourceTypes } from 'kafkajs';
import { PreflightError } from './preflight';
import { leaderMoved, retrying } from './retry';
import { errorType } from './wire';

export interface TopicPlan {
  readonly name: string;
  /** A changelog is compacted, and has a partition for each lane. */
  readonly role: 'source' | 'inbox' | 'output' | 'changelog';
  /** Null: how long is up to its owner. */
  readonly retentionMs: number | null;
}

export interface TopicsPlan {
  readonly topics: readonly TopicPlan[];
  /** Of source topics that are created while no other exists; everything else follows the sources. */
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Largest record batch we write. */
  readonly recordBytesMax: number;
}

export interface ExistingTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Those of `configNames`. */
  readonly configs: ReadonlyMap<string, string>;
}

export interface TopicFinding {
  readonly topic: string;
  /** "Cannot …" */
  readonly problem: string;
  readonly fix: string;
}

const configNames = [
  'cleanup.policy',
  'retention.ms',
  'delete.retention.ms',
  'max.message.bytes',
  'min.insync.replicas',
  'message.timestamp.type',
];

/** Kafka's default. A store on disk that stands less than half of it back is led on, and must find the tombstones since. */
export const tombstonesKeptMs = 24 * 3_600_000;

/** Where there are so many copies, one may be missing and every write is still on two. */
const copiesMany = 3;
const inSyncMin = 2;

/** Those of the names that exist, in their order. */
export const readTopics = async (admin: Admin, names: readonly string[]): Promise<ExistingTopic[]> => {
  const there = new Set(await admin.listTopics());
  const wanted = names.filter(name => there.has(name));
  if (wanted.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: wanted.map(name => ({ type: ConfigResourceTypes.TOPIC, name, configNames })),
  });
  return wanted.map(name => {
    const partitions = topics.find(topic => topic.name === name)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    return {
      name,
      partitions: partitions.length,
      replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      configs: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
  });
};

/** As `readTopics`, of topics that are all known to exist: brokers hear of a new one one by one, and we ask any of them. */
export const readCreated = (admin: Admin, names: readonly string[]): Promise<ExistingTopic[]> =>
  retrying(leaderMoved, async () => {
    const existing = await readTopics(admin, names);
    const unheard = names.filter(name => !existing.some(topic => topic.name === name));
    if (unheard.length === 0) return existing;
    const error = new Error(`Cannot read ${unheard.join(', ')} as the broker that was asked has not heard of them`);
    throw Object.assign(error, { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  });

/** As many as the sources have, so that every lane has its share of every topic. */
export const partitionsOf = (plan: TopicsPlan, existing: readonly ExistingTopic[]): number => {
  const sources = new Set(plan.topics.filter(({ role }) => role === 'source').map(({ name }) => name));
  const counts = existing.filter(({ name }) => sources.has(name)).map(({ partitions }) => partitions);
  return counts.length > 0 ? Math.max(...counts) : plan.partitions;
};

/** Creates what is missing, and waits until it is known. @returns The names of the created. @throws PreflightError where our user may not. */
export const createTopics = async (
  admin: Admin,
  plan: TopicsPlan,
  existing: readonly ExistingTopic[],
): Promise<string[]> => {
  const there = new Set(existing.map(({ name }) => name));
  const missing = plan.topics.filter(({ name }) => !there.has(name));
  if (missing.length === 0) return [];
  const numPartitions = partitionsOf(plan, existing);
  try {
    await admin.createTopics({
      waitForLeaders: false, // kafkajs fails where the broker that it asks has not heard of them
      topics: missing.map(({ name, role, retentionMs }) => ({
        topic: name,
        numPartitions,
        replicationFactor: plan.replicationFactor,
        configEntries: [
          { name: 'cleanup.policy', value: role === 'changelog' ? 'compact' : 'delete' },
          ...(role === 'changelog' ? [{ name: 'delete.retention.ms', value: String(tombstonesKeptMs) }] : []),
          ...(role !== 'source' && plan.replicationFactor >= copiesMany
            ? [{ name: 'min.insync.replicas', value: String(inSyncMin) }]
            : []),
          ...(retentionMs === null ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
        ],
      })),
    });
  } catch (error) {
    throw notCreated(error);
  }
  const names = missing.map(({ name }) => name);
  await readCreated(admin, names);
  return names;
};

/** kafkajs has an error a topic, in one that says nothing. */
const notCreated = (error: unknown): unknown => {
  const { errors = [] } = error as { errors?: readonly { topic?: string }[] };
  const refused = errors.filter(one => errorType(one) === 'TOPIC_AUTHORIZATION_FAILED').map(({ topic }) => topic);
  if (refused.length === 0) return error;
  return new PreflightError(
    `Cannot create ${refused.join(', ')} as our user may not`,
    'grant it Create on them or on the cluster (docs/security.md), or let them be created by somebody else',
    { cause: error },
  );
};

/** Every difference that would hurt, in the order of the plan. */
export const topicFindings = (plan: TopicsPlan, existing: readonly ExistingTopic[]): TopicFinding[] => {
  const byName = new Map(existing.map(topic => [topic.name, topic]));
  const partitions = partitionsOf(plan, existing);
  return plan.topics.flatMap(wish => {
    const topic = byName.get(wish.name);
    return topic ? differences(wish, topic, plan, partitions) : [missing(wish.name)];
  });
};

const missing = (topic: string): TopicFinding => ({
  topic,
  problem: 'is not there',
  fix: 'create it with `odp-orders topics create`, or name another in the settings (topics.…)',
});

const differences = (wish: TopicPlan, topic: ExistingTopic, plan: TopicsPlan, partitions: number): TopicFinding[] => {
  const found: TopicFinding[] = [];
  const { name } = topic;
  const add = (problem: string, fix: string) => found.push({ topic: name, problem, fix });
  const alter = (config: string) =>
    `kafka-configs.sh --alter --entity-type topics --entity-name ${name} --add-config ${config}`;

  if (wish.role !== 'output' && topic.partitions !== partitions)
    add(
      `has ${topic.partitions} partitions where other sources have ${partitions}: the facts of one order would fall into different lanes`,
      wish.role === 'inbox' || wish.role === 'changelog'
        ? `kafka-topics.sh --alter --topic ${name} --partitions ${partitions}, or drop it when it is empty and create it anew`
        : 'give all source topics the same number of partitions (re-key the smaller ones into a new topic)',
    );

  const policy = topic.configs.get('cleanup.policy') ?? '';
  if (wish.role === 'changelog' && policy !== 'compact')
    add(
      `is not compacted (cleanup.policy=${policy}): what is remembered of orders would be deleted by its age`,
      alter('cleanup.policy=compact'),
    );
  if (wish.role !== 'changelog' && policy.split(',').includes('compact'))
    add(
      `is compacted (cleanup.policy=${policy}): of several records of one order only the last would stay`,
      alter('cleanup.policy=delete'),
    );

  const tombstones = Number(topic.configs.get('delete.retention.ms') ?? tombstonesKeptMs);
  if (wish.role === 'changelog' && tombstones < tombstonesKeptMs)
    add(
      `keeps tombstones for ${tombstones} ms: orders that were removed could come back with a store that was away for some hours`,
      alter(`delete.retention.ms=${tombstonesKeptMs}`),
    );

  const inSync = Number(topic.configs.get('min.insync.replicas') ?? inSyncMin);
  if (wish.role !== 'source' && topic.replicationFactor >= copiesMany && inSync < inSyncMin)
    add(
      `takes writes of which there is one copy (min.insync.replicas=${inSync}): with that broker they are lost`,
      alter(`min.insync.replicas=${inSyncMin}`),
    );

  const retention = Number(topic.configs.get('retention.ms') ?? -1);
  if (wish.retentionMs !== null && retention >= 0 && retention < wish.retentionMs)
    add(
      `keeps records for ${retention} ms, less than the ${wish.retentionMs} ms of the settings`,
      `${alter(`retention.ms=${wish.retentionMs}`)}, or lower the setting`,
    );

  const bytes = Number(topic.configs.get('max.message.bytes') ?? Number.POSITIVE_INFINITY);
  if (wish.role !== 'source' && bytes < plan.recordBytesMax)
    add(
      `takes record batches of ${bytes} bytes, less than kafka.record_bytes_max, which is ${plan.recordBytesMax}`,
      `${alter(`max.message.bytes=${plan.recordBytesMax}`)}, or lower the setting`,
    );

  if (wish.role !== 'source' && topic.replicationFactor < plan.replicationFactor)
    add(
      `has ${topic.replicationFactor} copies, fewer than topics.replication_factor, which is ${plan.replicationFactor}`,
      'add replicas with kafka-reassign-partitions.sh, or lower the setting',
    );
  return found;
};
