/** The sample orders: repeatable, of every kind, and with the books of the shop in order. */
import { duplicate, event, outcomes, outcomeText } from '../../../dev/demo/expected';
import type { FactType, FactValue } from '../../../dev/demo/fact';
import { type Sample, type SampleEncoding, type SampleSettings, Samples } from '../../../dev/demo/samples';
import { badKinds } from '../../../dev/demo/spoil';
import { untidyKinds } from '../../../dev/demo/untidy';
import { actionOfFact, framed } from './encoding';

const now = Date.UTC(2026, 0, 1);
const settings: SampleSettings = { seed: 7, badPercent: 1, untidyPercent: 0 };

interface Made {
  readonly sample: Sample;
  readonly type: FactType | undefined;
  readonly value: FactValue | undefined;
}

/** Samples and the values they were made of, before their bytes were spoiled. */
const make = (count: number, changes: Partial<SampleSettings> = {}): readonly Made[] => {
  let last: Pick<Made, 'type' | 'value'> = { type: undefined, value: undefined };
  const encoding: SampleEncoding = {
    fact: (type, value) => {
      last = { type, value };
      return framed(type, value);
    },
    foreign: value => framed('StockMoved', value),
  };
  const samples = new Samples({ ...settings, ...changes }, encoding);
  return Array.from({ length: count }, (_, at) => {
    last = { type: undefined, value: undefined };
    const sample = samples.next(now + at * 5);
    return { sample, ...last };
  });
};

test('the same seed gives the same bytes, another seed others', () => {
  const bytes = (made: readonly Made[]) =>
    made.map(({ sample }) => [sample.key.toString(), sample.value?.toString('hex')]);
  const once = bytes(make(3_000));
  expect(bytes(make(3_000))).toEqual(once);
  expect(bytes(make(3_000, { seed: 8 }))).not.toEqual(once);
});

test('a run is in every id, and leaves all else as it was', () => {
  const [plain, named] = [make(500), make(500, { run: 'r1' })];
  expect(named.map(({ sample }) => sample.key.toString().replace('SO-r1-', 'SO-'))).toEqual(
    plain.map(({ sample }) => sample.key.toString()),
  );
  expect(named.every(({ sample }) => sample.bad !== undefined || sample.key.toString().startsWith('SO-r1-'))).toBe(
    true,
  );
});

test('of 10,000 about one in a hundred is bad, of every kind as many', () => {
  const bad = make(10_000).filter(({ sample }) => sample.bad !== undefined);
  expect(bad.length).toBeGreaterThan(60);
  expect(bad.length).toBeLessThan(140);
  const counts = badKinds.map(({ name }) => bad.filter(({ sample }) => sample.bad === name).length);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test('none are bad when none shall be', () => {
  expect(make(5_000, { badPercent: 0 }).every(({ sample }) => sample.bad === undefined)).toBe(true);
  expect(make(5_000).every(({ sample }) => sample.untidy === undefined)).toBe(true);
});

test('every code that a record can have without the ledger is among the bad kinds', () => {
  const codes = new Set(badKinds.map(({ expected }) => outcomeText(expected)));
  const left = outcomes
    .map((_, at) => outcomeText(at as (typeof badKinds)[number]['expected']))
    .filter(text => /^failure (decode|map)/.test(text) && !codes.has(text));
  // An exception in a mapping, a record of a megabyte, and a second source topic: not of this producer.
  expect(left).toEqual(['failure decode/too_large', 'failure decode/wrong_partition', 'failure map/step_failed']);
});

test('all four actions, four currencies, few and many items', () => {
  const made = make(5_000, { badPercent: 0 });
  const share = (of: (one: Made) => boolean) => made.filter(of).length / made.length;
  for (const action of ['purchase', 'return', 'refund', 'cancel'] as const)
    expect(share(({ sample }) => sample.expected === event(action))).toBeGreaterThan(0.03);
  expect(share(({ sample }) => sample.expected === event('purchase'))).toBeGreaterThan(0.5);
  for (const currency of ['EUR', 'USD', 'GBP', 'JPY'])
    expect(share(({ value }) => value?.currency === currency)).toBeGreaterThan(0.05);
  for (const count of [1, 2, 3, 4, 5])
    expect(share(({ value, type }) => type === 'OrderPlaced' && value?.items.length === count)).toBeGreaterThan(0.01);
  expect(share(({ value }) => value?.inventory_returned === true)).toBeGreaterThan(0.01);
  expect(share(({ value }) => value?.coupon_code !== null)).toBeGreaterThan(0.05);
  expect(share(({ value }) => Object.keys(value?.attributes ?? {}).length > 0)).toBeGreaterThan(0.1);
});

test('what is expected of a good one is its action', () => {
  for (const { sample, type, value } of make(2_000, { badPercent: 0 }))
    expect(outcomeText(sample.expected)).toBe(`event ${actionOfFact(type as FactType, value as FactValue)}`);
});

test('the books are right: of an order comes back at most what was bought, after it was bought, in its own currency', () => {
  const orders = new Map<
    string,
    { total: number; subtotal: number; currency: string; newest: number; cancelled: boolean }
  >();
  for (const { sample, type, value } of make(10_000)) {
    if (sample.bad !== undefined || !value) continue;
    const [total, subtotal] = [value.total as number, value.subtotal as number];
    const order = orders.get(value.order_id);
    if (type === 'OrderPlaced') {
      if (order) throw new Error(`${value.order_id} was bought twice`);
      if (total !== subtotal - (value.discount ?? 0) + (value.tax ?? 0) + (value.shipping ?? 0))
        throw new Error(`${value.order_id} does not add up`);
      const { currency, occurred_at } = value;
      orders.set(value.order_id, { total, subtotal, currency, newest: occurred_at, cancelled: false });
      continue;
    }
    if (!order) throw new Error(`${value.order_id} was never bought`);
    if (order.cancelled || value.currency !== order.currency || value.occurred_at <= order.newest)
      throw new Error(`${value.event_id} cannot follow what happened before`);
    order.total -= total;
    order.subtotal -= subtotal;
    order.newest = value.occurred_at;
    order.cancelled = type === 'OrderCancelled';
    if (Math.min(order.total, order.subtotal, total, subtotal) < 0)
      throw new Error(`${value.event_id} gives too much back`);
    if (order.cancelled && order.total + order.subtotal > 0) throw new Error(`${value.event_id} leaves something`);
  }
});

const untidy = { badPercent: 0, untidyPercent: 5 };

test('of 10,000 about one in twenty begins something untidy, of every kind about as many', () => {
  const made = make(10_000, untidy);
  const counts = untidyKinds.map(({ name }) => made.filter(({ sample }) => sample.untidy === name).length);
  for (const [at, count] of counts.entries())
    expect([untidyKinds[at]?.name, count > 25 && count < 110]).toEqual([untidyKinds[at]?.name, true]);
});

test('what comes twice has the id it had, or is the same purchase by another', () => {
  const made = make(10_000, untidy);
  const ids = new Set<string>();
  const purchases = new Map<string, number>();
  for (const { sample, value } of made) {
    if (!value) throw new Error('every good sample has a value');
    if (sample.expected !== duplicate) {
      if (ids.has(value.event_id)) throw new Error(`${value.event_id} comes twice`);
      if (sample.expected === event('purchase')) purchases.set(value.order_id, Number(value.total));
    } else if (!ids.has(value.event_id)) expect(purchases.get(value.order_id)).toBe(value.total);
    ids.add(value.event_id);
  }
});

test('the books are right whatever is untidy: in the order of time nothing but what is refused goes beyond what is left', () => {
  const facts = make(10_000, untidy)
    .filter(({ sample }) => sample.expected !== duplicate)
    .sort((a, b) => (a.value?.occurred_at ?? 0) - (b.value?.occurred_at ?? 0));
  const left = new Map<string, { total: number; subtotal: number; currency: string }>();
  for (const { sample, type, value } of facts) {
    if (!value) throw new Error('every good sample has a value');
    const order = left.get(value.order_id);
    const [total, subtotal] = [Number(value.total), Number(value.subtotal)];
    switch (outcomeText(sample.expected)) {
      case 'event purchase':
        expect(order).toBeUndefined();
        left.set(value.order_id, { total, subtotal, currency: value.currency });
        break;
      case 'failure ledger/over_deduction':
        expect(total > order!.total || subtotal > order!.subtotal).toBe(true);
        break;
      case 'failure ledger/purchase_changed':
        expect([type, order === undefined]).toEqual(['OrderPlaced', false]);
        break;
      case 'failure ledger/currency_changed':
        expect(value.currency).not.toBe(order!.currency);
        break;
      default:
        // Its purchase's record may not have come before the end.
        if (order === undefined) break;
        order.total -= value.total === null ? order.total : total;
        order.subtotal -= value.total === null ? order.subtotal : subtotal;
        expect(Math.min(order.total, order.subtotal)).toBeGreaterThanOrEqual(0);
    }
  }
});

test('yen have no decimals, others two', () => {
  const fractions = make(3_000).filter(({ sample, value }) => {
    if (sample.bad !== undefined || !value) return false;
    const unit = value.currency === 'JPY' ? 10_000 : 100;
    return [value.total, value.subtotal, value.tax, value.shipping, value.discount].some(
      amount => Number(amount ?? 0) % unit !== 0,
    );
  });
  expect(fractions).toEqual([]);
});

test('a fact id tells its sample, and only to its run', () => {
  const samples = new Samples(
    { ...settings, run: 'r1', badPercent: 0 },
    { fact: framed, foreign: () => Buffer.alloc(0) },
  );
  for (let number = 0; number < 10; number++) samples.next(now);
  expect(samples.numberOf('SO-r1-100001.placed.0')).toBe(0);
  expect(samples.numberOf('SO-r1-100001.placed.10')).toBeUndefined();
  expect(samples.numberOf('SO-r1-100001.placed.x')).toBeUndefined();
  expect(samples.numberOf('SO-r2-100001.placed.0')).toBeUndefined();
});
