/** The items of an order: what one is, and its subtotal where the producer did not say. */
import { Rejection } from '../../../pipeline/failure';
import { cancelled, type FactFields, placed, refunded, returned } from '../../facts';
import { factOf, item, now, read, unreadable, withItem } from './read';

test.each<[string, FactFields]>([
  ['none', { items: undefined }],
  ['null', { items: null }],
  ['an empty list', { items: [] }],
])('an order is not placed with %s, and deductions need none', (_, fields) => {
  const message = 'Cannot place order "A" without items: give at least one in "items"';
  expect(read(now(placed, fields))).toEqual(new Rejection('no_items', message, 'A'));
  for (const make of [returned, refunded, cancelled]) expect(factOf(now(make, fields)).items).toEqual([]);
});

test.each<[string, unknown, string]>([
  ['a record', { 0: item }, 'current value is a record'],
  ['text', 'P-1', 'current value is a string'],
])('items are not %s', (_, items, isNow) => {
  const refused = unreadable('missing_field', 'items', `a list of items: ${isNow}`);
  expect(read(now(placed, { items }))).toEqual(refused);
  expect(read(now(returned, { items }))).toEqual(refused);
});

test.each([[null], ['P-1'], [7], [[]]])('an item is not %j', odd => {
  const refused = unreadable('missing_field', 'items[0].product_id', 'text: it is absent');
  expect(read(now(placed, { items: [odd, item] }))).toEqual(refused);
});

test.each<[string, object, string]>([
  ['a number for its SKU', { sku: 7 }, 'items[1].sku'],
  ['a number for its product', { product_id: 7 }, 'items[1].product_id'],
])('an item is not one with %s', (_, fields, field) => {
  const refused = unreadable('missing_field', field, 'text: current value is a number');
  expect(read(now(placed, withItem(fields)))).toEqual(refused);
});

test('what is read after the items is told without them', () => {
  const { message } = read(now(placed, { items: [item], attributes: 'x' })) as Rejection;
  expect(message).toMatch(/^Cannot read "attributes" of order "A"/);
});

test('all items are read, in their order', () => {
  const items = [
    { product_id: 'P-1', sku: 'S-1', price: 40, quantity: 2, discount: 5, subtotal: 70 },
    { product_id: 'P-2', price: '0.5', quantity: 3 },
    { product_id: ' ', price: 1, quantity: 1 },
  ];
  expect(factOf(now(placed, { items: items.slice(0, 2) })).items).toEqual([
    { productId: 'P-1', sku: 'S-1', price: 400_000, quantity: 2, discount: 50_000, subtotal: 700_000 },
    { productId: 'P-2', sku: null, price: 5_000, quantity: 3, discount: null, subtotal: 15_000 },
  ]);
  const must = 'text that is not blank: current value is blank';
  expect(read(now(placed, { items }))).toEqual(unreadable('missing_field', 'items[2].product_id', must));
});

test.each<[string, object, number]>([
  ['price × quantity', { price: 1.5, quantity: 3 }, 45_000],
  ['less the discount', { price: 1.5, quantity: 3, discount: 0.5 }, 40_000],
  ['nothing where the discount is all of it', { price: 1, quantity: 2, discount: 2 }, 0],
  ['as it is given', { price: 1, quantity: 2, subtotal: 1.99 }, 19_900],
  ['as it is given, where it could not be worked out', { price: 1, quantity: 1, discount: 2, subtotal: 0 }, 0],
])('the subtotal of a line: %s', (_, fields, subtotal) => {
  expect(factOf(now(placed, withItem(fields))).items[1]).toMatchObject({ subtotal });
});

test.each<[string, object]>([
  ['a discount above the line', { price: 1, quantity: 1, discount: '1.0001' }],
  ['a line beyond exact money', { price: '900000000000', quantity: 2 }],
  ['a line beyond exact money, but for its discount', { price: '900000000000', quantity: 2, discount: '900000000000' }],
  ['a line that is not exact without its discount', { price: '900000000000', quantity: 1, discount: '0.0001' }],
])('cannot be worked out with %s', (_, fields) => {
  const must = 'given where price × quantity − discount is below zero or too large: it is absent';
  expect(read(now(placed, withItem(fields)))).toEqual(unreadable('invalid_amount', 'items[1].subtotal', must));
});
