/** What the demo counts while it runs, and how a bounded one is told. */

import { Progress } from '../../commands/demo/progress';
import { summaryText } from '../../commands/demo/summary';
import { startPosition } from '../../pipeline/batch';
import type { Written } from '../../pipeline/ports';
import type { OrderEvent } from '../../schemas/types';

const places = {
  brokers: 'b',
  registry: 'r',
  topics: { sources: 's', events: 'e', failures: 'f', summaries: 'm' },
  waits: 10_000,
  hints: [],
};

const written = (records: number, more: Partial<Written> = {}): Written => ({
  lane: 0,
  records,
  events: records,
  failures: 0,
  skipped: 0,
  duplicates: 0,
  held: 0,
  late: 0,
  summaries: 0,
  closedEarly: 0,
  byAction: new Map(),
  byCode: new Map(),
  position: startPosition(new Map()),
  ...more,
});

test('writes add up, by action and by code', () => {
  const progress = new Progress(places, () => 0);
  progress.wrote(written(3, { skipped: 1, byAction: new Map([['purchase', 2]]) }));
  progress.wrote(written(2, { byAction: new Map([['purchase', 1]]), byCode: new Map([['corrupt', 1]]) }));
  const { written: all, skipped, byAction, byCode } = progress.state();
  expect([all, skipped, [...byAction], [...byCode]]).toEqual([5, 1, [['purchase', 3]], [['corrupt', 1]]]);
});

test('what waits is not accounted for until it is let go; each lane says what waits in it now', () => {
  const progress = new Progress(places, () => 0);
  progress.wrote(written(10, { lane: 0, held: 8, duplicates: 1 }));
  progress.wrote(written(5, { lane: 1, held: 5 }));
  expect(progress.state()).toMatchObject({ written: 2, held: 13, duplicates: 1, late: 0 });
  progress.wrote(written(0, { lane: 0, held: 2, late: 1 }));
  progress.wrote(written(0, { lane: 1, held: 0 }));
  expect(progress.state()).toMatchObject({ written: 13, held: 2, duplicates: 1, late: 1 });
});

test('parts of summaries add up by window and currency, the newest window is shown', () => {
  const progress = new Progress(places, () => 0);
  const part = (minute: number, lane: number, currency: string | null, revenue_effect: number) => ({
    ...{ window_start: minute * 60_000, window_end: (minute + 1) * 60_000, lane, currency, failures: {} },
    actions: [
      { action: 'purchase' as const, events: 2, orders: 2, revenue_effect, late: 0 },
      { action: 'refund' as const, events: 1, orders: 1, revenue_effect: -1, late: 0 },
    ],
  });
  expect(progress.state().summary).toBeUndefined();
  progress.summed([part(2, 0, 'EUR', 10), part(2, 1, 'EUR', 20), part(2, 1, 'USD', 5), part(2, 1, null, 0)]);
  progress.summed([part(1, 0, 'EUR', 1_000)]);
  const { start, currencies } = progress.state().summary!;
  expect([start, [...currencies]]).toEqual([
    120_000,
    [
      ['EUR', { purchases: 4, revenue: 28 }],
      ['USD', { purchases: 2, revenue: 4 }],
    ],
  ]);
});

test('rates are of the last three seconds, the sparkline has a column a second', () => {
  let now = 1_000;
  const progress = new Progress(places, () => now);
  progress.begin();
  for (const records of [100, 200, 200, 200, 50]) {
    progress.produced += records;
    progress.wrote(written(records / 2));
    now += 1_000;
    progress.tick();
  }
  const { producedRate, writtenRate, writtenRates, elapsedMs } = progress.state();
  expect(producedRate).toBe(150);
  expect(writtenRate).toBe(75);
  expect(writtenRates).toEqual([50, 100, 100, 100, 25]);
  expect(elapsedMs).toBe(5_000);
});

test('nothing yet is no rate', () => {
  const { producedRate, writtenRates, elapsedMs } = new Progress(places, () => 7).state();
  expect([producedRate, writtenRates, elapsedMs]).toEqual([0, [], 0]);
});

test('the clock stops at the end', () => {
  let now = 0;
  const progress = new Progress(places, () => now);
  progress.begin();
  now = 2_000;
  progress.end();
  now = 9_000;
  expect(progress.elapsedMs).toBe(2_000);
});

test('an hour of rates does not pile up', () => {
  let now = 0;
  const progress = new Progress(places, () => now);
  progress.begin();
  for (; now < 3_600_000; now += 1_000) progress.tick();
  expect(progress.state().writtenRates.length).toBeLessThan(30);
});

test('the newest events come first, with their currency', () => {
  const progress = new Progress(places, () => 0);
  const event = (order_id: string, total: number | string | null) =>
    ({ order_id, action: 'refund', total, custom_fields: { currency: 'EUR' } }) as unknown as OrderEvent;
  progress.saw([event('A', 100_000), event('B', '12.5000')], 'currency');
  progress.saw([event('C', null)], null);
  expect(progress.state().latest).toEqual([
    { orderId: 'C', action: 'refund', total: null, currency: '' },
    { orderId: 'B', action: 'refund', total: 125_000, currency: 'EUR' },
    { orderId: 'A', action: 'refund', total: 100_000, currency: 'EUR' },
  ]);
});

test('trouble is shown until it is over, or for a while', () => {
  let now = 0;
  const progress = new Progress(places, () => now);
  progress.wentWrong('Cannot produce', new Error('no broker'));
  progress.wentWrong('Cannot look', 'no registry');
  expect(progress.state().trouble).toBe('Cannot look: no registry');
  progress.wentWell('Cannot look');
  expect(progress.state().trouble).toBe('Cannot produce: no broker');
  now = 60_000;
  expect(progress.state().trouble).toBeUndefined();
});

test.each([
  [0, 'Every record is accounted for, and nothing was written twice: 2 s, 5,000 records/s.'],
  [3, 'NOT every record is accounted for: 2 s, 5,000 records/s.'],
])('a summary with %d unaccounted for', (unaccounted, verdict) => {
  const failures = { corrupt: 20, no_items: 40 };
  const summary = {
    produced: 10_000,
    events: 9_900,
    failures,
    skipped: 40,
    duplicates: 0,
    held: 0,
    unaccounted,
    seconds: 2,
  };
  const lines = summaryText({ summary }).trimEnd().split('\n');
  expect(lines.at(-1)).toBe(verdict);
  expect(lines.map(line => line.trim().split(/ {2,}/)).slice(0, 5)).toEqual([
    ['produced', '10,000'],
    ['events', '9,900'],
    ['failures', '60'],
    ['no_items', '40'],
    ['corrupt', '20'],
  ]);
});
