/** Values of our own schemas that nothing is wrong with, whole; tests say what is different. */
import { noDetails } from '../dev/demo/fact';
import type { OrderEvent, OrderPlaced } from '../schemas/types';

export const orderPlaced = (orderId: string, but: Partial<OrderPlaced> = {}): OrderPlaced => ({
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
  ...noDetails,
  items: [{ product_id: 'P-1', sku: null, price: 100_000, quantity: 1, discount: null, subtotal: null }],
  attributes: {},
  ...but,
});

export const orderEvent = (orderId: string, but: Partial<OrderEvent> = {}): OrderEvent => ({
  action: 'purchase',
  order_id: orderId,
  idempotence_id: '00000000-0000-5000-8000-000000000000',
  occurred_at: 1_767_225_600_000,
  identifiers: { email: 'ada@example.com' },
  total: 432_000,
  subtotal: 400_000,
  discount: null,
  tax: null,
  shipping: null,
  ...noDetails,
  items: [],
  custom_fields: {},
  fact_ids: [orderId],
  late: false,
  warnings: [],
  ...but,
});
