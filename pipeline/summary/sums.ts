/** The sums of one summary window and currency while it is open. */
import type { ActionSummary, OrderEvent, OrderSummary } from '../../schemas/types';
import type { Stage } from '../failure';
import { add, type Money, subtract, zero } from '../order/money';

interface ActionSums {
  events: number;
  orders: number;
  /** Null once it could not be kept exactly. */
  revenue: Money | null;
  late: number;
}

export class Sums {
  private readonly actions = new Map<OrderEvent['action'], ActionSums>();
  private readonly failures = new Map<string, number>();

  constructor(
    readonly start: number,
    readonly end: number,
    readonly currency: string | null,
  ) {}

  /** As `summary` answered. */
  static of({ window_start, window_end, currency, actions, failures }: OrderSummary): Sums {
    const sums = new Sums(window_start, window_end, currency);
    for (const { action, events, orders, revenue_effect, late } of actions)
      sums.actions.set(action, { events, orders, revenue: revenue_effect as Money | null, late });
    for (const stage in failures) sums.failures.set(stage, failures[stage] as number);
    return sums;
  }

  /**
   * @param isFirst Of its order and action in this window.
   * @param effect What it does to revenue, where that is not its total.
   */
  add({ action, total, late }: OrderEvent, isFirst: boolean, effect?: Money): void {
    const sums = this.actions.get(action) ?? { events: 0, orders: 0, revenue: zero, late: 0 };
    this.actions.set(action, sums);
    sums.events += 1;
    if (isFirst) sums.orders += 1;
    if (late) sums.late += 1;
    if (sums.revenue === null) return;
    // Signed as on ODP's wire, which tells nothing: a purchase adds, all others subtract.
    const amount = effect ?? (Math.abs(total ?? 0) as Money);
    sums.revenue = action === 'purchase' ? add(sums.revenue, amount) : subtract(sums.revenue, amount);
  }

  fail(stage: Stage): void {
    this.failures.set(stage, (this.failures.get(stage) ?? 0) + 1);
  }

  summary(lane: number): OrderSummary {
    const { start, end, currency } = this;
    return {
      window_start: start,
      window_end: end,
      lane,
      currency,
      actions: inOrder.flatMap((action): ActionSummary[] => {
        const sums = this.actions.get(action);
        if (sums === undefined) return [];
        const { events, orders, revenue, late } = sums;
        return [{ action, events, orders, revenue_effect: revenue, late }];
      }),
      failures: Object.fromEntries([...this.failures].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}

const inOrder: readonly OrderEvent['action'][] = ['purchase', 'return', 'refund', 'cancel'];
