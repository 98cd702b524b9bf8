/** What a lane has of its changelog when it begins: from the changelog's first record, or from where its store stands. */
import { positionKey } from '../../../connectors/kafka/changelog';
import { restore, unlike } from '../../../connectors/kafka/restore';
import { newestOf } from '../../../connectors/state/codec';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { Place, StateStore } from '../../../connectors/state/store';
import { startPosition } from '../../../pipeline/batch';
import type { OrderState } from '../../../schemas/types';
import { changesOf } from '../../contract/changes';
import { memoryCodec } from '../../state-codec';
import { FakeCluster } from './fake';
import { batchOf } from './records/batches';

const codec = memoryCodec();
const shape = { settings: 'session', partitions: 2 };

/** Of an order, told apart by `newest`, or its tombstone; or the position at that offset of the orders; or keyless. */
type Line = readonly [order: string, newest: number | null] | number | null;
const state = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });
const positionAt = (offset: number) => startPosition(new Map([['orders', BigInt(offset)]]));
const itemOf = (line: Line) => {
  if (line === null) return { key: null, value: Buffer.from(codec.encode(state(99))) };
  if (typeof line === 'number')
    return { key: positionKey, value: Buffer.from(codec.encodePosition(positionAt(line), shape)) };
  const [order, newest] = line;
  return { key: Buffer.from(order), value: newest === null ? null : Buffer.from(codec.encode(state(newest))) };
};

const FIRST = 10;

/** A changelog whose first record has offset 10; `undefined` was compacted away. A fetch brings two records at most. */
const clusterOver = (lines: readonly (Line | undefined)[]) => {
  const cluster = new FakeCluster();
  const broker = cluster.broker(1);
  broker.range = [FIRST, FIRST + lines.length];
  const asked: number[] = [];
  broker.fetched = ({ asked: [wanted], answer }) => {
    const from = wanted?.offset as number;
    asked.push(from);
    const some = lines
      .map((line, index) => ({ line, offset: FIRST + index }))
      .filter(({ line, offset }) => offset >= from && line !== undefined)
      .slice(0, 2);
    const batches = some.map(({ line, offset }) =>
      batchOf([{ ...itemOf(line as Line), timestamp: 1_000 + offset }], { baseOffset: offset }),
    );
    answer([{ topic: 'changelog', records: Buffer.concat(batches) }]);
  };
  return { cluster, asked };
};

/** A store that stands somewhere, with what it held there. */
const storeAt = async (place: Place | undefined, held: Record<string, number> = {}) => {
  const memory = memoryStore();
  await memory.put(
    changesOf(Object.entries(held).map(([order, newest]) => [order, Buffer.from(codec.encode(state(newest))), false])),
  );
  let stands = place;
  const resets: string[] = [];
  const store: StateStore = {
    ...memory,
    place: async () => stands,
    put: (changes, now) => {
      if (now) stands = now;
      return memory.put(changes, now);
    },
    reset: why => {
      stands = undefined;
      resets.push(why);
      return memory.reset(why);
    },
  };
  const kept = async () =>
    Object.fromEntries((await memory.next(100)).map(([order, bytes]) => [order, newestOf(bytes)]).sort());
  return { store, kept, resets, place: () => stands };
};

const restored = async (
  lines: readonly (Line | undefined)[],
  stood?: { readonly offset: number; readonly at?: number },
  held?: Record<string, number>,
) => {
  const { cluster, asked } = clusterOver(lines);
  const { store, kept, resets, place } = await storeAt(stood && { at: Date.now(), ...stood }, held);
  const told: number[] = [];
  const {
    position,
    shape: ofState,
    records,
  } = await restore(cluster, 'changelog', 0, store, codec, ({ records }) => told.push(records));
  const offset = position && Number(position.offsets.get('orders'));
  return { offset, shape: ofState?.settings, kept: await kept(), place: place()?.offset, resets, asked, records, told };
};

const whole: readonly Line[] = [['A', 1], ['B', 1], 5, ['A', 2], ['B', null], ['C', 3], 8];

test('an empty changelog has nothing to say', async () => {
  expect(await restored([])).toMatchObject({ offset: undefined, shape: undefined, kept: {}, asked: [], records: 0 });
});

test('of each order the last state is kept, of the positions the last, and where it stands', async () => {
  expect(await restored(whole)).toEqual({
    offset: 8,
    shape: 'session',
    kept: { A: 2, C: 3 },
    place: 16,
    resets: [],
    asked: [10, 12, 14, 16],
    records: 7,
    told: [2, 4, 6, 7],
  });
});

test('a record without key is no order', async () => {
  expect(await restored([null, ['A', 1], 5])).toMatchObject({ kept: { A: 1 }, offset: 5, records: 3 });
});

test('orders in which something waits are known for the start', async () => {
  const waits = { ...codec, decode: (bytes: Buffer) => ({ ...codec.decode(bytes), windows: [{} as never] }) };
  const waiting = async (by: typeof codec) => {
    const { store } = await storeAt(undefined);
    await restore(clusterOver([['A', 1], ['B', 1], ['B', null], 5]).cluster, 'changelog', 0, store, by);
    return store.waiting();
  };
  expect([await waiting(waits), await waiting(codec)]).toEqual([['A'], []]);
});

test('a changelog without position: its states are read, and the start will ask', async () => {
  expect(await restored([['A', 1]])).toMatchObject({ offset: undefined, shape: undefined, kept: { A: 1 } });
});

describe('a store on disk', () => {
  test('is led on from where it stands, which is read again', async () => {
    expect(await restored(whole, { offset: 12 }, { A: 1, B: 1 })).toMatchObject({
      offset: 8,
      kept: { A: 2, C: 3 },
      place: 16,
      resets: [],
      asked: [12, 14, 16],
    });
  });

  test('that stands at the end keeps all it has', async () => {
    expect(await restored(whole, { offset: 16 }, { A: 2, C: 3 })).toMatchObject({
      offset: 8,
      kept: { A: 2, C: 3 },
      resets: [],
      asked: [16],
    });
  });

  test('whose position was compacted away for a newer one is led on', async () => {
    const lines = [undefined, ['B', 1], undefined, ['A', 2], ['B', null], 8] as const;
    expect(await restored(lines, { offset: 12 }, { A: 1, B: 1 })).toMatchObject({
      offset: 8,
      kept: { A: 2 },
      resets: [],
    });
  });

  test.each<[string, { offset: number; at?: number }, string]>([
    ['where there is no position', { offset: 13 }, 'it stands at 13 of changelog[0], and there is no position'],
    ['before the changelog', { offset: 9 }, 'it stands at 9 of the changelog, which has 10 to 17'],
    ['behind the changelog', { offset: 17 }, 'it stands at 17 of the changelog, which has 10 to 17'],
    [
      'where it stood too long',
      { offset: 12, at: 0 },
      'it stands where the changelog was at 1970-01-01T00:00:00.000Z, and tombstones may be gone since',
    ],
  ])('that stands %s begins anew: nothing of it is left', async (_, stood, why) => {
    expect(await restored(whole, stood, { A: 1, gone: 1 })).toMatchObject({
      offset: 8,
      kept: { A: 2, C: 3 },
      place: 16,
      resets: [why],
    });
  });

  test('that stands where a record has no key begins anew', async () => {
    expect(await restored([['A', 1], null, 5], { offset: 11 }, { gone: 1 })).toMatchObject({
      offset: 5,
      kept: { A: 1 },
      resets: ['it stands at 11 of changelog[0], and there is no position'],
    });
  });

  test('behind whose place no position comes any more begins anew', async () => {
    const lines = [5, ['A', 1], undefined, ['A', 2]] as const;
    expect(await restored(lines, { offset: 12 }, { gone: 1 })).toMatchObject({
      offset: 5,
      kept: { A: 2 },
      resets: ['it stands at 12 of changelog[0], and there is no position'],
      asked: [12, 10, 12],
    });
  });
});

const hour = 3_600_000;
const now = 1_767_225_600_000;

test.each<[string, Place, string | undefined]>([
  ['what it has is a part of what there is', { offset: 50, at: now - hour }, undefined],
  ['it stands at the beginning', { offset: 10, at: now }, undefined],
  ['it stands at the last record', { offset: 99, at: now }, undefined],
  ['what it has was deleted', { offset: 9, at: now }, 'it stands at 9 of the changelog, which has 10 to 100'],
  [
    'the changelog is a shorter one',
    { offset: 100, at: now },
    'it stands at 100 of the changelog, which has 10 to 100',
  ],
  ['it was away for half a day', { offset: 50, at: now - 12 * hour }, undefined],
  [
    'it was away for longer, and may have missed tombstones',
    { offset: 50, at: now - 12 * hour - 1 },
    'it stands where the changelog was at 2025-12-31T11:59:59.999Z, and tombstones may be gone since',
  ],
  [
    'it was away for longer, and missed one record',
    { offset: 97, at: now - 13 * hour },
    'it stands where the changelog was at 2025-12-31T11:00:00.000Z, and tombstones may be gone since',
  ],
  ['it was away for longer, and nothing was written since', { offset: 98, at: now - 13 * hour }, undefined],
])('a store where %s', (_, place, why) => expect(unlike(place, 10, 100, now)).toBe(why));

test('a changelog with a transaction that nobody will end is an error that says what to do', async () => {
  const { cluster, asked } = clusterOver([['a', 1], 5, ['a', 2]]);
  cluster.undecided.add('changelog/0');
  await expect(restore(cluster, 'changelog', 0, memoryStore(), codec)).rejects.toThrow(
    'Cannot restore lane 0 as changelog[0] has a transaction at offset 12 that is neither committed nor aborted: it ended ' +
      'while the partition had no leader (KAFKA-20734), and what was decided is forgotten. Look for such transactions with ' +
      '"kafka-transactions.sh find-hanging", and end them with its "abort"',
  );
  expect(asked).toEqual([]);
});
