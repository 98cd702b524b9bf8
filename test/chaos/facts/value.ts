/** A planned fact as the Avro encoder takes it (schemas/commerce/*.avsc): as little as will do, there are millions. */
import { type FactItem, type FactType, noDetails, type FactValue as SampleValue } from '../../../dev/demo/fact';
import { type Amounts, factId, type Kind, type PlannedFact, type PlannedOrder } from './order';

export type FactValue = SampleValue;

export const typeOfKind: Readonly<Record<Kind, FactType>> = {
  placed: 'OrderPlaced',
  returned: 'OrderReturned',
  refunded: 'OrderRefunded',
  cancelled: 'OrderCancelled',
};

/** @param occurredAt Epoch ms. */
export const plannedValue = (
  { id, number, currency }: PlannedOrder,
  index: number,
  { says }: PlannedFact,
  occurredAt: number,
): FactValue => value(id, factId(number, index), currency, says, occurredAt);

export const value = (
  order: string,
  fact: string,
  currency: string,
  says: Amounts | null,
  occurredAt: number,
): FactValue => ({
  event_id: fact,
  order_id: order,
  occurred_at: occurredAt,
  customer: { email: null, phone: null, customer_id: `of ${order}`, vuid: null, identifiers: {} },
  currency,
  total: says?.total ?? null,
  subtotal: says?.subtotal ?? null,
  discount: null,
  tax: says?.tax ?? null,
  shipping: says?.shipping ?? null,
  ...noDetails,
  items: [item(says?.subtotal ?? 0)],
  attributes: {},
  inventory_returned: false,
});

const item = (price: number): FactItem => ({
  product_id: 'P-1',
  sku: null,
  price,
  quantity: 1,
  discount: null,
  subtotal: null,
});
