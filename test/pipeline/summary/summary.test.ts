/** Summaries by themselves: which window an event counts in, when a window closes, and what adds up. Times are ms. */
import { Failure, Rejection, type Stage } from '../../../pipeline/failure';
import type { Money } from '../../../pipeline/order/money';
import { Summaries } from '../../../pipeline/summary/summary';
import type { OrderEvent, OrderSummary } from '../../../schemas/types';
import { record } from '../../driver';

const LANE = 3;
const tumbling = { sizeMs: 60, hopMs: 60, delayMs: 5 };
const hopping = { sizeMs: 60, hopMs: 20, delayMs: 5 };
const open = (settings = tumbling, kept: readonly OrderSummary[] = []) => new Summaries(LANE, settings, kept);

interface Told {
  readonly time: number;
  readonly action?: OrderEvent['action'];
  readonly total?: number | null;
  readonly effect?: number;
  readonly late?: boolean;
  readonly currency?: string;
  readonly at?: number;
  readonly before?: readonly number[];
}

const sent = ({
  time,
  action = 'purchase',
  total = 10,
  effect,
  late = false,
  currency = 'EUR',
  at = 0,
  before = [],
}: Told) => ({
  event: { action, total, late, occurred_at: time } as OrderEvent,
  at,
  currency,
  effect: effect as Money | undefined,
  before,
});

const failed = (stage: Stage, time: number) => {
  const rejection = new Rejection('corrupt', 'Cannot decode the record');
  return new Failure(stage, rejection, { ...record(0), timestamp: time });
};

/** `0-60 EUR: purchase 1 of 1 order 10, 0 late`. */
const shown = ({ window_start, window_end, currency, actions, failures }: OrderSummary) =>
  [
    `${window_start}-${window_end} ${currency ?? '-'}:`,
    ...actions.map(
      ({ action, events, orders, revenue_effect, late }) =>
        `${action} ${events} of ${orders} order ${revenue_effect}, ${late} late`,
    ),
    ...Object.entries(failures).map(([stage, count]) => `${stage} ${count}`),
  ].join(' ');

const all = (summaries: Summaries) => {
  summaries.closeUntil(Number.POSITIVE_INFINITY);
  return summaries.takeClosed().map(shown);
};

test.each<[time: number, settings: typeof tumbling, windows: string[]]>([
  [0, tumbling, ['0-60']],
  [59, tumbling, ['0-60']],
  [60, tumbling, ['60-120']],
  [-1, tumbling, ['-60-0']],
  [-60, tumbling, ['-60-0']],
  [79, hopping, ['20-80', '40-100', '60-120']],
  [80, hopping, ['40-100', '60-120', '80-140']],
  [-1, hopping, ['-60-0', '-40-20', '-20-40']],
])('what happens at %p with %p counts in %p', (time, settings, windows) => {
  const events = open(settings);
  events.event(sent({ time }));
  expect(all(events)).toEqual(windows.map(window => `${window} EUR: purchase 1 of 1 order 10, 0 late`));
  const failures = open(settings);
  failures.failure(failed('map', time));
  expect(all(failures)).toEqual(windows.map(window => `${window} -: map 1`));
});

test('a window closes when stream time is its end and the usual delay, not before, and once', () => {
  const summaries = open();
  summaries.event(sent({ time: 70 }));
  summaries.event(sent({ time: 10 }));
  summaries.closeUntil(64);
  expect(summaries.takeClosed()).toEqual([]);
  summaries.closeUntil(65);
  expect(summaries.takeClosed()).toEqual([
    {
      window_start: 0,
      window_end: 60,
      lane: LANE,
      currency: 'EUR',
      actions: [{ action: 'purchase', events: 1, orders: 1, revenue_effect: 10, late: 0 }],
      failures: {},
    },
  ]);
  expect(summaries.takeClosed()).toEqual([]);
  expect(summaries.kept().map(shown)).toEqual(['60-120 EUR: purchase 1 of 1 order 10, 0 late']);
  summaries.closeUntil(124);
  expect(summaries.takeClosed()).toEqual([]);
  summaries.closeUntil(125);
  expect(summaries.takeClosed()).toHaveLength(1);
});

test('an event closes what has ended by the time it goes out; what comes after is a further part', () => {
  const summaries = open();
  summaries.event(sent({ time: 10 }));
  summaries.event(sent({ time: 10, at: 64 }));
  summaries.event(sent({ time: 10, at: 65, total: 7 }));
  expect(summaries.takeClosed().map(shown)).toEqual(['0-60 EUR: purchase 2 of 2 order 20, 0 late']);
  expect(summaries.kept().map(shown)).toEqual(['0-60 EUR: purchase 1 of 1 order 7, 0 late']);
});

test.each([
  [['USD', 'EUR', 'GBP', 'EUR', null]],
  [[null, 'USD', 'EUR', 'EUR', 'GBP']],
  [['GBP', null, 'EUR', 'USD', 'EUR']],
])('apart by currency, and in order: by start, failures first, then by currency: %j', currencies => {
  const summaries = open();
  summaries.event(sent({ time: 70 }));
  for (const currency of currencies)
    if (currency === null) summaries.failure(failed('map', 2));
    else summaries.event(sent({ time: 1, currency }));
  expect(all(summaries)).toEqual([
    '0-60 -: map 1',
    '0-60 EUR: purchase 2 of 2 order 20, 0 late',
    '0-60 GBP: purchase 1 of 1 order 10, 0 late',
    '0-60 USD: purchase 1 of 1 order 10, 0 late',
    '60-120 EUR: purchase 1 of 1 order 10, 0 late',
  ]);
});

test('a purchase that sets adds what it changes, which may be less than nothing', () => {
  const summaries = open();
  summaries.event(sent({ time: 1, total: 100, effect: 20 }));
  summaries.event(sent({ time: 1, total: 100, effect: -30 }));
  summaries.event(sent({ time: 1, total: 100, effect: 0 }));
  expect(all(summaries)).toEqual(['0-60 EUR: purchase 3 of 3 order -10, 0 late']);
});

test('purchases add to revenue, all others subtract, whatever their sign; late ones are counted', () => {
  const summaries = open();
  for (const [action, total] of [
    ['cancel', -5],
    ['refund', 3],
    ['return', -2],
    ['purchase', 10],
    ['refund', 4],
    ['purchase', null],
  ] as const)
    summaries.event(sent({ time: 1, action, total, late: total === 4 }));
  expect(all(summaries)).toEqual([
    '0-60 EUR: purchase 2 of 2 order 10, 0 late return 1 of 1 order -2, 0 late refund 2 of 2 order -7, 1 late cancel 1 of 1 order -5, 0 late',
  ]);
});

test('what cannot be kept exactly is null, and stays so; all else is counted on', () => {
  const summaries = open();
  for (const total of [9_007_199_254_740_990, 1, 1]) summaries.event(sent({ time: 1, total, late: true }));
  expect(all(summaries)).toEqual(['0-60 EUR: purchase 3 of 3 order null, 3 late']);
});

test.each<[before: number[], orders: number]>([
  [[], 1],
  [[59], 1],
  [[60], 0],
  [[119], 0],
  [[120], 1],
  [[10, 70, 200], 0],
])('an order whose earlier events were at %p is counted %p times in 60-120', (before, orders) => {
  const summaries = open();
  summaries.event(sent({ time: 100, before }));
  expect(all(summaries)).toEqual([`60-120 EUR: purchase 1 of ${orders} order 10, 0 late`]);
});

test('failures are counted by stage', () => {
  const summaries = open();
  for (const stage of ['map', 'decode', 'window', 'map'] as const) summaries.failure(failed(stage, 1));
  expect(all(summaries)).toEqual(['0-60 -: decode 1 map 2 window 1']);
});

test('what was kept goes on, and closes in time', () => {
  const first = open();
  first.event(sent({ time: 1, late: true }));
  first.event(sent({ time: 2, action: 'refund', total: 9_007_199_254_740_990 }));
  first.event(sent({ time: 2, action: 'refund', total: 1 }));
  first.failure(failed('map', 1));
  const kept = JSON.parse(JSON.stringify(first.kept()));
  const second = open(tumbling, kept);
  expect(second.kept()).toEqual(first.kept());
  second.event(sent({ time: 3 }));
  second.failure(failed('map', 3));
  second.closeUntil(64);
  expect(second.takeClosed()).toEqual([]);
  second.closeUntil(65);
  expect(second.takeClosed().map(shown)).toEqual([
    '0-60 -: map 2',
    '0-60 EUR: purchase 2 of 2 order 20, 1 late refund 2 of 2 order null, 0 late',
  ]);
});
