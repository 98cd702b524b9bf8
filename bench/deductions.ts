/**
 * What is given back of the orders of a benchmark: one cent at a time, so that however many come of an order, they stay below
 * what was bought. Avro, the same ones on every run and machine.
 */
import { noDetails } from '../dev/demo/fact';
import { decimal, type Order, orderAt, orderId, wireType } from './orders';

export type DeductionKind = 'refunded' | 'returned';

export type Kind = 'placed' | DeductionKind;

const types = { refunded: wireType('OrderRefunded'), returned: wireType('OrderReturned') } as const;

/**
 * A deduction from the `index`th order.
 * @param number Tells it from others of the same order. @param occurredAt Epoch ms.
 */
export const deductionOf = (kind: DeductionKind, index: number, number: number, occurredAt: number): Order => {
  const { currency } = orderAt(index);
  const value = types[kind].toBuffer({
    event_id: `${orderId(index)}-d${number}`,
    order_id: orderId(index),
    occurred_at: occurredAt,
    customer: { email: `c${index}@example.com`, phone: null, customer_id: null, vuid: null, identifiers: {} },
    currency,
    total: decimal(1),
    subtotal: decimal(1),
    ...nothingMore,
    ...(kind === 'refunded' && { inventory_returned: false }),
  });
  return { key: orderId(index), value, currency };
};

const nothingMore = {
  discount: null,
  tax: null,
  shipping: null,
  ...noDetails,
  items: [],
  attributes: {},
};
