import { factOf, newOrdersPerSecond, planOf } from '../../../bench/soak/shop';

const before = 10_000;
const plans = Array.from({ length: 20_000 }, (_, number) => planOf(number, before));

test('new orders follow those that were there, none left out, none twice', () => {
  const placed = plans.filter(({ kind }) => kind === 'placed').map(({ index }) => index);
  expect(placed).toEqual(Array.from({ length: 12_000 }, (_, order) => before + order));
  expect(newOrdersPerSecond(5_000)).toBe(3_000);
});

test('deductions are of orders that were placed: refunds of recent ones, returns of the newest fifth', () => {
  let placed = before;
  const ages: Record<string, number[]> = { refunded: [], returned: [] };
  for (const { kind, index } of plans) {
    if (kind === 'placed') placed = index + 1;
    else ages[kind]?.push(placed - index);
  }
  for (const [kind, most] of [
    ['refunded', 2_000],
    ['returned', 0.2 * before],
  ] as const) {
    expect(ages[kind]).toHaveLength(4_000);
    expect(Math.min(...(ages[kind] as number[]))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...(ages[kind] as number[]))).toBeLessThanOrEqual(most);
    expect(Math.max(...(ages[kind] as number[]))).toBeGreaterThan(0.95 * most);
  }
});

test('with few orders before, all of them are taken, and none that is not there', () => {
  for (let number = 0; number < 100; number++) expect(planOf(number, 1).index).toBeGreaterThanOrEqual(0);
});

test('a fact of an order is keyed by it', () => {
  expect([0, 2, 4].map(number => factOf(number, before, 0)).map(({ kind, key }) => [kind, key])).toEqual([
    ['placed', 'SO-100010000'],
    ['refunded', expect.stringMatching(/^SO-1000\d+$/)],
    ['returned', expect.stringMatching(/^SO-1000\d+$/)],
  ]);
});
