import { fromJson } from '../../../connectors/registry/json';

const OURS = 'commerce.orders.OrderCancelled';
const convert = (json: object) => fromJson(OURS, json) as Record<string, unknown>;

test('defaults are filled in, what has none stays missing', () => {
  expect(convert({ order_id: 'A7', customer: { email: 'ada@example.com' } })).toEqual({
    order_id: 'A7',
    customer: { email: 'ada@example.com', phone: null, customer_id: null, vuid: null, identifiers: {} },
    ...Object.fromEntries(
      ['total', 'subtotal', 'discount', 'tax', 'shipping', 'coupon_code', 'first_name', 'last_name', 'name'].map(
        name => [name, null],
      ),
    ),
    ...{ email: null, phone: null, bill_address: null, ship_address: null, items: [], attributes: {} },
  });
});

test('two values do not share a default', () => {
  expect(convert({}).items).not.toBe(convert({}).items);
});

test.each([
  ['total', 12.5, '12.5'],
  ['total', '12.50', '12.50'],
  ['total', 1e21, '1e+21'],
  ['total', null, null],
  ['total', true, true],
  ['occurred_at', 1_767_225_600_000, 1_767_225_600_000],
  ['occurred_at', '2026-01-01T01:00:00+01:00', 1_767_225_600_000],
  ['occurred_at', 'yesterday', 'yesterday'],
  ['order_id', 5, 5],
  ['items', 'none', 'none'],
  [
    'bill_address',
    { city: 'Wien', town: 'x' },
    { city: 'Wien', street1: null, street2: null, state: null, zip: null, country: null },
  ],
  ['bill_address', 'Ring 1', 'Ring 1'],
  [
    'attributes',
    { a: 5, b: 1.5, c: 'x', d: true, e: null, f: [1] },
    { a: 5n, b: 1.5, c: 'x', d: true, e: null, f: [1] },
  ],
])('%s: %j is %p', (field, given, expected) => {
  expect(convert({ [field]: given })[field]).toEqual(expected);
});

test('items, each', () => {
  expect(convert({ items: [{ product_id: 'P', price: 1, quantity: '2' }, 5] }).items).toEqual([
    { product_id: 'P', price: '1', quantity: '2', sku: null, discount: null, subtotal: null },
    5,
  ]);
});

test('another type is left as it is', () => {
  const json = { a: 1 };
  expect(fromJson('shop.Order', json)).toBe(json);
});
