/**
 * Facts and the events expected of them, in domain words. Amounts are currency units here (`total: 10.5`); text goes
 * through as it is written. All of it happens to ada@example.com, at the start of the story unless `at` says otherwise.
 */
import type { OdpBody } from '../pipeline/order/body';
import { idempotenceId } from '../pipeline/order/identity';
import type { CommerceType, Decoded } from '../pipeline/order/mapping';

/** 2026-01-01T00:00:00Z: every story begins here. */
export const STORY_START = 1_767_225_600_000;

/** `1.5s`, `10m`, `2h` → milliseconds. */
export const ms = (text: string): number => {
  const [, number, unit] = /^(-?[\d.]+)(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 }[unit ?? ''];
  if (factor === undefined) throw new Error(`Cannot read the time "${text}": write it as 1.5s, 10m or 2h`);
  return Number(number) * factor;
};

export interface FactFields {
  readonly order?: string;
  /** Event id; `A-placed` of order A where absent. */
  readonly id?: string;
  /** Event time, from the start of the story; when the record arrives where absent. */
  readonly at?: string;
  /** Any field of the schema by its own name, also an odd one. */
  readonly [field: string]: unknown;
}

const AMOUNTS = new Set(['total', 'subtotal', 'discount', 'tax', 'shipping', 'price']);

/** Currency units → what our decoder answers: whole ten-thousandths. */
const units = (field: string, value: unknown): unknown =>
  AMOUNTS.has(field) && typeof value === 'number' ? Math.round(value * 10_000) : value;

const inUnits = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, units(field, value)]));

const fact =
  (type: CommerceType, word: string, defaults: object) =>
  ({ order = 'A', id = `${order}-${word}`, at, ...fields }: FactFields = {}): Decoded => ({
    type,
    value: {
      event_id: id,
      order_id: order,
      occurred_at: at === undefined ? undefined : STORY_START + ms(at),
      customer: { email: 'ada@example.com', phone: null, customer_id: null, vuid: null, identifiers: {} },
      currency: 'EUR',
      ...inUnits(defaults),
      ...inUnits(fields),
      ...(Array.isArray(fields.items) && { items: fields.items.map(item => (item === null ? null : inUnits(item))) }),
    },
  });

export const placed = fact('commerce.orders.OrderPlaced', 'placed', {
  total: 100,
  subtotal: 100,
  items: [{ product_id: 'P-1', sku: null, price: 1_000_000, quantity: 1, discount: null, subtotal: null }],
});
export const returned = fact('commerce.orders.OrderReturned', 'returned', { total: 10 });
export const refunded = fact('commerce.orders.OrderRefunded', 'refunded', { total: 10 });
export const cancelled = fact('commerce.orders.OrderCancelled', 'cancelled', { total: 100 });

export interface EventFields {
  readonly id?: string;
  readonly at?: string;
  /** Fields of `data.order`, as ODP's JSON has them. */
  readonly [field: string]: unknown;
}

const event =
  (action: OdpBody['action'], word: string, defaults: object) =>
  (order: string, { id = `${order}-${word}`, at = '0s', ...fields }: EventFields = {}) => ({
    type: 'order',
    action,
    identifiers: { email: 'ada@example.com' },
    data: {
      ts: Math.floor((STORY_START + ms(at)) / 1000),
      idempotence_id: idempotenceId(order, [id]),
      order: { order_id: order, currency: 'EUR', ...defaults, ...fields },
    },
  });

export const purchase = event('purchase', 'placed', {
  total: 100,
  subtotal: 100,
  items: [{ product_id: 'P-1', price: 100, quantity: 1, subtotal: 100 }],
});
export const refund = event('refund', 'refunded', { total: 10, subtotal: 10 });
export const returnEvent = event('return', 'returned', { total: -10, subtotal: -10 });
export const cancel = event('cancel', 'cancelled', { total: -100, subtotal: -100 });
