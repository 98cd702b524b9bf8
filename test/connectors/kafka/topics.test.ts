import type { Admin } from 'kafkajs';
import {
  createTopics,
  type ExistingTopic,
  partitionsOf,
  type TopicsPlan,
  topicFindings,
} from '../../../connectors/kafka/topics';

const plan: TopicsPlan = {
  topics: [
    { name: 'orders', role: 'source', retentionMs: null },
    { name: 'refunds', role: 'source', retentionMs: null },
    { name: 'inbox', role: 'inbox', retentionMs: 1_000 },
    { name: 'events', role: 'output', retentionMs: 1_000 },
    { name: 'state', role: 'changelog', retentionMs: null },
  ],
  partitions: 4,
  replicationFactor: 1,
  recordBytesMax: 1_000_000,
};

const topic = (
  name: string,
  but: Partial<ExistingTopic> & { configs?: ReadonlyMap<string, string> } = {},
): ExistingTopic => ({
  name,
  partitions: 6,
  replicationFactor: 1,
  configs: new Map([
    ['cleanup.policy', 'delete'],
    ['retention.ms', '1000'],
    ['max.message.bytes', '1048588'],
  ]),
  ...but,
});
const good = [
  ...['orders', 'refunds', 'inbox', 'events'].map(name => topic(name)),
  topic('state', { configs: new Map([['cleanup.policy', 'compact']]) }),
];
const withTopic = (name: string, but: Partial<ExistingTopic>) =>
  good.map(one => (one.name === name ? topic(name, but) : one));
const config = (name: string, value: string) => ({ configs: new Map([[name, value]]) });

test('topics as they should be', () => {
  expect(topicFindings(plan, good)).toEqual([]);
  expect(topicFindings(plan, withTopic('events', { partitions: 1 }))).toEqual([]);
  expect(topicFindings(plan, withTopic('events', config('retention.ms', '-1')))).toEqual([]);
});

test('what is created follows the sources that are there, else the settings', () => {
  expect(partitionsOf(plan, [topic('refunds'), topic('events', { partitions: 9 })])).toBe(6);
  expect(partitionsOf(plan, [])).toBe(4);
});

test.each<[string, readonly ExistingTopic[], string, RegExp]>([
  ['missing', good.slice(1), 'orders', /is not there/],
  [
    'fewer partitions',
    withTopic('refunds', { partitions: 3 }),
    'refunds',
    /has 3 partitions where other sources have 6/,
  ],
  ['other inbox', withTopic('inbox', { partitions: 12 }), 'inbox', /has 12 partitions/],
  ['compacted source', withTopic('orders', config('cleanup.policy', 'compact,delete')), 'orders', /is compacted/],
  [
    'short retention',
    withTopic('events', config('retention.ms', '999')),
    'events',
    /keeps records for 999 ms, less than the 1000 ms/,
  ],
  [
    'small records',
    withTopic('inbox', config('max.message.bytes', '1000')),
    'inbox',
    /takes record batches of 1000 bytes/,
  ],
  [
    'a changelog that deletes',
    withTopic('state', config('cleanup.policy', 'compact,delete')),
    'state',
    /not compacted/,
  ],
  [
    'tombstones that go soon',
    withTopic('state', {
      configs: new Map([
        ['cleanup.policy', 'compact'],
        ['delete.retention.ms', '86399999'],
      ]),
    }),
    'state',
    /keeps tombstones for 86399999 ms/,
  ],
  [
    'writes of one copy',
    withTopic('events', { replicationFactor: 3, configs: new Map([['min.insync.replicas', '1']]) }),
    'events',
    /min\.insync\.replicas=1\): with that broker they are lost/,
  ],
  ['few copies', withTopic('events', { replicationFactor: 0 }), 'events', /has 0 copies, fewer than/],
])('one finding: %s', (_, existing, name, problem) => {
  const findings = topicFindings(plan, existing);
  expect(findings).toEqual([{ topic: name, problem: expect.stringMatching(problem), fix: expect.stringMatching(/./) }]);
});

test('topics are created once they are known: brokers hear of them one by one', async () => {
  const names = plan.topics.map(({ name }) => name);
  const unknown = Object.assign(new Error(), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
  /** What brokers answer one after the other: the topics they have heard of; of the last but one no partitions yet. */
  const heard = [names.slice(1), names, names];
  const described: (Error | undefined)[] = [undefined, unknown, undefined];
  const admin = {
    createTopics: async () => true,
    listTopics: async () => heard.shift(),
    fetchTopicMetadata: async ({ topics }: { topics: string[] }) => {
      const error = described.shift();
      if (error) throw error;
      return { topics: topics.map(name => ({ name, partitions: [{ replicas: [1] }] })) };
    },
    describeConfigs: async () => ({ resources: [] }),
  };
  expect(await createTopics(admin as unknown as Admin, plan, [])).toEqual(names);
  expect([heard, described]).toEqual([[], []]);
});
