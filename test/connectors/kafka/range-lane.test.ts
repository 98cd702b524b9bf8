/** A lane over a range: the same batches, whatever comes in one fetch and in which order the answers come. */
import { lastValueFrom } from 'rxjs';
import { defaultIfEmpty } from 'rxjs/operators';
import type { TopicRange } from '../../../connectors/kafka/range';
import { RangeLane, type RangeLaneSettings } from '../../../connectors/kafka/range-lane';
import type { Batch, Entry, SourceRecord } from '../../../pipeline/batch';
import { FakeCluster, type Fetching } from './fake';
import { batchOf, markerOf, text } from './records/batches';

const lanes: RangeLane[] = [];
const serving: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const lane of lanes.splice(0)) lane.stop();
  for (const timer of serving.splice(0)) clearInterval(timer);
});

const laneOver = (cluster: FakeCluster, ranges: readonly TopicRange[], more: Partial<RangeLaneSettings> = {}) => {
  const lane = new RangeLane(0, ranges, cluster, {
    fetchBytesMax: 1_000_000,
    fetchWaitMaxMs: 10,
    batchRecordsMax: 100,
    ...more,
  });
  lanes.push(lane);
  return lane;
};

/** A letter a record, at these seconds; one record batch each, as each has its own time. */
interface Log {
  readonly keys: string;
  readonly seconds: readonly number[];
}

/** Answers every fetch from these logs, so many records at a time. */
const serve = (cluster: FakeCluster, node: number, logs: Readonly<Record<string, Log>>, atOnce: number) => {
  let served = 0;
  const answer = () => {
    const { fetches } = cluster.broker(node);
    for (; served < fetches.length; served++) {
      const fetching = fetches[served] as Fetching;
      fetching.answer(
        fetching.asked.map(({ topic, offset }) => ({ topic, records: recordsOf(logs[topic] as Log, offset, atOnce) })),
      );
    }
  };
  serving.push(setInterval(answer, 1));
};

const recordsOf = ({ keys, seconds }: Log, from: number, count: number): Buffer =>
  Buffer.concat(
    [...keys].slice(from, from + count).map((key, index) => {
      const timestamp = (seconds[from + index] as number) * 1_000;
      // A dot is what an abort leaves behind.
      return key === '.'
        ? markerOf('abort', 9n, from + index)
        : batchOf([{ key: text(key), value: text('v'), timestamp }], { baseOffset: from + index });
    }),
  );

type Pulled = Batch<SourceRecord> | undefined;
const pull = (lane: RangeLane): Promise<Pulled> => lastValueFrom(lane.pull().pipe(defaultIfEmpty(undefined)));
const shown = ({ outcomes, position, moment }: Batch<SourceRecord>) => ({
  keys: outcomes.map(outcome => String((outcome as Entry<SourceRecord>).value.key)).join(''),
  next: [...position.offsets.values()].map(Number),
  idle: moment.idle.join(' '),
  end: moment.end,
});

const all = async (lane: RangeLane) => {
  const batches: ReturnType<typeof shown>[] = [];
  for (let batch = await pull(lane); batch !== undefined; batch = await pull(lane)) {
    expect(batch.moment.clockMs).toBeUndefined();
    expect(batch.read).toBe(batch.outcomes.length);
    batches.push(shown(batch));
  }
  return batches;
};

const logs = {
  orders: { keys: 'ABC.DEF..', seconds: [1, 2, 2, 2, 2, 3, 9, 9, 9] },
  refunds: { keys: 'uvwx.yz', seconds: [2, 2, 3, 3, 3, 4, 5] },
};
const ranges = [
  { topic: 'orders', from: 0, until: 9 },
  { topic: 'refunds', from: 0, until: 7 },
];

describe('by the time of records, of equal ones the first topic first, in the same batches each time', () => {
  const expected = [
    { keys: 'ABC', next: [4, 0], idle: '', end: false },
    { keys: 'Duv', next: [5, 2], idle: '', end: false },
    { keys: 'Ewx', next: [6, 5], idle: '', end: false },
    { keys: 'yzF', next: [9, 7], idle: 'orders refunds', end: false },
    { keys: '', next: [9, 7], idle: '', end: true },
  ];
  for (const atOnce of [1, 2, 3, 100])
    for (const leaders of [
      [1, 1],
      [1, 2],
    ])
      test(`${atOnce} at once, leaders ${leaders}`, async () => {
        const cluster = new FakeCluster();
        cluster.leaders.set('refunds', leaders[1]!);
        for (const node of [1, 2]) serve(cluster, node, logs, atOnce);
        const lane = laneOver(cluster, ranges, { batchRecordsMax: 3 });
        expect(await all(lane)).toEqual(expected);
        const [whole] = await all(laneOver(cluster, ranges));
        expect(whole?.keys).toBe('ABCDuvEwxyzF');
      });
});

test.each<[string, readonly TopicRange[], object[]]>([
  [
    'begins and ends inside of what a fetch brings',
    [
      { topic: 'orders', from: 1, until: 5 },
      { topic: 'refunds', from: 5, until: 6 },
    ],
    [
      { keys: 'BCDy', next: [5, 6], idle: 'orders refunds', end: false },
      { keys: '', next: [5, 6], idle: '', end: true },
    ],
  ],
  [
    'a topic without any is idle from the first batch on',
    [
      { topic: 'orders', from: 4, until: 6 },
      { topic: 'refunds', from: 7, until: 7 },
    ],
    [
      { keys: 'DE', next: [6, 7], idle: 'orders refunds', end: false },
      { keys: '', next: [6, 7], idle: '', end: true },
    ],
  ],
  [
    'markers alone are nothing',
    [{ topic: 'orders', from: 7, until: 9 }],
    [{ keys: '', next: [9], idle: '', end: true }],
  ],
  ['nothing at all', [{ topic: 'orders', from: 9, until: 9 }], [{ keys: '', next: [9], idle: '', end: true }]],
])('a range: %s', async (_, given, expected) => {
  const cluster = new FakeCluster();
  serve(cluster, 1, logs, 100);
  expect(await all(laneOver(cluster, given))).toEqual(expected);
});

test('it ends after so many records, though there are more', async () => {
  const cluster = new FakeCluster();
  serve(cluster, 1, logs, 100);
  const batches = await all(laneOver(cluster, ranges, { recordsMax: 4, batchRecordsMax: 3 }));
  expect(batches.map(({ keys, end }) => [keys, end])).toEqual([
    ['ABC', false],
    ['D', false],
    ['', true],
  ]);
});

test('nothing behind the range is asked for, and nothing while enough waits here', async () => {
  const cluster = new FakeCluster();
  serve(cluster, 1, { orders: { keys: 'ABCDEF', seconds: [1, 2, 3, 4, 5, 6] } }, 1);
  const lane = laneOver(cluster, [{ topic: 'orders', from: 0, until: 3 }], { fetchBytesMax: 1, batchRecordsMax: 1 });
  expect(shown((await pull(lane)) as Batch<SourceRecord>).keys).toBe('A');
  await new Promise(resolve => setTimeout(resolve, 30));
  // B is here, so C is not asked for.
  expect(cluster.broker(1).fetches.map(({ asked }) => asked[0]?.offset)).toEqual([0, 1]);
  expect(await all(lane)).toHaveLength(3);
  expect(cluster.broker(1).fetches.map(({ asked }) => asked[0]?.offset)).toEqual([0, 1, 2]);
});

test('what retention has deleted meanwhile is told', async () => {
  const cluster = new FakeCluster();
  cluster.broker(1).range = [50, 90];
  const lane = laneOver(cluster, [{ topic: 'orders', from: 7, until: 60 }]);
  const pulled = pull(lane);
  const fetching = await new Promise<Fetching>(resolve => {
    const look = () => {
      const [first] = cluster.broker(1).fetches;
      if (first) resolve(first);
      else setImmediate(look);
    };
    look();
  });
  fetching.answer([{ topic: 'orders', code: 1 }]);
  await expect(pulled).rejects.toMatchObject({
    name: 'RangeLost',
    message: /orders\[0\]: next is 7, there is 50 to 90/,
  });
});

test('stopped while it waits, it ends without saying that this is the end', async () => {
  const cluster = new FakeCluster();
  const lane = laneOver(cluster, ranges);
  const pulled = pull(lane);
  lane.stop();
  expect(await pulled).toBeUndefined();
  expect(await pull(lane)).toBeUndefined();
});
