/** What a batch comes to, as records of one transaction, and what the state's store learns of it, and when. */
import { firstValueFrom } from 'rxjs';
import { positionKey } from '../../../connectors/kafka/changelog';
import { recordBytes } from '../../../connectors/kafka/records/encode';
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { KafkaWriter } from '../../../connectors/kafka/writer';
import { newestOf } from '../../../connectors/state/codec';
import { LaneState } from '../../../connectors/state/lane-state';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { Place, StateStore } from '../../../connectors/state/store';
import { DATA_ONLY, type Outcome, type SourceRecord, startPosition } from '../../../pipeline/batch';
import { Failure, Rejection } from '../../../pipeline/failure';
import { partitionOf } from '../../../pipeline/order/murmur2';
import type { Settlement } from '../../../pipeline/ports';
import { unremembered } from '../../../pipeline/settlement';
import type { OrderEvent, OrderState, OrderSummary } from '../../../schemas/types';
import { changesIn } from '../../contract/changes';
import { orderEvent } from '../../records';
import { memoryCodec } from '../../state-codec';
import { answered, FakeCluster, type Produced } from './fake';
import { textEncoding } from './subject';

const LANE = 4;
const topics = { events: 'events', failures: 'failures', summaries: 'summaries', state: 'state' };
const partitions = { events: 5, failures: 3, summaries: 3 };
const start = startPosition(new Map([['orders', 5n]]));
const codec = memoryCodec();

interface Options {
  readonly recordBytesMax?: number;
  readonly remembers?: boolean;
}

/** Failures say also what the writer says of them. */
const encoding = {
  ...textEncoding(),
  failure: ({ stage, code, message, source }: Failure, digest: boolean) =>
    Buffer.from(`${code === 'too_large' ? `${stage}: ${message}` : code}@${source.offset}${digest ? ' digest' : ''}`),
};

const opened = async ({ recordBytesMax = 1_000_000, remembers = true }: Options = {}) => {
  const cluster = new FakeCluster();
  const transactions = new LaneTransactions(cluster, {
    transactionalId: 'group-4',
    group: 'group',
    partition: LANE,
    timeoutMs: 60_000,
    compression: 'none',
    outputs: new Map(),
  });
  await transactions.fence();
  cluster.asked.length = 0;
  const memory = memoryStore();
  /** What the store got, and what had been asked of the brokers by then. */
  const puts: { orders: string[]; place: Place | undefined; behind: unknown }[] = [];
  const store: StateStore = {
    ...memory,
    put: (changes, place) => {
      const orders = changesIn(changes).map(([orderId]) => orderId);
      puts.push({ orders, place, behind: cluster.asked.at(-1)?.[0] });
      return memory.put(changes, place);
    },
  };
  let turns = 0;
  const writer = new KafkaWriter(
    LANE,
    start,
    transactions,
    encoding,
    {
      turn: async () => {
        turns += 1;
      },
    },
    remembers ? new LaneState(store, memoryCodec(), 1_000) : undefined,
    { topics, partitions, recordBytesMax, shape: { settings: 'shape', partitions: 2 } },
  );
  const write = (settlement: Partial<Settlement>) =>
    firstValueFrom(writer.write({ ...unremembered({ ...batch, outcomes: [] }), ...settlement }));
  const names = () => cluster.asked.map(([name]) => name).filter(name => name !== 'FindCoordinator');
  /** As `events[1] A: A`; of the changelog what they mean. */
  const taken = () =>
    cluster.taken.map(({ topic, partition, key, value }) => {
      const told =
        topic !== topics.state ? value : key?.equals(positionKey) ? offsetOf(value) : value && newestOf(value);
      return `${topic}[${partition}] ${key ?? '-'}: ${told}`;
    });
  return { cluster, writer, write, names, taken, puts, store, turns: () => turns };
};

const offsetOf = (value: Buffer | null) => value && codec.decodePosition(value).offsets.orders;

const batch = { lane: LANE, position: start, read: 0, skipped: 0, moment: DATA_ONLY };
const further = startPosition(new Map([['orders', 8n]]));

const source = (offset: number, key: string | null = 'k'): SourceRecord => ({
  topic: 'orders',
  partition: LANE,
  offset: BigInt(offset),
  timestamp: 1,
  key: key === null ? null : Buffer.from(key),
  value: null,
  headers: [],
  attempt: 1,
});
const event = (orderId: string, ...others: SourceRecord[]): Outcome<OrderEvent> => ({
  source: source(5),
  value: orderEvent(orderId),
  ...(others.length > 0 && { others }),
});
const failure = (offset: number, key?: string | null) =>
  new Failure('map', new Rejection('no_items', 'Cannot place it'), source(offset, key));
const order = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });
const summary: OrderSummary = {
  window_start: 1_767_225_600_000,
  window_end: 1_767_225_660_000,
  lane: LANE,
  currency: 'EUR',
  actions: [],
  failures: {},
};
const failuresOf = (key: string) => partitionOf(Buffer.from(key), partitions.failures);
const batchesOf = ({ asked }: FakeCluster) =>
  asked.filter(([name]) => name === 'Produce').flatMap(([, , ...batches]) => batches as Produced[]);
/** Of an event whose order id is so long: it is key and value. */
const recordBytesOf = (length: number) => recordBytes(Buffer.alloc(length), Buffer.alloc(length), []);
const partition = (orderId: string) => partitionOf(Buffer.from(orderId), partitions.events);

test('a batch is one transaction: results, failures, summaries, what changed, and at last the position', async () => {
  const { write, names, taken, turns } = await opened();
  const written = await write({
    outcomes: [event('A'), failure(6), event('B'), failure(7, null)],
    changes: new Map([
      ['A', order(1)],
      ['B', undefined],
    ]),
    summaries: [summary, { ...summary, currency: null }],
    position: further,
  });
  expect(taken().sort()).toEqual(
    [
      `events[${partition('A')}] A: A`,
      `events[${partition('B')}] B: B`,
      `failures[${failuresOf('k')}] k: no_items@6`,
      'failures[1] -: no_items@7',
      'summaries[1] 2026-01-01T00:00:00.000Z/EUR/4: 1767225600000 EUR 4',
      'summaries[1] 2026-01-01T00:00:00.000Z/-/4: 1767225600000 null 4',
      'state[4] A: 1',
      'state[4] B: null',
      'state[4] : 8',
    ].sort(),
  );
  expect(taken().filter(told => told.startsWith('state'))).toEqual([
    'state[4] A: 1',
    'state[4] B: null',
    'state[4] : 8',
  ]);
  expect(names()).toEqual(['AddPartitionsToTxn', 'AddOffsetsToTxn', 'Produce', 'TxnOffsetCommit', 'Commit']);
  expect(written).toMatchObject({ lane: LANE, events: 2, failures: 2, summaries: 2, position: further });
  expect(turns()).toBe(1);
});

describe('a transaction is made', () => {
  test.each<[string, Partial<Settlement>]>([
    ['of outcomes alone', { outcomes: [event('A')] }],
    ['of changes alone', { changes: new Map([['A', order(1)]]) }],
    ['of summaries alone', { summaries: [summary] }],
    ['where only the place has moved', { position: further }],
  ])('%s', async (_, settlement) => {
    const { write, names } = await opened();
    await write(settlement);
    expect(names().at(-1)).toBe('Commit');
  });

  test('not where only time has passed, from the start or from the last write', async () => {
    const { write, names } = await opened();
    const later = { watermark: 9, topics: [] };
    expect(await write({ position: { ...start, time: later } })).toMatchObject({ lane: LANE, records: 0 });
    expect(names()).toEqual([]);
    await write({ position: further });
    const asked = names().length;
    await write({ position: { ...further, time: later } });
    expect(names()).toHaveLength(asked);
    await write({ position: start });
    expect(names().length).toBeGreaterThan(asked);
  });

  test('without a changelog where nothing is remembered', async () => {
    const { write, taken } = await opened({ remembers: false });
    await write({ outcomes: [event('A')], changes: new Map([['A', order(1)]]) });
    expect(taken()).toEqual([`events[${partition('A')}] A: A`]);
  });

  test('of the offsets alone where nothing is remembered, to begin with', async () => {
    const { writer, names, taken } = await opened({ remembers: false });
    await writer.commitPosition(further);
    expect([taken(), names()]).toEqual([[], ['AddOffsetsToTxn', 'TxnOffsetCommit', 'Commit']]);
  });

  test('of the position alone, to begin with', async () => {
    const { writer, write, names, taken } = await opened();
    await writer.commitPosition(further);
    expect([taken(), names().at(-1)]).toEqual([['state[4] : 8'], 'Commit']);
    const asked = names().length;
    await write({ position: further });
    expect(names()).toHaveLength(asked);
  });
});

describe('the store', () => {
  const changes = new Map([['A', order(1)]]);

  test('learns what changed behind the commit, with the place of the position', async () => {
    const { write, puts } = await opened();
    await write({ changes });
    await write({ position: further });
    expect(puts).toEqual([
      { orders: ['A'], place: { offset: 1, at: expect.any(Number) }, behind: 'Commit' },
      { orders: [], place: { offset: 2, at: expect.any(Number) }, behind: 'Commit' },
    ]);
  });

  test('learns nothing of a write that was refused', async () => {
    const { cluster, write, puts, store } = await opened();
    cluster.script.set('Commit', [answered('INVALID_PRODUCER_EPOCH')]);
    await expect(write({ changes })).rejects.toThrow('INVALID_PRODUCER_EPOCH');
    expect([puts, await store.get(['A'])]).toEqual([[], [undefined]]);
  });

  test('learns no place where the broker does not say it', async () => {
    const { cluster, write, puts } = await opened();
    cluster.broker(1).produceCodes.push({ state: 46 });
    await write({ changes });
    expect(puts).toMatchObject([{ orders: ['A'], place: undefined }]);
  });

  test('is behind the watermark of what was committed: so what expired is known', async () => {
    const { write, taken } = await opened();
    await write({ changes });
    await write({ position: { ...further, time: { watermark: 1_002, topics: [] } } });
    await write({ summaries: [summary] });
    expect(taken()).toContain('state[4] A: null');
  });
});

describe('what outgrows the broker’s limit', () => {
  /** Of which half is for the header and the request around it. */
  const small = { recordBytesMax: 1_024 };
  const long = (letter: string, length: number) => letter.repeat(length);

  const orderIds = [...'abcdefgh'].map(letter => long(letter, 100));
  /** Three of them fill a batch, and leave no room for the position. */
  const changed = [...'abcdef'].map(letter => long(letter, 125));
  const many = Array.from({ length: 8 }, (_, index) => index);

  test.each<[string, Partial<Settlement>, string[]]>([
    [
      'events',
      { outcomes: orderIds.map(id => event(id)) },
      orderIds.map(id => `events[${partition(id)}] ${id}: ${id}`),
    ],
    [
      'failures',
      { outcomes: many.map(index => failure(index, long('k', 100))) },
      many.map(index => `failures[${failuresOf(long('k', 100))}] ${long('k', 100)}: no_items@${index}`),
    ],
    [
      'summaries',
      { summaries: many.map(index => ({ ...summary, window_start: index, currency: long('E', 50) })) },
      many.map(index => `summaries[1] 1970-01-01T00:00:00.00${index}Z/${long('E', 50)}/4: ${index} ${long('E', 50)} 4`),
    ],
    [
      'states and the position',
      { changes: new Map(changed.map((orderId, index) => [orderId, order(index)])) },
      changed.map((orderId, index) => `state[4] ${orderId}: ${index}`),
    ],
  ])('goes out in parts of one transaction, each record once and in order: %s', async (_, settlement, expected) => {
    const { cluster, write, names, taken } = await opened(small);
    await write(settlement);
    const position = 'state[4] : 5';
    expect(taken().at(-1)).toBe(position);
    const sorted = (all: string[]) => [...all].sort((a, b) => (a.slice(0, 10) < b.slice(0, 10) ? -1 : 1));
    expect(sorted(taken().filter(told => told !== position))).toEqual(sorted(expected));
    const batches = batchesOf(cluster);
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(512);
    expect(batches.filter(({ count }) => count > 1).length).toBeGreaterThan(0);
    expect(names().filter(name => name === 'Commit')).toHaveLength(1);
    expect(names().at(-1)).toBe('Commit');
  });

  test('goes out under its own key, though another lane of the process writes while a part is sent', async () => {
    const lanes = await Promise.all(['a', 'b'].map(async letter => ({ letter, ...(await opened(small)) })));
    const settlement = (letter: string) => {
      const ids = many.map(index => long(letter, 50 - String(index).length) + index);
      return {
        outcomes: ids.map(id => event(id)),
        changes: new Map(ids.map((id, index) => [id, order(index)])),
      };
    };
    await Promise.all(lanes.map(({ letter, write }) => write(settlement(letter))));
    for (const { letter, cluster, taken } of lanes) {
      expect(batchesOf(cluster).filter(({ topic }) => topic === topics.state).length).toBeGreaterThan(1);
      const expected = [...settlement(letter).changes.keys()].flatMap((id, index) => [
        `events[${partition(id)}] ${id}: ${id}`,
        `state[4] ${id}: ${index}`,
      ]);
      expect(taken().sort()).toEqual([...expected, 'state[4] : 5'].sort());
    }
  });

  test.each([[1], [3]])(
    'an event becomes a failure of each of its %d records, and nothing of it goes out',
    async count => {
      const { cluster, write, taken } = await opened(small);
      const others = [source(6), source(7)].slice(0, count - 1);
      const orderId = long('x', 250);
      const written = await write({ outcomes: [event('A'), event(orderId, ...others)] });
      const message =
        `deliver: Cannot write the event of order "${orderId}" as it has ${recordBytesOf(250)} bytes: ` +
        'at most 512 may be written (kafka.record_bytes_max)';
      expect(taken().filter(told => told.startsWith('failures'))).toEqual(
        [5, 6, 7].slice(0, count).map(offset => `failures[${failuresOf('k')}] k: ${message}@${offset}`),
      );
      expect(taken().filter(told => told.startsWith('events'))).toEqual([`events[${partition('A')}] A: A`]);
      expect(Math.max(...batchesOf(cluster).map(({ bytes }) => bytes))).toBeLessThanOrEqual(512);
      expect(written).toMatchObject({ events: 1, failures: count });
      expect([...written.byCode]).toEqual([['too_large', count]]);
    },
  );

  test('is what is larger by one byte, and not what just fits', async () => {
    const recordBytesMax = recordBytesOf(200) + 512;
    const fits = await opened({ recordBytesMax });
    await fits.write({ outcomes: [event(long('x', 200))] });
    expect(fits.taken()[0]).toMatch(/^events/);
    const over = await opened({ recordBytesMax: recordBytesMax - 1 });
    expect(await over.write({ outcomes: [event(long('x', 200))] })).toMatchObject({ events: 0, failures: 1 });
    const kept = recordBytes(Buffer.from('k'), encoding.failure(failure(6), false), []) + 512;
    for (const [max, digest] of [
      [kept, ''],
      [kept - 1, ' digest'],
    ] as const) {
      const { write, taken } = await opened({ recordBytesMax: max, remembers: false });
      await write({ outcomes: [failure(6)] });
      expect(taken()[0]).toBe(`failures[${failuresOf('k')}] k: no_items@6${digest}`);
    }
  });

  test.each<[string, number, string]>([
    ['is whole while it can be', 400, 'whole'],
    ['has a digest where it cannot be', 480, 'digest'],
    ['has no key where that is too long for itself', 70_000, 'keyless'],
  ])('a failure %s', async (_, keyLength, kept) => {
    const { write, taken } = await opened(keyLength > 65_536 ? { recordBytesMax: 70_000 } : small);
    const key = long('k', keyLength);
    await write({ outcomes: [failure(6, key)] });
    const where = `failures[${failuresOf(key)}]`;
    const told = { whole: `${key}: no_items@6`, digest: `${key}: no_items@6 digest`, keyless: '-: no_items@6 digest' };
    expect(taken()[0]).toBe(`${where} ${told[kept as keyof typeof told]}`);
  });

  test('a position does, and says what may make it so long', async () => {
    const { write, writer } = await opened(small);
    const position = { ...further, summaries: Array.from({ length: 40 }, () => summary) };
    const why =
      /^Cannot keep the position of lane 4 as it has \d+ bytes and 512 may be written \(kafka\.record_bytes_max\) with the 40 summaries that are open: take a longer summary\.hop_ms, or raise it$/;
    await expect(write({ position })).rejects.toThrow(why);
    await expect(writer.commitPosition(position)).rejects.toThrow(why);
  });

  test('a state stops the lane, and says which settings let it grow', async () => {
    const { write, names } = await opened(small);
    const orderId = long('x', 600);
    await expect(write({ changes: new Map([[orderId, order(1)]]) })).rejects.toThrow(
      /^Cannot keep the state of order "x{600}" as it has \d+ bytes and 512 may be written \(kafka\.record_bytes_max\): lower ledger\.bytes_per_order_max and window\.held_bytes_per_order_max, or raise it$/,
    );
    expect(names()).toEqual([]);
  });
});
