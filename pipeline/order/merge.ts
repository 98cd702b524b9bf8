/** Deductions of one action that happened together, as one event: what a window is good for, if ODP is to see fewer. */
import type { OrderEvent } from '../../schemas/types';
import type { Entry, SourceRecord } from '../batch';
import { idempotenceId } from './identity';
import { add, type Money } from './money';

/**
 * Events of one order in their order, those of one deduction made one in the place of the last: its `tax` and `shipping` are
 * what remains after all of them. Not merged: purchases and their corrections, deductions on two sides of one (it may have taken
 * the earlier off already), late ones, and what would change a meaning (another customer, another currency, a sum that is not
 * exact, one with a subtotal and one without).
 */
export const merged = (events: readonly Entry<OrderEvent>[]): readonly Entry<OrderEvent>[] => {
  const result: Entry<OrderEvent>[] = [];
  for (const entry of events) {
    const at = result.findLastIndex(({ value }) => value.action === entry.value.action || isPurchase(value));
    const earlier = result[at];
    const both = earlier && one(earlier, entry);
    if (both === undefined) result.push(entry);
    else {
      result.splice(at, 1);
      result.push(both);
    }
  }
  return result;
};

const one = (a: Entry<OrderEvent>, b: Entry<OrderEvent>): Entry<OrderEvent> | undefined => {
  const [first, last] = [a.value, b.value];
  if (isPurchase(first) || isPurchase(last) || first.late || last.late) return undefined;
  if (!sameTexts(first.identifiers, last.identifiers) || !sameTexts(first.custom_fields, last.custom_fields))
    return undefined;
  const total = sum(first.total, last.total);
  const subtotal = sum(first.subtotal, last.subtotal);
  if (total === undefined || subtotal === undefined) return undefined;
  const factIds = [...first.fact_ids, ...last.fact_ids];
  const others: SourceRecord[] = [...(a.others ?? []), ...(b.others ?? []), a.source];
  return {
    source: b.source,
    others,
    value: {
      ...last,
      idempotence_id: idempotenceId(last.order_id, factIds),
      occurred_at: Math.max(first.occurred_at, last.occurred_at),
      total,
      subtotal,
      items: [...first.items, ...last.items],
      fact_ids: factIds,
      warnings: [...new Set([...first.warnings, ...last.warnings])],
    },
  };
};

/** Or what corrects one. */
const isPurchase = ({ action, warnings }: OrderEvent) =>
  action === 'purchase' || warnings.includes('purchase_corrected');

/** Undefined where there is no exact one. */
const sum = (a: number | null, b: number | null): number | null | undefined => {
  if (a === null && b === null) return null;
  if (a === null || b === null) return undefined;
  // An event's amounts have been money since `toFact`.
  return add(a as Money, b as Money) ?? undefined;
};

const sameTexts = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every(name => a[name] === b[name]);
};
