/** A placed order that nothing is wrong with. */
import type { OrderPlaced } from '../../schemas/types';

export const placed = (orderId: string, but: Partial<OrderPlaced> = {}): OrderPlaced => ({
  event_id: `placed-${orderId}`,
  order_id: orderId,
  occurred_at: Date.now() - 60_000,
  customer: { email: 'ada@example.com', phone: null, customer_id: null, vuid: null, identifiers: {} },
  currency: 'EUR',
  total: 100_000,
  subtotal: null,
  discount: null,
  tax: null,
  shipping: null,
  coupon_code: null,
  first_name: null,
  last_name: null,
  name: null,
  email: null,
  phone: null,
  bill_address: null,
  ship_address: null,
  items: [{ product_id: 'P-1', sku: null, price: 100_000, quantity: 1, discount: null, subtotal: null }],
  attributes: {},
  ...but,
});
