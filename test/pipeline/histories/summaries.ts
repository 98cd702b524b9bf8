/** Summaries against what was written: parts added up are the events and failures of each window, counted one by one. */
import type { OrderEvent, OrderSummary } from '../../../schemas/types';
import type { Driven } from '../../driver';
import type { History } from './history';

interface Sums {
  events: number;
  readonly orders: number;
  revenue: bigint;
  late: number;
}

/** By window, currency and action; failures by window and stage. */
type Counted = Map<string, Sums | number>;

export const summariesReconcile = (history: History, result: Driven): void => {
  const { sizeMs = 0, hopMs = 0 } = history.options.summary ?? {};
  const windowsOf = (ms: number): number[] => {
    const starts: number[] = [];
    for (let start = ms - (ms % hopMs); start + sizeMs > ms; start -= hopMs) starts.push(start);
    return starts;
  };

  const expected: Counted = new Map();
  const orders = new Map<string, Set<string>>();
  const effectOf = revenue(history.options.ledger?.latePurchase === 'net');
  for (const event of result.orderEvents) {
    const { action, order_id, occurred_at, late, custom_fields } = event;
    const effect = effectOf(event);
    for (const start of windowsOf(occurred_at)) {
      const key = `${start} ${custom_fields.currency} ${action}`;
      const distinct = orders.get(key) ?? orders.set(key, new Set()).get(key)!;
      distinct.add(order_id);
      const before = (expected.get(key) as Sums | undefined) ?? { events: 0, revenue: 0n, late: 0 };
      expected.set(key, {
        events: before.events + 1,
        orders: distinct.size,
        revenue: before.revenue + effect,
        late: before.late + Number(late),
      });
    }
  }
  for (const { stage, source } of result.failed)
    for (const start of windowsOf(source.timestamp)) count(expected, `${start} ${stage}`, 1);

  expect(addedUp(result.summaries)).toEqual(expected);
  const odd = result.summaries.filter(part => part.window_end - part.window_start !== sizeMs || part.lane !== 0);
  expect(odd).toEqual([]);
};

/** What each event, in the order in which they go out, does to the total of its order at ODP. */
const revenue = (purchasesSet: boolean) => {
  const totals = new Map<string, bigint>();
  return ({ action, order_id, total }: OrderEvent): bigint => {
    const before = totals.get(order_id) ?? 0n;
    const amount = BigInt(Math.abs(total ?? 0));
    const after = action !== 'purchase' ? before - amount : purchasesSet ? amount : before + amount;
    totals.set(order_id, after);
    return after - before;
  };
};

const addedUp = (parts: readonly OrderSummary[]): Counted => {
  const sums: Counted = new Map();
  for (const { window_start, currency, actions, failures } of parts) {
    for (const { action, events, orders, revenue_effect, late } of actions) {
      const key = `${window_start} ${currency} ${action}`;
      const before = (sums.get(key) as Sums | undefined) ?? { events: 0, orders: 0, revenue: 0n, late: 0 };
      sums.set(key, {
        events: before.events + events,
        orders: before.orders + orders,
        revenue: before.revenue + BigInt(revenue_effect ?? Number.NaN),
        late: before.late + late,
      });
    }
    for (const stage in failures) count(sums, `${window_start} ${stage}`, failures[stage] as number);
  }
  return sums;
};

const count = (sums: Counted, key: string, more: number) => sums.set(key, ((sums.get(key) as number) ?? 0) + more);

/** Parts that count events: these too must not depend on where batches were cut. (Failures count as they come.) */
export const partsOf = ({ summaries }: Driven): string[] =>
  summaries
    .filter(({ actions }) => actions.length > 0)
    .map(({ failures: _, ...part }) => JSON.stringify(part))
    .sort();
