/** What a lane makes of answers that come late, from another broker, cut, with errors, or not at all. */
import { lastValueFrom } from 'rxjs';
import { defaultIfEmpty } from 'rxjs/operators';
import { toInbox } from '../../../connectors/kafka/inbox';
import { KafkaLane } from '../../../connectors/kafka/lane';
import type { LaneSettings } from '../../../connectors/kafka/settings';
import { type Batch, type Entry, type SourceRecord, startPosition } from '../../../pipeline/batch';
import { FakeCluster, type Fetching } from './fake';
import { batchOf, markerOf, text } from './records/batches';
import { laneSettings } from './subject';

/** Longer than any answer takes, however busy the machine is. */
const waitMs = 5_000;
const lanes: KafkaLane[] = [];
afterEach(() => {
  for (const lane of lanes.splice(0)) lane.stop();
});

const laneOver = (cluster: FakeCluster, more: Partial<LaneSettings> = {}, offset = 0n) => {
  const { lane: settings } = laneSettings('group', { events: 'e', failures: 'f' }, { sources: ['orders'] });
  const all = { ...settings, fetchWaitMaxMs: waitMs, ...more };
  const start = startPosition(new Map(all.sources.map(topic => [topic, offset])));
  const lane = new KafkaLane(0, start, cluster, all);
  lanes.push(lane);
  return lane;
};

type Pulled = Batch<SourceRecord> | undefined;
const pull = (lane: KafkaLane): Promise<Pulled> => lastValueFrom(lane.pull().pipe(defaultIfEmpty(undefined)));
const keys = (batch: Pulled) =>
  batch?.outcomes.map(outcome => String((outcome as Entry<SourceRecord>).value.key)).join('');
const next = (batch: Pulled, topic = 'orders') => Number(batch?.position.offsets.get(topic));

const records = (letters: string, baseOffset: number) =>
  batchOf(
    [...letters].map(key => ({ key: text(key), value: text('v') })),
    { baseOffset },
  );

/** The broker's fetch of this number, once it has come. */
const fetchOf = async (cluster: FakeCluster, node: number, index: number): Promise<Fetching> => {
  for (;;) {
    const fetching = cluster.broker(node).fetches[index];
    if (fetching) return fetching;
    await new Promise(setImmediate);
  }
};

test('a leader that moved is asked for what the old one was asked: whoever answers second is not read', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, { fetchWaitMaxMs: 20 });
  const waited = pull(lane);
  const old = await fetchOf(cluster, 1, 0);
  cluster.leaders.set('orders', 2);
  expect(keys(await waited)).toBe('');
  const moved = await fetchOf(cluster, 2, 0);
  expect([old.asked, moved.asked]).toEqual([
    [{ topic: 'orders', partition: 0, offset: 0 }],
    [{ topic: 'orders', partition: 0, offset: 0 }],
  ]);
  old.answer([{ topic: 'orders', records: records('abc', 0) }]);
  expect(keys(await pull(lane))).toBe('abc');
  moved.answer([{ topic: 'orders', records: records('abcd', 0) }]);
  const again = pull(lane);
  const rest = await fetchOf(cluster, 2, 1);
  expect(rest.asked).toMatchObject([{ offset: 3 }]);
  rest.answer([{ topic: 'orders', records: records('d', 3) }]);
  expect(keys(await again)).toBe('d');
});

test('the position of a cut fetch is its next record, and behind the last one the end of what was read', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, { batchRecordsMax: 2 }, 12n);
  const first = pull(lane);
  const whole = Buffer.concat([
    records('abcdef', 10),
    markerOf('commit', 9n, 16),
    records('g', 20),
    markerOf('commit', 9n, 21),
  ]);
  (await fetchOf(cluster, 1, 0)).answer([{ topic: 'orders', records: whole }]);
  const batches = [await first, await pull(lane), await pull(lane)];
  expect(batches.map(batch => [keys(batch), next(batch)])).toEqual([
    ['cd', 14],
    ['ef', 20],
    ['g', 22],
  ]);
  expect((await fetchOf(cluster, 1, 1)).asked).toMatchObject([{ offset: 22 }]);
});

test('markers alone move the position', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster);
  const pulled = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([{ topic: 'orders', records: markerOf('abort', 9n, 0) }]);
  const batch = await pulled;
  expect([batch?.outcomes.length, next(batch)]).toEqual([0, 1]);
});

test('topics and inbox take turns: what one has in plenty does not keep the other waiting', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, { sources: ['orders', 'inbox'], inbox: 'inbox', batchRecordsMax: 2 });
  const first = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([
    { topic: 'orders', records: records('abcdef', 0) },
    { topic: 'inbox', records: records('xyz', 0) },
  ]);
  expect([keys(await first), keys(await pull(lane)), keys(await pull(lane)), keys(await pull(lane))]).toEqual([
    'ab',
    'xy',
    'cd',
    'ze',
  ]);
});

test('a topic with records is never behind a wait for those of an empty one', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, {
    sources: ['orders', 'inbox'],
    batchRecordsMax: 2,
    fetchBytesMax: 10,
    fetchWaitMaxMs: 5_000, // also on a busy machine the records come first
  });
  const first = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([{ topic: 'orders', records: records('abcd', 0) }, { topic: 'inbox' }]);
  expect(keys(await first)).toBe('ab');
  await new Promise(setImmediate);
  expect(cluster.broker(1).fetches).toHaveLength(1); // asked for the inbox alone, the broker would wait
  expect(keys(await pull(lane))).toBe('cd');
  expect((await fetchOf(cluster, 1, 1)).asked).toMatchObject([
    { topic: 'orders', offset: 4 },
    { topic: 'inbox', offset: 0 },
  ]);
});

test('while a fetch waits here no other one is sent, and one that is compressed counts as what it becomes', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, { fetchBytesMax: 10_000, batchRecordsMax: 1 });
  const zeros = (baseOffset: number) =>
    batchOf([{ key: text('k'), value: Buffer.alloc(30_000) }], { baseOffset, codec: 'gzip' });
  const first = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([
    { topic: 'orders', records: Buffer.concat([zeros(0), zeros(1), zeros(2), zeros(3)]) },
  ]);
  expect(next(await first)).toBe(1);
  expect(cluster.broker(1).fetches).toHaveLength(1);
  // 4 x 10,000 bytes are reached with the second batch: the others are asked for again.
  expect(next(await pull(lane))).toBe(2);
  expect((await fetchOf(cluster, 1, 1)).asked).toMatchObject([{ offset: 2 }]);
});

test('places in headers count on the inbox and on topics that repartition wrote, and nowhere else', async () => {
  const cluster = new FakeCluster();
  const sources = ['orders', 'by-key', 'inbox'];
  const lane = laneOver(cluster, { sources, inbox: 'inbox', repartitioned: ['by-key'] });
  const first = { topic: 'first', partition: 3, offset: 77n, timestamp: 1, key: null, value: null, attempt: 1 };
  const headers = toInbox({ ...first, headers: [{ name: 'trace', value: text('1') }] }, 1);
  const pulled = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer(
    sources.map(topic => ({
      topic,
      records: batchOf([{ key: text('k'), value: text('v'), headers }], { baseOffset: 5 }),
      end: 6,
    })),
  );
  const batch = await pulled;
  const outcomes = batch?.outcomes ?? [];
  expect(outcomes.map(({ source }) => [source.topic, source.offset, source.headers.length])).toEqual([
    ['orders', 5n, 6],
    ['first', 77n, 1],
    ['first', 77n, 1],
  ]);
  expect(sources.map(topic => next(batch, topic))).toEqual([6, 6, 6]);
});

test('an error comes behind the records that came before it, and stays', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster);
  const first = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([{ topic: 'orders', records: records('a', 0) }]);
  expect(keys(await first)).toBe('a');
  (await fetchOf(cluster, 1, 1)).answer([{ topic: 'orders', code: 6 }]);
  await expect(pull(lane)).rejects.toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION' });
  await expect(pull(lane)).rejects.toMatchObject({ type: 'NOT_LEADER_FOR_PARTITION' });
});

test.each<[string, [number, number], object]>([
  ['deleted before it was read is a loss that is told', [50, 90], { name: 'PositionLost' }],
  ['of a topic made anew is a loss that is told', [0, 3], { name: 'PositionLost' }],
  ['that a new leader does not know yet is asked for again', [0, 90], { type: 'OFFSET_OUT_OF_RANGE' }],
])('an offset %s', async (_, range, expected) => {
  const cluster = new FakeCluster();
  cluster.broker(1).range = range;
  const lane = laneOver(cluster, {}, 7n);
  const pulled = pull(lane);
  (await fetchOf(cluster, 1, 0)).answer([{ topic: 'orders', code: 1 }]);
  await expect(pulled).rejects.toMatchObject(expected);
});

test('closed is closed: what is under way is awaited, and nothing is sent any more', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster);
  const pulled = pull(lane);
  const under = await fetchOf(cluster, 1, 0);
  let closed = false;
  const closing = lane.close().then(() => {
    closed = true;
  });
  expect(await pulled).toBeUndefined();
  await new Promise(setImmediate);
  expect(closed).toBe(false);
  under.fail(new Error('Closed connection'));
  await closing;
  expect(await pull(lane)).toBeUndefined();
  expect(cluster.broker(1).fetches).toHaveLength(1);
});

test('a lane stopped while it still looks for its broker sends nothing', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster);
  const pulled = pull(lane);
  await lane.close();
  expect(await pulled).toBeUndefined();
  expect(cluster.broker(1).fetches).toHaveLength(0);
});
