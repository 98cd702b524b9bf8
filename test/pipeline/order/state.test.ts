/** What is remembered of an order: plain data there and back, the records that wait among it whole and in memory of their own. */
import type { Entry, SourceRecord } from '../../../pipeline/batch';
import type { Fact } from '../../../pipeline/order/fact';
import type { Ledger } from '../../../pipeline/order/ledger/ledger';
import { recalled, recordsOf, sourceOf, stored } from '../../../pipeline/order/state';
import { record } from '../../driver';
import { STORY_START } from '../../facts';
import { entryOf, play } from './ledger/story';

const entry = (eventId: string, source: Partial<SourceRecord> = {}): Entry<Fact> => ({
  ...entryOf({ eventId, kind: 'refunded' }),
  source: { ...record(Number(eventId.slice(1))), ...source },
});
type Five = [Entry<Fact>, Entry<Fact>, Entry<Fact>, Entry<Fact>, Entry<Fact>];
const five = () => ['R1', 'R2', 'R3', 'R4', 'R5'].map(id => entry(id)) as Five;
const read = (entries: readonly Entry<Fact>[]) => {
  const byOffset = new Map(entries.map(one => [one.source.offset, one]));
  return (source: SourceRecord) => byOffset.get(source.offset);
};

const PLACED = '0m: placed P total 102 subtotal 90 tax 7.2 shipping 4.8';

test.each([
  ['with a purchase', [PLACED, '1m: returned R total 43.2 tax 3.2', '2m: cancelled C']],
  ['without', ['0m: refunded R total 1', '10m:']],
])('a ledger comes back as it was: %s', (_what, lines) => {
  const { ledger } = play(lines);
  const state = stored(ledger, [], [])!;
  expect(state.newest).toBe(ledger?.newest);
  expect(state.waiting).toEqual([]);
  expect(state.windows).toEqual([]);
  expect(recalled('A', state)).toEqual({ ledger, late: [], windows: [] });
});

test('a ledger is stored by the names of its schema', () => {
  const { ledger } = play([PLACED]);
  expect(stored(ledger, [], [])).toEqual({
    newest: STORY_START,
    ledger: {
      currency: 'EUR',
      purchase: {
        occurred_at: STORY_START,
        total: 1_020_000,
        subtotal: 900_000,
        tax: 72_000,
        shipping: 48_000,
        digest: ledger?.purchase?.digest,
      },
      given: { total: 0, subtotal: 0, tax: 0, shipping: 0 },
      cancelled: false,
      seen: [{ fact_id: 'P', action: 'purchase', occurred_at: STORY_START }],
      since: STORY_START,
    },
    waiting: [],
    windows: [],
  });
});

test('where nothing is left to remember there is no state', () => {
  expect(stored(undefined, [], [])).toBeUndefined();
});

test('what waits comes back by its records: held, late, and in windows', () => {
  const [held, late, first, second, third] = five();
  const { ledger } = play(['0m: refunded R total 1', '10m:']);
  const waiting: Ledger = { ...ledger!, held: [{ entry: held, until: 7, bytes: 0 }] };
  const windows = [
    { start: 1, end: 2, values: [first] },
    { start: 3, end: 4, values: [second, third] },
  ];
  const state = stored(waiting, [{ entry: late, at: 9 }], windows)!;
  expect(state.waiting.map(({ until, late: isLate }) => [until, isLate])).toEqual([
    [7, false],
    [9, true],
  ]);
  const records = recordsOf(state);
  expect(records.map(({ offset }) => offset)).toEqual([1n, 2n, 3n, 4n, 5n]);
  const facts = records.map(sourceOf).map(read([held, late, first, second, third]));
  expect(recalled('A', state, facts)).toEqual({
    ledger: {
      ...waiting,
      held: [{ entry: held, until: 7, bytes: 3 * 2 + 2 + 2 + 256 }],
      bytes: 5 + 266,
    },
    late: [{ entry: late, at: 9 }],
    windows,
  });
});

test('what came late says so, also where it waits for its purchase', () => {
  const { ledger } = play(['0m: refunded R total 1', '10m:']);
  const [held, late] = [entry('R1'), entry('R2')].map(one => ({ ...one, late: true as const }));
  const state = stored({ ...ledger!, held: [{ entry: held!, until: 7, bytes: 0 }] }, [{ entry: late!, at: 9 }], [])!;
  expect(state.waiting.map(({ came_late }) => came_late)).toEqual([true, true]);
  const back = recalled('A', state, [entry('R1'), entry('R2')]);
  expect([back.ledger?.held[0]?.entry.late, back.late[0]?.entry.late]).toEqual([true, true]);
  const inTime = stored(undefined, [{ entry: entry('R1'), at: 9 }], [])!;
  expect(inTime.waiting[0]?.came_late).toBe(false);
  expect(recalled('A', inTime, [entry('R1')]).late[0]?.entry.late).toBeUndefined();
});

test('late facts and windows alone are a state, with no ledger', () => {
  const late = stored(undefined, [{ entry: entry('R1'), at: 9 }], [])!;
  expect([late.ledger, late.newest, late.waiting.length, late.windows]).toEqual([null, 0, 1, []]);
  const window = stored(undefined, [], [{ start: 1, end: 2, values: [entry('R1')] }])!;
  expect([window.ledger, window.waiting, window.windows.length]).toEqual([null, [], 1]);
});

test('a record that can no longer be used is left out, and its window where it was alone', () => {
  const [held, late, first, second, third] = five();
  const { ledger } = play(['0m: refunded R total 1', '10m:']);
  const state = stored(
    { ...ledger!, held: [{ entry: held, until: 7, bytes: 0 }] },
    [{ entry: late, at: 9 }],
    [
      { start: 1, end: 2, values: [first] },
      { start: 3, end: 4, values: [second, third] },
    ],
  )!;
  expect(recalled('A', state, [undefined, undefined, undefined, undefined, third])).toEqual({
    ledger,
    late: [],
    windows: [{ start: 3, end: 4, values: [third] }],
  });
});

test('a record that waits is a copy, all of it, and the entry holds on to that', () => {
  const fetched = Buffer.from('key value name');
  const source: SourceRecord = {
    topic: 'commerce.orders',
    partition: 2,
    offset: 7n,
    timestamp: 8,
    key: fetched.subarray(0, 3),
    value: fetched.subarray(4, 9),
    headers: [
      { name: 'h', value: fetched.subarray(10) },
      { name: 'h', value: null },
    ],
    attempt: 3,
    arrivedOn: 'odp.inbox',
  };
  const one: Entry<Fact> = { ...entryOf({}), source };
  const { record: kept } = stored(undefined, [{ entry: one, at: 9 }], [])!.waiting[0]!;
  fetched.fill(0);
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  const { arrivedOn, ...plain } = source;
  const expected = {
    ...plain,
    key: bytes('key'),
    value: bytes('value'),
    headers: [
      { name: 'h', value: bytes('name') },
      { name: 'h', value: null },
    ],
  };
  expect(texts(kept)).toEqual(texts({ ...expected, arrived_on: arrivedOn }));
  expect(one.source).toMatchObject({ offset: 7n, arrivedOn });
  expect(one.source).not.toBe(source);
  // Once only.
  const copy = one.source;
  expect(texts(stored(undefined, [{ entry: one, at: 9 }], [])!.waiting[0]!.record)).toEqual(texts(kept));
  expect(one.source).toBe(copy);
  const { key, value, ...others } = sourceOf(kept);
  expect(texts({ ...others, key, value })).toMatchObject(texts({ ...expected, arrivedOn }));
});

test.each([
  [null, null],
  [null, 'value'],
  ['key', null],
  ['', 'value'],
  ['key', ''],
  ['Schlüssel', '€ 12 \u0080\u{1f6d2}'],
])('a record that waits has key %j and value %j as it came', (key, value) => {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  const { record: kept } = stored(
    undefined,
    [{ entry: entry('R1', { key: bytes(key), value: bytes(value) }), at: 9 }],
    [],
  )!.waiting[0]!;
  const text = (some: Uint8Array | null) => some && Buffer.from(some).toString();
  expect([text(kept.key), text(kept.value)]).toEqual([key, value]);
});

test('what came by its own topic does not say that it came by another', () => {
  const { record: kept } = stored(undefined, [{ entry: entry('R1', { key: null, value: null }), at: 9 }], [])!
    .waiting[0]!;
  expect(kept).toMatchObject({ arrived_on: null, key: null, value: null });
  expect(sourceOf(kept).arrivedOn).toBeUndefined();
});

/** Bytes of whatever class as plain text, to be compared by what is in them. */
const texts = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      one instanceof Uint8Array ? Buffer.from(one).toString() : Array.isArray(one) ? one.map(texts) : one,
    ]),
  );
