/**
 * Records that are good by themselves and that only who remembers the order can judge: what producers and networks repeat,
 * swap and delay, and what an order does not allow. Each kind is one record or several, with what must become of each.
 */
import { currencies } from './catalogue';
import { duplicate, type Expected, event, failure } from './expected';
import { actionOf, type SampleFact } from './fact';
import type { OpenOrder } from './order';
import type { Random } from './random';
import type { Planned, Shop } from './shop';

export interface UntidyKind {
  readonly name: string;
  /** Undefined where no order fits. @param now Epoch ms. */
  readonly begin: (shop: Shop, random: Random, now: number) => readonly Coming[] | undefined;
}

/** One of its records. */
export interface Coming {
  /** So many other samples come between it and the one before it. */
  readonly after: number;
  readonly expected: Expected;
  /** As it is when its turn has come. @param now Epoch ms, then. */
  readonly fact: (now: number) => SampleFact;
}

/** Far behind the default of window.grace_ms. */
const [lateMinMs, lateMaxMs] = [10_000, 25_000];

export const untidyKinds: readonly UntidyKind[] = [
  { name: 'sent twice', begin: (shop, _, now) => repeated(shop.plan(now), 0) },
  { name: 'sent again long after', begin: (shop, random, now) => repeated(shop.plan(now), random.between(100, 3_000)) },
  {
    name: 'tried again under the same id',
    begin: (shop, random, now) => {
      const fact = shop.plan(now);
      return [...once(fact), { after: random.between(0, 500), expected: duplicate, fact: later(fact) }];
    },
  },
  {
    name: 'placed again under another id',
    begin: (shop, random, now) => {
      const fact = shop.purchase(now);
      const again = (then: number) => named('', later(fact)(then));
      return [...once(fact), { after: random.between(0, 500), expected: duplicate, fact: again }];
    },
  },
  {
    name: 'before its purchase',
    begin: (shop, random, now) => {
      const purchase = shop.purchase(now);
      const { order } = purchase;
      const deduction = random.chance(50) ? shop.refund(order, now) : shop.giveBack('OrderReturned', order, now);
      // The shop does not give back anything of it until its record is there.
      const placed = () => {
        purchase.enter();
        return purchase;
      };
      const after = random.chance(50) ? 0 : random.between(100, 1_500);
      return [...once(deduction), { after, expected: event('purchase'), fact: placed }];
    },
  },
  {
    // By its record the cancel is first, and takes all: only by its time something is left for the refund.
    name: 'swapped',
    begin: (shop, _, now) =>
      forOrder(shop.pick(), order => {
        const [refund] = once(shop.refund(order, now));
        return [...once(withoutAmounts(shop.cancel(order, now))), refund];
      }),
  },
  {
    name: 'late',
    begin: (shop, random, now) => {
      const then = now - random.between(lateMinMs, lateMaxMs);
      // So long ago that it follows what happened to the order before.
      const order = shop.pick(then - 1_000);
      return once(order === undefined ? shop.purchase(then) : shop.refund(order, then));
    },
  },
  {
    name: 'more than is left',
    begin: (shop, random, now) =>
      forOrder(shop.pick(), order => {
        const { type, value } = shop.refund(order, now);
        const amount = (Math.max(order.total, order.subtotal) + random.between(1, 500)) * order.currency.unit;
        return refused('over_deduction', { type, value: { ...value, total: amount, subtotal: amount } });
      }),
  },
  {
    name: 'placed otherwise',
    begin: (shop, random, now) =>
      forOrder(shop.pick(), order => {
        const { placed, currency } = order;
        if (placed === undefined) return undefined;
        const more = random.between(1, 900) * currency.unit;
        const { occurred_at } = shop.refund(order, now).value;
        const [total, shipping] = [Number(placed.total) + more, (placed.shipping ?? 0) + more];
        const value = { ...placed, event_id: '', occurred_at, total, shipping };
        return refused('purchase_changed', { type: 'OrderPlaced', value });
      }),
  },
  {
    name: 'in another currency',
    begin: (shop, random, now) =>
      forOrder(shop.pick(), order => {
        const { type, value } = shop.refund(order, now);
        const { code } = random.pick(currencies.filter(other => other !== order.currency));
        return refused('currency_changed', { type, value: { ...value, currency: code } });
      }),
  },
  {
    name: 'cancelled without amounts',
    begin: (shop, _, now) => forOrder(shop.pick(), order => once(withoutAmounts(shop.cancel(order, now)))),
  },
];

const forOrder = (
  order: OpenOrder | undefined,
  begin: (order: OpenOrder) => readonly Coming[] | undefined,
): readonly Coming[] | undefined => order && begin(order);

/** It happens, and the books have it. */
const once = (fact: Planned): readonly [Coming] => {
  fact.enter();
  return [{ after: 0, expected: event(actionOf(fact)), fact: () => fact }];
};

const repeated = (fact: Planned, after: number): readonly Coming[] => {
  const [first] = once(fact);
  return [first, { after, expected: duplicate, fact: () => fact }];
};

/** What is refused has not happened. */
const refused = (code: 'over_deduction' | 'purchase_changed' | 'currency_changed', fact: SampleFact) => [
  { after: 0, expected: failure('ledger', code), fact: () => fact },
];

/** The same fact with the time at which it is sent again. */
const later =
  ({ type, value }: SampleFact) =>
  (now: number): SampleFact => ({ type, value: { ...value, occurred_at: Math.max(now, value.occurred_at + 1) } });

const named = (event_id: string, { type, value }: SampleFact): SampleFact => ({ type, value: { ...value, event_id } });

/** What is left, whatever that is: the ledger knows. */
const withoutAmounts = (cancel: Planned): Planned => ({
  ...cancel,
  value: { ...cancel.value, total: null, subtotal: null, tax: null, shipping: null },
});
