/** What the events of all four actions have in common: their one shape, which is that of schemas/odp/OrderEvent.avsc. */
import type { EventItem, OrderEvent } from '../../schemas/types';
import type { Action } from './action';
import type { CustomField } from './custom-fields';
import type { Fact, FactItem } from './fact';
import { idempotenceId } from './identity';
import { type Money, negative } from './money';
import type { OrderSettings } from './settings';

/** Of an event, signed as on the wire; null goes out as nothing. */
export interface SignedAmounts {
  readonly total: Money;
  readonly subtotal: Money | null;
  readonly discount: Money | null;
  readonly tax: Money | null;
  readonly shipping: Money | null;
}

/**
 * ODP subtracts `total` and `subtotal` but overwrites `tax` and `shipping`: those are what remains of the order's, positive
 * whatever the action. What ODP does with `discount` is not documented: left out.
 */
export const deduction = (
  total: Money,
  subtotal: Money | null,
  remains: { readonly tax: Money | null; readonly shipping: Money | null },
): SignedAmounts => ({ total, subtotal, discount: null, tax: remains.tax, shipping: remains.shipping });

/** What is said of an event beside its facts. */
export interface Marks {
  readonly late: boolean;
  readonly warnings: readonly string[];
}

export const NO_MARKS: Marks = { late: false, warnings: [] };

/** One literal for all events: one hidden class, whatever the action. */
export const shaped = (
  action: Action,
  fact: Fact,
  amounts: SignedAmounts,
  { late, warnings }: Marks,
  settings: OrderSettings,
): OrderEvent => {
  const factIds = [fact.eventId];
  return {
    action,
    order_id: fact.orderId,
    idempotence_id: idempotenceId(fact.orderId, factIds),
    occurred_at: fact.occurredAt,
    identifiers: fact.identifiers,
    total: amounts.total,
    subtotal: amounts.subtotal,
    discount: amounts.discount,
    tax: amounts.tax,
    shipping: amounts.shipping,
    coupon_code: fact.couponCode,
    first_name: fact.firstName,
    last_name: fact.lastName,
    name: fact.name,
    email: fact.email,
    phone: fact.phone,
    bill_address: fact.billAddress,
    ship_address: fact.shipAddress,
    items: itemsOf(fact.items, action === 'purchase'),
    custom_fields: customFieldsOf(fact, settings.currencyField),
    fact_ids: factIds,
    late,
    warnings,
  };
};

const itemsOf = (items: readonly FactItem[], bought: boolean): EventItem[] => {
  const result: EventItem[] = [];
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as FactItem;
    result.push({
      product_id: item.productId,
      sku: item.sku,
      // Items of every deduction carry negative price and subtotal, and a positive quantity.
      price: bought ? item.price : negative(item.price),
      quantity: item.quantity,
      discount: item.discount,
      subtotal: bought ? item.subtotal : negative(item.subtotal),
    });
  }
  return result;
};

const customFieldsOf = (fact: Fact, currencyField: string | null): Record<string, CustomField> => {
  const fields: Record<string, CustomField> = {};
  for (const name in fact.attributes) fields[name] = fact.attributes[name] as CustomField;
  if (currencyField !== null) fields[currencyField] = fact.currency;
  return fields;
};
