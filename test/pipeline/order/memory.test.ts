/** What a lane remembers, step by step: what changed, what waits, what is due. No windows unless told; times are ms, the wait is 600. */
import { DATA_ONLY, type Entry, type Moment } from '../../../pipeline/batch';
import { Failure, Rejection } from '../../../pipeline/failure';
import type { Fact, FactKind } from '../../../pipeline/order/fact';
import type { Ledger } from '../../../pipeline/order/ledger/ledger';
import { defaultLedgerSettings, type LedgerSettings } from '../../../pipeline/order/ledger/settings';
import type { Kept, Settled } from '../../../pipeline/order/memory';
import { defaultOrderWindowSettings, type OrderWindowSettings } from '../../../pipeline/order/window';
import { ByEnd } from '../../../pipeline/window/by-end';
import { record } from '../../driver';
import { entryOf } from './ledger/story';
import { stepwise } from './stepwise';

const WAIT = 600;
let offset = 0;
const fact = (kind: FactKind, order: string, id: string, at: number, topic = 'near'): Entry<Fact> => ({
  ...entryOf({
    kind,
    orderId: order,
    eventId: id,
    occurredAt: at,
    ...(kind !== 'cancelled' && { total: 10 as never, subtotal: 10 as never }),
  }),
  source: { ...record(offset++), topic },
});
const placed = (order: string, at: number, topic?: string) => fact('placed', order, `${order}P`, at, topic);
const refunded = (order: string, id: string, at: number, topic?: string) => fact('refunded', order, id, at, topic);

interface Options {
  readonly window?: Partial<OrderWindowSettings>;
  readonly ledger?: Partial<LedgerSettings>;
  readonly topics?: readonly string[];
  readonly kept?: Partial<Kept>;
}

const laneOf = ({ window, ledger, topics = ['near'], kept }: Options = {}) =>
  stepwise(
    {
      window: { ...defaultOrderWindowSettings, kind: 'none', gapMs: 5, graceMs: 5, ...window },
      ledger: { ...defaultLedgerSettings, orphanWaitMs: WAIT, ...ledger },
      timeTopics: topics,
    },
    kept,
  );

const told = ({ outcomes }: Settled) =>
  outcomes.map(outcome => (outcome instanceof Failure ? outcome.code : outcome.value.fact_ids.join()));
const changed = ({ changes }: Settled) => [...changes].map(([order, state]) => `${order}${state ? '' : ' gone'}`);

const ledgerOf = (held: readonly (readonly [Entry<Fact>, number])[]): Ledger => ({
  orderId: 'A',
  currency: null,
  purchase: null,
  given: { total: 0, subtotal: 0, tax: 0, shipping: 0 } as never,
  cancelled: false,
  seen: [],
  held: held.map(([entry, until]) => ({ entry, until, bytes: 1 })),
  since: 0,
  newest: 0,
  bytes: held.length,
});

describe('what changed', () => {
  test('is told where it did, and not of a fact that came twice', () => {
    const next = laneOf();
    expect(changed(next([placed('A', 1)]))).toEqual(['A']);
    expect(changed(next([placed('A', 1)]))).toEqual([]);
    expect(changed(next())).toEqual([]);
  });

  test('an order of which nothing is left goes, one that never was there is not told', () => {
    const next = laneOf({ ledger: { retentionMs: 100 } });
    expect(changed(next([placed('B', 1000), refunded('A', 'R', 10)]))).toEqual(['B']);
    const gone = next([refunded('B', 'S', 10), placed('C', 2000)]);
    expect([told(gone), changed(gone)]).toEqual([['beyond_retention', 'CP'], ['C']]);
    const later = next([refunded('B', 'T', 10)]);
    expect([told(later), changed(later)]).toEqual([['beyond_retention'], ['B gone']]);
    expect(changed(next([refunded('B', 'T', 10)]))).toEqual([]);
  });

  test('so does one in which all that waited was refused', () => {
    const next = laneOf();
    expect(changed(next([fact('cancelled', 'A', 'C', 5)]))).toEqual(['A']);
    const last = next([placed('B', 5 + WAIT)]);
    expect([told(last), changed(last)]).toEqual([
      ['missing_field', 'BP'],
      ['B', 'A gone'],
    ]);
  });

  test('and one that the lane found so at its start', () => {
    const waiting = new Map([
      ['A', { ledger: ledgerOf([[fact('cancelled', 'A', 'C', 5), 50]]), late: [], windows: [] }],
    ]);
    const next = laneOf({ kept: { waiting } });
    expect(changed(next())).toEqual([]);
    expect(changed(next([placed('B', 55)]))).toEqual(['B', 'A gone']);
  });

  test('one that came and went in parts of one batch is not told', () => {
    const next = laneOf({ window: { kind: 'session' }, ledger: { factsPerOrderMax: 0 } });
    expect(changed(next([placed('A', 1)], { ...DATA_ONLY, more: true }))).toEqual([]);
    const last = next([placed('B', 100), placed('C', 200)]);
    expect([told(last), changed(last)]).toEqual([['ledger_full', 'ledger_full'], ['C']]);
  });
});

test('what could no longer be used at the start comes out once, first, and what is left of the order is written', () => {
  const failure = new Failure('map', new Rejection('no_identifier', 'Cannot identify'), record(0));
  const waiting = new Map([['A', { ledger: ledgerOf([[refunded('A', 'R', 5), 50]]), late: [], windows: [] }]]);
  const next = laneOf({ kept: { waiting, failures: [failure] } });
  const first = next([placed('B', 1)]);
  expect([told(first), changed(first)]).toEqual([
    ['no_identifier', 'BP'],
    ['A', 'B'],
  ]);
  const second = next([placed('C', 2)]);
  expect([told(second), changed(second)]).toEqual([['CP'], ['C']]);
});

test('what waits is counted: in windows, for its purchase, and as late', () => {
  const waiting = new Map([['A', { ledger: ledgerOf([[refunded('A', 'R', 5), 50]]), late: [], windows: [] }]]);
  const next = laneOf({ window: { kind: 'session' }, topics: ['near', 'far'], kept: { waiting } });
  expect(next([placed('B', 40)]).held).toBe(2);
  expect(next([refunded('C', 'L', 1)]).held).toBe(3);
  expect(next([placed('D', 1000), placed('E', 1000, 'far')]).held).toBe(2);
});

test('an event knows those of its action that went before it', () => {
  const next = laneOf();
  next([placed('A', 1), refunded('A', 'R', 2)]);
  const { emitted } = next([
    { ...refunded('A', 'S', 3), value: { ...refunded('A', 'S', 3).value, total: 0 as never, subtotal: 0 as never } },
  ]);
  expect(emitted.map(({ before }) => before)).toEqual([[2]]);
  expect(laneOf()([placed('A', 1)]).emitted.map(({ before }) => before)).toEqual([[]]);
});

test.each<[string, number[] | null, number[] | null]>([
  ['by their bytes', [1, 9], [2, 1]],
  ['the shorter before the longer', [1], [1, 0]],
  ['and none before any', null, [0]],
])('of one id told in two ways at once, which is the one is not what was fetched first: %s', (_, small, large) => {
  const told = (total: number, bytes: number[] | null) => {
    const { source, value } = refunded('A', 'R', 2);
    const fact = { ...value, total: total as never };
    return { source: { ...source, value: bytes && Uint8Array.from(bytes) }, value: fact };
  };
  for (const both of [
    [told(10, small), told(12, large)],
    [told(12, large), told(10, small)],
  ]) {
    const next = laneOf({ window: { kind: 'session' }, ledger: { orphanWaitMs: 0 } });
    const { emitted, duplicates } = next([...both, placed('B', 1_000), placed('C', 2_000)]);
    expect(emitted.filter(({ event }) => event.order_id === 'A').map(({ event }) => event.total)).toEqual([10]);
    expect(duplicates).toHaveLength(1);
  }
});

test('a purchase that goes out net says what it does to revenue; no other event does', () => {
  const next = laneOf({ ledger: { latePurchase: 'net', orphanWaitMs: 0 } });
  const { emitted } = next([
    ...[refunded('A', 'R', 1), placed('A', 2), placed('B', 3)],
    ...[refunded('C', 'S', 1), refunded('C', 'T', 2), placed('C', 3)],
  ]);
  expect(emitted.map(({ event: { action, total }, effect }) => [action, total, effect])).toEqual([
    ['refund', 10, undefined],
    ['purchase', 0, 10],
    ['purchase', 10, undefined],
    ['refund', 10, undefined],
    ['refund', 10, undefined],
    ['purchase', 0, 20],
  ]);
});

test('a correction that goes out net adds what ODP holds more by it, whichever way the order was below zero', () => {
  const ledger = { latePurchase: 'net', changedPurchase: 'correct', overDeduction: 'warn', orphanWaitMs: 0 } as const;
  const costs = (orderId: string, total: number, time: number) => {
    const one = placed(orderId, time);
    const amounts = { total: total as never, subtotal: total as never };
    return { ...one, value: { ...one.value, eventId: `${orderId}${time}`, ...amounts } };
  };
  const { emitted } = laneOf({ ledger })([
    ...[refunded('A', 'R', 1), refunded('A', 'S', 2), costs('A', 10, 3), costs('A', 23, 4)],
    ...[costs('B', 10, 5), refunded('B', 'T', 6), refunded('B', 'U', 7), costs('B', 23, 8)],
  ]);
  const held = new Map<string, number>();
  const told = emitted.map(({ event: { order_id, action, total }, effect }) => {
    const by = action === 'purchase' ? Number(effect ?? total) : -Number(total);
    held.set(order_id, (held.get(order_id) ?? 0) + by);
    return [order_id, action, total, held.get(order_id)];
  });
  expect(told).toEqual([
    ['A', 'refund', 10, -10],
    ['A', 'refund', 10, -20],
    ['A', 'purchase', 0, 0],
    ['A', 'purchase', 3, 3],
    ['B', 'purchase', 10, 10],
    ['B', 'refund', 10, 0],
    ['B', 'refund', 10, -10],
    ['B', 'purchase', 3, 3],
  ]);
});

describe('stream time', () => {
  const idle = ['near'];
  test.each<[string, Moment, number]>([
    ['of data alone', DATA_ONLY, 95],
    ['idle without a clock', { idle, clockMs: undefined, end: false }, 95],
    ['a clock, and not idle', { idle: [], clockMs: 1000, end: false }, 95],
    ['a clock and idle: behind it by the grace', { idle, clockMs: 1000, end: false }, 995],
    ['a clock that is behind', { idle, clockMs: 50, end: false }, 95],
    ['the end', { idle: [], clockMs: undefined, end: true }, Number.POSITIVE_INFINITY],
  ])('%s', (_what, moment, until) => {
    const next = laneOf();
    next([placed('A', 100)]);
    expect(next([], moment).until).toBe(until);
  });
});

describe('what is due first goes first', () => {
  test.each<[string, number, number, string[]]>([
    ['the late one', 100, 50, ['L']],
    ['the held one', 50, 100, ['R']],
  ])('%s', (_what, until, at, expected) => {
    const late = [{ entry: refunded('A', 'L', 5), at }];
    const waiting = new Map([['A', { ledger: ledgerOf([[refunded('A', 'R', 5), until]]), late, windows: [] }]]);
    const next = laneOf({ ledger: { orphanWaitMs: 0 }, kept: { waiting } });
    expect(told(next([placed('B', 65)]))).toEqual([...expected, 'BP']);
  });

  test('also where the order waited for something later, and another is due between', () => {
    const waiting = new Map([
      ['A', { ledger: ledgerOf([[refunded('A', 'R', 5), 900]]), late: [], windows: [] }],
      ['B', { ledger: { ...ledgerOf([[refunded('B', 'S', 5), 800]]), orderId: 'B' }, late: [], windows: [] }],
    ]);
    const next = laneOf({
      window: { kind: 'session' },
      topics: ['near', 'far'],
      ledger: { orphanWaitMs: 0 },
      kept: { waiting },
    });
    expect(told(next([placed('C', 100), refunded('A', 'L', 1)]))).toEqual([]);
    expect(told(next([placed('D', 200), placed('E', 200, 'far')]))).toEqual(['L', 'CP']);
  });
});

test('a deduction that waits on keeps no order in memory whose own has gone out', () => {
  const push = jest.spyOn(ByEnd.prototype, 'push');
  const next = laneOf();
  next([refunded('orphan', 'R', 0)]);
  for (let n = 0; n < 100; n++) {
    next([refunded(`A${n}`, 'R', 1)]);
    expect(next([placed(`A${n}`, 1)])).toMatchObject({ held: 1, emitted: { length: 2 } });
  }
  const [queue, ...others] = new Set(push.mock.contexts);
  expect(others).toEqual([]);
  expect(queue?.size).toBeLessThanOrEqual(1 + 16); // a few may stay
  push.mockRestore();
});

describe('late facts', () => {
  const two = { window: { kind: 'session' as const }, topics: ['near', 'far'] };

  test('of one time go out by topic, and those of one topic as they came', () => {
    const next = laneOf({ ...two, ledger: { orphanWaitMs: 0 } });
    next([placed('A', 100), placed('B', 100, 'far')]);
    next([refunded('C', 'F', 1, 'far'), refunded('C', 'N', 1), refunded('C', 'M', 1)]);
    expect(told(next([placed('D', 100)]))).toEqual([]);
    expect(told(next([placed('D', 101), placed('E', 101, 'far')]))).toEqual(['N', 'M', 'F']);
  });

  test('up to the bound of their order wait; beyond it the first goes', () => {
    // Each record is 65 bytes.
    const next = laneOf({ ...two, window: { ...two.window, heldBytesPerOrderMax: 130 }, ledger: { orphanWaitMs: 0 } });
    next([placed('B', 100)]);
    expect(told(next([refunded('A', 'R', 1), refunded('A', 'S', 2)]))).toEqual([]);
    expect(told(next([refunded('A', 'T', 3)]))).toEqual(['R']);
  });

  describe('do not go before older ones of their order in an open window', () => {
    /** Near has come to 95, far to 90; of A a window is open from 60 to 101, of B one from 92 to 98. */
    const laneWithWindows = (window: Partial<OrderWindowSettings> = {}) => {
      const next = laneOf({
        ...two,
        window: { ...two.window, ...window },
        ledger: { orphanWaitMs: 0, overDeduction: 'warn' },
      });
      next([placed('X', 100)]);
      const ofA = [65, 70, 75, 80, 85, 90].map(at => refunded('A', `A${at}`, at, 'far'));
      next([placed('A', 60, 'far'), ...ofA, placed('B', 92, 'far'), refunded('A', 'A95', 95, 'far')]);
      return next;
    };
    const all = ['AP', 'A65', 'A70', 'A75', 'A80', 'A85', 'A90', 'A95'];
    const timeIs = (at: number) => [placed(`near${at}`, at + 5), placed(`far${at}`, at + 5, 'far')];

    test('that begins with them or earlier: they wait for its end', () => {
      const next = laneWithWindows();
      next([refunded('A', 'late', 60)]);
      expect(told(next(timeIs(99)))).toEqual(['BP']);
      expect(told(next(timeIs(102)))).toEqual([...all, 'late']);
    });

    test('nor where it closes with the same batch, behind others', () => {
      const next = laneWithWindows();
      next([refunded('A', 'late', 60)]);
      expect(told(next(timeIs(102)))).toEqual(['BP', ...all, 'late']);
    });

    test('but one that begins later is none of theirs, and neither is another order’s', () => {
      const next = laneWithWindows();
      next([refunded('A', 'older', 59), refunded('C', 'of C', 94)]);
      expect(told(next(timeIs(99)))).toEqual(['older', 'of C', 'BP']);
    });

    test('and those that wait for nothing do not wait with them', () => {
      const next = laneWithWindows();
      next([refunded('A', 'late', 60), placed('Y', 102)]);
      next([refunded('A', 'older', 59)]); // near has come to 97
      expect(told(next(timeIs(99)))).toEqual(['older', 'BP']);
      expect(told(next(timeIs(102)))).toEqual([...all, 'late']);
    });

    test('the closing brings none forward that is not due yet', () => {
      const next = laneWithWindows();
      const ofA = (settled: Settled) => told(settled).filter(id => /^A|late/.test(id));
      next([refunded('A', 'late', 60)]);
      next([...timeIs(99), placed('N', 110), refunded('A', 'later', 62)]); // near has come to 105
      expect(ofA(next([placed('far102', 107, 'far')]))).toEqual([...all, 'late']);
      expect(ofA(next([placed('far105', 110, 'far'), placed('near105', 115)]))).toEqual([]);
      expect(ofA(next([placed('far106', 111, 'far')]))).toEqual(['later']);
    });

    test('but where more waits than may they go first, as they were due first', () => {
      const next = laneWithWindows({ heldFactsMax: 12 });
      const late = Array.from({ length: 12 }, (_, at) => refunded('A', `late${at}`, 60));
      next(late);
      expect(told(next(timeIs(99)))).toEqual(['BP']);
      expect(told(next([refunded('C', 'of C', 94)]))).toEqual(late.map(({ value }) => value.eventId));
    });

    /** Of A a window is open from 24 to 30, the time is 25, and a late fact stands behind it. */
    const behindOne = (orphanWaitMs: number) => {
      const next = laneOf({ window: { kind: 'session' }, ledger: { orphanWaitMs } });
      next([refunded('A', 'first', 0), placed('X', 11)]);
      next([refunded('A', 'second', 24), placed('Y', 30)]);
      next([refunded('A', 'late', 24)]);
      return next;
    };

    test('a deduction that is due at the same time does not wait with them', () => {
      expect(told(behindOne(20)([placed('Z', 31)]))).toEqual(['first']);
    });

    test('nor does one that comes when the clock has gone further than time', () => {
      const next = behindOne(0);
      const idle: Moment = { idle: ['near'], clockMs: 34, end: false };
      expect(told(next([], idle))).toEqual([]);
      next([refunded('A', 'older', 10)]);
      expect(told(next([], idle))).toEqual(['older']);
      expect(told(next([], { ...idle, clockMs: 36 }))).toEqual(['second', 'late']);
    });
  });
});
