/** `repartition` on a real broker, as its users have it: wrongly placed records in, Java's reader as the judge of what came out. */
import { exitCodes } from '../../../commands/exit';
import { openCluster } from '../../../connectors/kafka/client';
import { groupLag } from '../../../connectors/kafka/lag';
import { connect } from '../../connectors/kafka/subject';
import { brokers, registryUrl, unique } from '../../stack/address';
import { type ForeignRecord, produceForeign, produceWith } from '../../stack/java';
import { createTopic } from '../../stack/topics';
import { call, killAll, type Program, start } from '../run/program';
import { until } from '../run/scene';
import { judge, nothingWrong, problemsOf } from './judge';

afterEach(killAll);

const settings = (group: string) => ({
  'kafka.brokers': brokers().join(','),
  'registry.url': registryUrl(),
  'kafka.group': group,
  'kafka.session_timeout_ms': '6000',
  'kafka.heartbeat_interval_ms': '500',
  'kafka.fetch_wait_max_ms': '100',
  'log.format': 'json',
});

const topics = async (from: number, to: number) =>
  [await createTopic('orders', from), await createTopic('by-key', to)] as const;

const copying = (from: string, to: string, ...more: string[]) => [
  'repartition',
  '--from',
  from,
  '--to',
  to,
  '--until-end',
  ...more,
];

const lastLine = (stdout: string) => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

test('keys, nulls, headers, timestamps and codecs: every byte stays, only the partition is another', async () => {
  const [from, to] = await topics(3, 4);
  const odd: ForeignRecord[] = [
    { topic: from, partition: 0, key: null, value: 'no key' },
    { topic: from, partition: 2, key: null, value: 'no key' },
    { topic: from, partition: 1, key: '', value: 'an empty key' },
    { topic: from, partition: 1, key: 'A', value: null },
    { topic: from, partition: 1, key: 'A', value: '' },
    { topic: from, partition: 1, key: 'B', value: 'epoch', timestamp: 0 },
    { topic: from, partition: 1, key: 'B', value: 'later', timestamp: Date.now() + 1_800_000 },
    { topic: from, partition: 1, key: 'B', value: 'old', timestamp: 1 },
    {
      topic: from,
      partition: 0,
      key: Buffer.from([0, 255, 128]),
      value: Buffer.alloc(300_000, 7),
      headers: [
        ['trace', 'one'],
        ['trace', 'two'],
        ['empty', ''],
        ['none', null],
        ['odp-orders.source.topic', 'claimed by a producer'],
      ],
    },
  ];
  const many = Array.from({ length: 3_000 }, (_, at) => ({
    topic: from,
    partition: at % 3,
    key: `order-${at % 700}`,
    value: `value ${at}`,
    timestamp: 1_700_000_000_000 + ((at * 7_919) % 100_000),
  }));
  await produceWith('gzip', [...odd, ...many]);

  const ended = await call(copying(from, to, '--json'), settings(unique('group')));
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: ended.stderr });
  const { pairs, copies, missing, twice, strange } = await judge(from, to);
  expect({ missing, twice, strange }).toEqual({ missing: [], twice: [], strange: [] });
  expect(copies).toHaveLength(odd.length + many.length);
  expect(problemsOf(pairs, 4)).toEqual(nothingWrong);
  expect(
    pairs.filter(({ source, copy }) => !(source.key?.equals(copy.key ?? Buffer.of(1)) ?? copy.key === null)),
  ).toEqual([]);
  expect(lastLine(ended.stdout)).toEqual({
    from,
    to,
    key: 'record',
    records: copies.length,
    moved: pairs.filter(({ source, copy }) => source.partition !== copy.partition).length,
    rekeyed: 0,
    without_key: 2,
    kept: {},
    left: 0,
    seconds: expect.any(Number),
  });
});

test('what was aborted is not copied, and an open transaction is waited for', async () => {
  const [from, to] = await topics(1, 2);
  const send = (producer: string, value: string) => ({ do: 'send', producer, topic: from, key: value, value }) as const;
  await produceForeign([
    { do: 'open', producer: 'a', settings: { 'transactional.id': unique('a'), 'transaction.timeout.ms': '5000' } },
    { do: 'open', producer: 'b', settings: { 'transactional.id': unique('b') } },
    { do: 'begin', producer: 'b' },
    send('b', 'aborted'),
    { do: 'abort', producer: 'b' },
    { do: 'begin', producer: 'a' },
    send('a', 'left open, so aborted by the broker'),
    { do: 'flush', producer: 'a' },
    { do: 'begin', producer: 'b' },
    send('b', 'committed'),
    { do: 'commit', producer: 'b' },
  ]);
  const ended = await call(copying(from, to, '--json'), settings(unique('group')));
  expect(ended.code).toBe(0);
  const { copies, missing } = await judge(from, to);
  expect(missing).toEqual([]);
  expect(copies.map(({ value }) => String(value))).toEqual(['committed']);
});

test('killed in mid-flight, twice, then two at once: each record once, in the order of its key', async () => {
  const [from, to] = await topics(4, 6);
  const records = 24_000;
  await produceWith(
    'lz4',
    Array.from({ length: records }, (_, at) => ({
      topic: from,
      partition: at % 4,
      key: `order-${at % 997}`,
      value: `value ${at}`,
      timestamp: 1_700_000_000_000 + at,
    })),
  );
  const group = unique('group');
  const slowly = {
    ...settings(group),
    'kafka.batch_records_max': '200',
    'kafka.transactions_per_second_max': '30',
    'retry.first_delay_ms': '50',
  };
  const cluster = await openCluster(connect());
  const copied = async () => {
    const lags = await groupLag(cluster, `${group}.repartition.${from}`, [from]);
    return lags.reduce((sum, { committed }) => sum + Number(committed ?? 0n), 0);
  };
  const reached = (share: number, ...programs: Program[]) =>
    Promise.race([
      until(
        async () => (await copied()) >= share * records,
        () => `less than ${share} is copied`,
      ),
      ...programs.map(async ({ ended }) => {
        throw new Error(`A program ended: ${(await ended).stderr}`);
      }),
    ]);

  for (const share of [0.15, 0.4]) {
    const one = start(copying(from, to), slowly);
    await reached(share, one);
    one.send('SIGKILL');
    expect(await one.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await copied()).toBeLessThan(records);
  }
  const both = [start(copying(from, to, '--json'), slowly), start(copying(from, to, '--json'), slowly)];
  const ends = await Promise.all(both.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0]);
  // Each says what it copied itself: the killed ones could not.
  const sum = ends.reduce((total, { stdout }) => total + lastLine(stdout).records, 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(records * 0.7);
  await cluster.disconnect();

  const { pairs, copies, missing, twice } = await judge(from, to);
  expect({ missing, twice, copies: copies.length }).toEqual({ missing: [], twice: [], copies: records });
  expect(problemsOf(pairs, 6)).toEqual(nothingWrong);
});

test('until SIGTERM: what comes later is copied too, and the next start goes on', async () => {
  const [from, to] = await topics(2, 2);
  const group = unique('group');
  const produce = (value: string) => produceWith('none', [{ topic: from, partition: 1, key: value, value }]);
  await produce('before');
  const running = start(['repartition', '--from', from, '--to', to], settings(group));
  await running.said(/started/);
  await produce('while it runs');
  await until(
    async () => (await judge(from, to)).copies.length === 2,
    () => 'not both are copied',
  );
  running.send('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^copied 2 records of /) });
  await produce('afterwards');
  const next = await call(copying(from, to, '--json'), settings(group));
  expect(lastLine(next.stdout)).toMatchObject({ records: 1, left: 0 });
  expect((await judge(from, to)).copies.map(({ value }) => String(value)).sort()).toEqual([
    'afterwards',
    'before',
    'while it runs',
  ]);
});

describe('refuses', () => {
  let from: string;
  const group = unique('group');
  const into = async (name: string, configs: Readonly<Record<string, string>>) => createTopic(name, 2, configs);

  beforeAll(async () => {
    from = await createTopic('orders', 2);
    await produceWith('none', [
      { topic: from, key: 'A', value: 'x' },
      { topic: from, key: 'B', value: Buffer.alloc(5_000) },
    ]);
  });

  interface Refusal {
    readonly what: string;
    readonly to: () => Promise<string>;
    readonly says: readonly RegExp[];
    readonly code?: number;
    readonly settings?: Readonly<Record<string, string>>;
  }
  test.each<Refusal>([
    {
      what: 'the same topic for both',
      to: async () => from,
      says: [/into itself/, /try: create another topic/],
      code: exitCodes.usage,
    },
    {
      what: 'a target that is not there',
      to: async () => 'nowhere',
      says: [/nowhere \(--to\)/, /try: kafka-topics\.sh --create --topic nowhere --partitions 2 /],
    },
    {
      what: 'a target that keeps one record of each key',
      to: () => into('compacted', { 'cleanup.policy': 'compact' }),
      says: [/is compacted/, /cleanup\.policy=delete/],
    },
    {
      what: 'a target that dates records anew, and one that forgets',
      to: () => into('dating', { 'message.timestamp.type': 'LogAppendTime', 'retention.ms': '1000' }),
      says: [/dates every record anew/, /keeps records for 1000 ms where .* for ever/, /retention\.ms=-1/],
    },
    {
      what: 'a target that holds records of nobody knows whom',
      to: async () => {
        const to = await into('filled', {});
        await produceWith('none', [{ topic: to, key: 'Z', value: 'z' }]);
        return to;
      },
      says: [/holds records already/, /--append/],
    },
    {
      what: 'a record that becomes too large by its headers',
      to: () => into('small', {}),
      settings: { 'kafka.record_bytes_max': '5000', 'ledger.facts_per_order_max': '50' },
      says: [
        /Cannot write orders-\S+\[\d\] at offset \d to small-\S+ as it has 5\d\d\d bytes/,
        /kafka\.record_bytes_max/,
      ],
    },
  ])('$what', async ({ to, says, code = exitCodes.failed, settings: more }) => {
    const ended = await call(copying(from, await to()), { ...settings(unique('group')), ...more });
    for (const part of says) expect(ended.stderr).toMatch(part);
    expect(ended.stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  test('to go on into another topic, or with other keys, than it began', async () => {
    const [to, other] = [await into('one', {}), await into('other', {})];
    expect(await call(copying(from, to), settings(group))).toMatchObject({ code: 0 });
    for (const args of [copying(from, other), copying(from, to, '--key', 'order-id')]) {
      const { code, stderr } = await call(args, settings(group));
      expect(code).toBe(exitCodes.failed);
      expect(stderr).toMatch(/on its way into one-\S+ \(2 partitions, --key record\)/);
      expect(stderr).toMatch(/try: .*kafka-consumer-groups\.sh --delete --group /);
    }
    expect((await judge(from, other)).copies).toEqual([]);
  });
});
