import { Rejection } from '../../../pipeline/failure';
import { toEvent } from '../../../pipeline/order/event';
import { idempotenceId } from '../../../pipeline/order/identity';
import { type Decoded, toFact } from '../../../pipeline/order/mapping';
import { defaultOrderSettings, type OrderSettings } from '../../../pipeline/order/settings';
import { record } from '../../driver';
import { cancelled, type FactFields, placed, refunded, returned, STORY_START } from '../../facts';

const eventOf = (
  make: (fields: FactFields) => Decoded,
  fields: FactFields = {},
  changed: Partial<OrderSettings> = {},
) => {
  const settings = { ...defaultOrderSettings, ...changed };
  const fact = toFact(new Map(), settings)(make({ at: '0s', ...fields }), record(0));
  if (fact instanceof Rejection) throw new Error(fact.message);
  const event = toEvent(settings)(fact);
  if (event instanceof Rejection) throw new Error(event.message);
  return event;
};

const amounts = { total: 43.2, subtotal: 40, discount: 2, tax: 3.2, shipping: 1 };
const items = [{ product_id: 'P-1', sku: 'S-1', price: 40, quantity: 2, discount: 10, subtotal: 70 }];

test('a purchase, whole', () => {
  const event = eventOf(placed, {
    ...amounts,
    items,
    at: '1.5s',
    coupon_code: 'SPRING',
    first_name: 'Ada',
    last_name: 'Lovelace',
    name: 'Ada Lovelace',
    email: 'orders@example.com',
    phone: '+4930123456',
    bill_address: { street1: '1 Main St', country: 'US' },
    ship_address: { street1: '2 Main St' },
    attributes: { channel: 'web', visits: 7n },
  });
  expect(event).toEqual({
    action: 'purchase',
    order_id: 'A',
    idempotence_id: idempotenceId('A', ['A-placed']),
    occurred_at: STORY_START + 1500,
    identifiers: { email: 'ada@example.com' },
    total: 432_000,
    subtotal: 400_000,
    discount: 20_000,
    tax: 32_000,
    shipping: 10_000,
    coupon_code: 'SPRING',
    first_name: 'Ada',
    last_name: 'Lovelace',
    name: 'Ada Lovelace',
    email: 'orders@example.com',
    phone: '+4930123456',
    bill_address: '1 Main St, US',
    ship_address: '2 Main St',
    items: [{ product_id: 'P-1', sku: 'S-1', price: 400_000, quantity: 2, discount: 100_000, subtotal: 700_000 }],
    custom_fields: { channel: 'web', visits: 7n, currency: 'EUR' },
    fact_ids: ['A-placed'],
    late: false,
    warnings: [],
  });
});

test.each([
  ['returned', returned, {}, 'return', -1],
  ['refunded', refunded, {}, 'refund', 1],
  ['refunded, goods came back', refunded, { inventory_returned: true }, 'return', -1],
  ['cancelled', cancelled, {}, 'cancel', -1],
] as const)(
  '%s: signs as in the vendor’s examples, and no tax, shipping or discount',
  (_, make, fields, action, sign) => {
    const event = eventOf(make, { ...amounts, ...fields, items });
    expect(event).toMatchObject({ action, total: sign * 432_000, subtotal: sign * 400_000 });
    expect([event.tax, event.shipping, event.discount]).toEqual([null, null, null]);
    expect(event.items).toEqual([
      { product_id: 'P-1', sku: 'S-1', price: -400_000, quantity: 2, discount: 100_000, subtotal: -700_000 },
    ]);
  },
);

test('nothing is never −0', () => {
  const event = eventOf(returned, { total: 0, items: [{ product_id: 'P', price: 0, quantity: 1 }] });
  expect([event.total, event.subtotal, event.items[0]?.price, event.items[0]?.subtotal]).toEqual([0, 0, 0, 0]);
});

test('the currency goes under the name that is set, or nowhere', () => {
  const attributes = { channel: 'web' };
  expect(eventOf(placed, { attributes }, { currencyField: 'order_currency' }).custom_fields).toEqual({
    channel: 'web',
    order_currency: 'EUR',
  });
  expect(eventOf(placed, { attributes }, { currencyField: null }).custom_fields).toEqual({ channel: 'web' });
});

test('the same fact has the same id, another fact or order has another', () => {
  const id = (order: string, fact: string) => eventOf(refunded, { order, id: fact }).idempotence_id;
  expect(id('A', '1')).toBe(id('A', '1'));
  expect(new Set([id('A', '1'), id('A', '2'), id('B', '1')]).size).toBe(3);
});

test('all events have one shape, whatever the action', () => {
  const keys = [placed, returned, refunded, cancelled].map(make => Object.keys(eventOf(make)).join());
  expect(new Set(keys).size).toBe(1);
});
