/**
 * `replay` over two order topics, beside a group that has read them: the same range gives the same bytes, whatever is fetched in
 * one go, and the group is left alone. The word on what was written is Java's.
 */
import { openCluster } from '../../connectors/kafka/client';
import { edgeOffset } from '../../connectors/kafka/offsets';
import { produceTo } from '../../connectors/kafka/produce';
import { RecordBatchWriter } from '../../connectors/kafka/records/encode';
import { leaderOf } from '../../connectors/kafka/wire';
import { httpRegistry } from '../../connectors/registry/http';
import { Samples } from '../../dev/demo/samples';
import { type SampleSchemas, sampleSchemas } from '../../dev/demo/schemas';
import { partitionOf } from '../../pipeline/order/murmur2';
import { connect } from '../connectors/kafka/subject';
import { brokers, registryUrl, unique } from '../stack/address';
import { groupOffsets, readCommitted } from '../stack/java';
import { call, killAll, start } from './run/program';
import { until } from './run/scene';

const name = unique('replay');
const sources = [`${name}.orders`, `${name}.refunds`] as const;
const partitions = 3;
const count = 4_000;
/** Fixed, as samples are: the whole test is the same each time. Four records in a row have one time, two of each topic. */
const begin = Date.parse('2026-01-05T10:00:00Z');
const everyMs = 160;
const millisOf = (number: number) => begin + Math.floor(number / 4) * everyMs;
const timeOf = (number: number) => new Date(millisOf(number)).toISOString();

const settings = {
  'kafka.brokers': '',
  'registry.url': '',
  'kafka.group': name,
  'topics.sources': sources.join(','),
  'topics.partitions': String(partitions),
  'topics.events': `${name}.events`,
  'topics.failures': `${name}.failures`,
  'topics.summaries': `${name}.summaries`,
  'kafka.batch_records_max': '300',
  // So few that windows close early, which depends on the order of the records.
  'window.held_facts_max': '40',
  'log.format': 'json',
};
const given = (more: Record<string, string> = {}) => ({
  ...settings,
  'kafka.brokers': brokers().join(','),
  'registry.url': registryUrl(),
  ...more,
});

/** Of the report, what a second replay must say as well. */
const replayed = async (args: readonly string[], more?: Record<string, string>) => {
  const { code, stdout, stderr } = await call(['replay', '--json', ...args], given(more));
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  const { into, seconds, ...report } = JSON.parse(stdout);
  return { into, report };
};

/** By partition, in their order. */
const written = async (topic: string) =>
  (await readCommitted(topic)).map(({ partition, key, value, headers }) => ({
    partition,
    key: key?.toString('hex'),
    value: value?.toString('hex'),
    headers: headers.map(([header, text]) => `${header}=${text}`),
  }));

/** All but when they failed. */
const failed = async (into: string) => {
  const records = (await readCommitted(`${into}.failures`)).map(one => ({
    ...one,
    topic: into,
    attempt: 1,
    headers: [],
  }));
  return (await schemas.readFailures(records)).map(failure => ({ ...failure, failed_at: 0 }));
};

const kafka = () => connect();
let schemas: SampleSchemas;

/** Half of the facts of an order are on each topic, all on its partition. */
const produceSamples = async () => {
  schemas = await sampleSchemas(httpRegistry({ url: registryUrl(), timeoutMs: 10_000 }), sources[0]);
  const samples = new Samples({ seed: 7, badPercent: 4, untidyPercent: 5 }, schemas.encoding);
  const cluster = await openCluster(kafka());
  await cluster.addMultipleTargetTopics([...sources]);
  const writers = sources.map(() => Array.from({ length: partitions }, () => new RecordBatchWriter()));
  const send = async () => {
    for (const [index, topic] of sources.entries())
      for (const [partition, writer] of (writers[index] ?? []).entries()) {
        if (writer.count === 0) continue;
        const plain = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false };
        const bytes = writer.finish({ ...plain, codec: 'zstd' });
        await produceTo(await leaderOf(cluster, topic, partition), null, [{ topic, partition, bytes }], 10_000);
      }
  };
  for (let number = 0; number < count; number++) {
    const now = millisOf(number);
    const { key, value } = samples.next(now);
    writers[number % 2]?.[partitionOf(key, partitions)]?.append(key, value, [], now);
    // Not a multiple of four: records of one time are in fetches of their own.
    if (number % 333 === 332) await send();
  }
  await send();
  await cluster.disconnect();
};

/** All that a replay must leave as it is. */
const live = async () => {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const ends: Record<string, unknown> = {};
    const topics = (await admin.listTopics()).filter(topic => topic.startsWith(name) && !topic.includes('again'));
    for (const topic of topics.sort()) ends[topic] = await admin.fetchTopicOffsets(topic);
    return { ends, offsets: await groupOffsets(name) };
  } finally {
    await admin.disconnect();
  }
};

/** Resolves when a `read_committed` reader gets to the end of it. */
const noneOpen = async (topic: string) => {
  const cluster = await openCluster(kafka());
  await cluster.addMultipleTargetTopics([topic]);
  for (let partition = 0; partition < partitions; partition++) {
    const edge = (which: 'end' | 'highWatermark') => edgeOffset(cluster, topic, partition, which);
    await until(
      async () => (await edge('end')) === (await edge('highWatermark')),
      () => `a transaction stays open on ${topic}`,
    );
  }
  await cluster.disconnect();
};

const groupsAndTopics = async () => {
  const admin = kafka().admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  const all = [...groups.map(({ groupId }) => groupId), ...(await admin.listTopics())];
  await admin.disconnect();
  return all.filter(one => one.startsWith(name)).sort();
};

beforeAll(async () => {
  const { code, stderr } = await call(['topics', 'create'], given());
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await produceSamples();
  const run = start(['run'], given());
  await run.said(/"started"/);
  while ((await call(['lag', '--json'], given())).stdout.includes('"behind":0,"partitions"') === false);
  run.send('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 0 });
});
afterEach(killAll);

test('dry: all is read and reported, nothing is written, no group is there that was not', async () => {
  const [before, named] = [await live(), await groupsAndTopics()];
  const { into, report } = await replayed(['--from', 'earliest', '--dry-run']);
  expect(into).toBeNull();
  expect(report).toMatchObject({ lanes: partitions, records: count, held: 0 });
  expect(report.events).toMatchObject({ purchase: expect.any(Number), refund: expect.any(Number) });
  expect(Object.keys(report.failures).length).toBeGreaterThan(5);
  expect(await live()).toEqual(before);
  expect(await groupsAndTopics()).toEqual(named);
});

describe('rebuilt', () => {
  const [first, second] = [`${name}.again-1`, `${name}.again-2`];
  let reports: Awaited<ReturnType<typeof replayed>>[] = [];
  let [before, after]: Awaited<ReturnType<typeof live>>[] = [];

  beforeAll(async () => {
    before = await live();
    reports = [
      await replayed(['--from', 'earliest', '--to', 'end', '--rebuild', '--into', first]),
      // Fetches of some twenty records instead of all, and one record after the other from each topic.
      await replayed(['--from', '2026-01-05', '--to', 'end', '--rebuild', '--into', second], {
        'kafka.fetch_bytes_max': '8192',
      }),
    ];
    after = await live();
  });

  test('twice: the same bytes, on the same partitions, in the same order', async () => {
    const [one, other] = [await written(first), await written(second)];
    expect(one.length).toBeGreaterThan(count / 2);
    expect(new Set(one.map(({ partition }) => partition)).size).toBe(partitions);
    expect(other).toEqual(one);
    const summaries = await written(`${first}.summaries`);
    expect(summaries.length).toBeGreaterThan(0);
    expect(await written(`${second}.summaries`)).toEqual(summaries);
    expect(await failed(second)).toEqual(await failed(first));
  });

  test('every record is accounted for, as a dry one says', async () => {
    const [{ report }] = reports as [Awaited<ReturnType<typeof replayed>>];
    expect(reports).toEqual([
      { into: first, report },
      { into: second, report },
    ]);
    expect((await replayed(['--from', 'earliest', '--dry-run'])).report).toEqual(report);
    const records = (await readCommitted(first)).map(record => ({
      ...record,
      topic: first,
      headers: [],
      attempt: 1,
    }));
    const facts = (await schemas.readEvents(records)).flatMap(({ fact_ids }) => fact_ids);
    expect(new Set(facts).size).toBe(facts.length);
    const failures = await readCommitted(`${first}.failures`);
    expect(facts.length + failures.length + report.skipped + report.duplicates).toBe(count);
    expect(report).toMatchObject({ records: count, held: 0, summaries: (await written(`${first}.summaries`)).length });
  });

  test('the group and its topics are as they were', () => {
    expect(after).toEqual(before);
    expect(before?.offsets.length).toBeGreaterThan(0);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['into what holds records', ['--rebuild', '--into', first], /holds records already.*\n *try: name another topic/],
    ['of a source that is not there', ['--dry-run', '--set', 'topics.sources=nowhere'], /nowhere \(topics.sources\)/],
  ])('refused: %s', async (_, args, says) => {
    const { code, stdout, stderr } = await call(['replay', '--from', 'earliest', ...args], given());
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});

test('a range of time holds exactly its records', async () => {
  const { report } = await replayed(['--from', timeOf(1_004), '--to', timeOf(2_344), '--dry-run']);
  expect(report).toMatchObject({ records: 2_344 - 1_004, held: 0 });
  const none = await replayed(['--from', timeOf(count), '--to', 'end', '--dry-run']);
  expect(none.report).toMatchObject({ lanes: partitions, records: 0, events: {} });
});

test('when all fails it halts, says that the topics hold a part, and leaves no transaction open', async () => {
  const into = `${name}.again-halted`;
  const { code, stderr } = await call(
    ['replay', '--from', 'earliest', '--rebuild', '--into', into],
    given({ 'failures.in_a_row_max': '1' }),
  );
  expect(stderr).toMatch(/hold a part of the range\n +because: Cannot go on with .* 1 records in a row failed/);
  expect(code).toBe(4);
  await noneOpen(into);
});

test('stopped, it finishes the batches in hand, says that the topics hold a part, and leaves no transaction open', async () => {
  const into = `${name}.again-stopped`;
  const slow = { 'kafka.transactions_per_second_max': '2', 'kafka.batch_records_max': '50' };
  const program = start(['replay', '--from', 'earliest', '--rebuild', '--into', into], given(slow));
  await program.said(/"lane":\d,"offsets":\d+,"of":\d+,"msg":"replaying"/);
  program.send('SIGTERM');
  const { code, stdout, stderr } = await program.ended;
  expect(stderr).toMatch(
    /hold a part of the range\n +because: Cannot replay the range to its end as it was stopped before/,
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  await noneOpen(into);
  const part = await written(into);
  expect(part.length).toBeLessThan(count / 4);
  const { code: again, stderr: says } = await call(
    ['replay', '--from', 'earliest', '--rebuild', '--into', into],
    given(),
  );
  expect(says).toMatch(/holds records already/);
  expect(again).toBe(1);
});

test('where nothing is remembered, it is rebuilt without summaries', async () => {
  const into = `${name}.again-forgetful`;
  const { report } = await replayed([
    '--from',
    timeOf(3_000),
    '--rebuild',
    '--into',
    into,
    '--set',
    'state.store=none',
  ]);
  expect(report).toMatchObject({ records: 1_000, summaries: 0, duplicates: 0 });
  expect((await written(into)).length + (await written(`${into}.failures`)).length + report.skipped).toBe(1_000);
  expect(await groupsAndTopics()).not.toContain(`${into}.summaries`);
});

test('for people: counts, and where it was written', async () => {
  const { code, stdout } = await call(['replay', '--from', timeOf(3_000), '--dry-run'], given());
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^records +1,000\nevents +\d+\n {2}[a-z]+ +\d+\n[\s\S]*held +0\nNothing was written: 3 lanes, /,
  );
});
