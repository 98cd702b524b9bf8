/** What is given back, by a return, a refund or a cancellation: amounts without their sign, and the subtotal that is not said. */
import { Rejection } from '../../../pipeline/failure';
import { cancelled, type FactFields, placed, refunded, returned } from '../../facts';
import { factOf, item, now, read, unreadable } from './read';

const kinds = [
  ['returned', returned],
  ['refunded', refunded],
  ['cancelled', cancelled],
] as const;

test.each(kinds)('signs of amounts are ignored where it is %s', (kind, make) => {
  const amounts = { total: 43.2, subtotal: 39, tax: 3.2, shipping: '1', discount: '2' };
  const line = { product_id: 'P', price: 40, quantity: 2, discount: 1, subtotal: 79 };
  const signed = { total: -43.2, subtotal: '-39', tax: -3.2, shipping: '-1', discount: '-2' };
  const signedLine = { product_id: 'P', price: -40, quantity: 2, discount: -1, subtotal: -79 };
  const fact = factOf(now(make, { ...amounts, items: [line] }));
  expect(factOf(now(make, { ...signed, items: [signedLine] }))).toEqual(fact);
  expect(fact).toMatchObject({
    kind,
    total: 432_000,
    subtotal: 390_000,
    tax: 32_000,
    shipping: 10_000,
    discount: 20_000,
    items: [{ productId: 'P', sku: null, price: 400_000, quantity: 2, discount: 10_000, subtotal: 790_000 }],
  });
});

describe.each(kinds)('the subtotal of what is %s', (_, make) => {
  test.each<[string, FactFields, number]>([
    ['as it is given', { total: 43.2, tax: 3.2, subtotal: 43 }, 430_000],
    ['as it is given, also nothing', { total: 43.2, subtotal: 0 }, 0],
    ['as it is given, where it could not be worked out', { total: 0, tax: 1, subtotal: 0 }, 0],
    ['the total', { total: 10 }, 100_000],
    ['the total less tax', { total: 10, tax: 1 }, 90_000],
    ['the total less shipping', { total: 10, shipping: 2 }, 80_000],
    ['the total less tax and shipping', { total: 10, tax: 1, shipping: 2, discount: 3 }, 70_000],
    ['nothing, where it was but tax and shipping', { total: 3, tax: 1, shipping: 2 }, 0],
  ])('%s', (__, fields, subtotal) => {
    expect(factOf(now(make, fields))).toMatchObject({ subtotal });
  });

  test.each<[string, FactFields]>([
    ['tax is more than the total', { total: 10, tax: '10.0001' }],
    ['tax and shipping are more than the total', { total: 10, tax: 6, shipping: '4.0001' }],
    ['they are beyond exact money', { total: 0, tax: '900000000000', shipping: '900000000000' }],
    ['what is left would not be exact', { total: '900000000000', tax: '0.0001', shipping: '0.0001' }],
  ])('must be given where %s', (__, fields) => {
    const message =
      'Cannot deduct from order "A" as "subtotal" is absent and "total" − "tax" − "shipping" is below zero or too large: ' +
      'give it';
    expect(read(now(make, fields))).toEqual(new Rejection('invalid_amount', message, 'A'));
  });
});

test('the subtotal of a placed order is never worked out', () => {
  expect(factOf(now(placed, { total: 10, subtotal: undefined }))).toMatchObject({ total: 100_000, subtotal: null });
});

test.each([null, undefined])('a cancellation leaves its amounts to the ledger where its total is %p', total => {
  expect(factOf(now(cancelled, { total }))).toMatchObject({ total: null, subtotal: null });
  expect(factOf(now(cancelled, { total, subtotal: 4 }))).toMatchObject({ total: null, subtotal: 40_000 });
  const refused = unreadable('missing_field', 'total', 'an amount: it is absent');
  expect(read(now(returned, { total }))).toEqual(refused);
  expect(read(now(refunded, { total }))).toEqual(refused);
});

test('a refund that brought goods back says so; no other fact does', () => {
  expect(factOf(now(refunded, { inventory_returned: true })).inventoryReturned).toBe(true);
  for (const flag of [false, null, undefined]) {
    expect(factOf(now(refunded, { inventory_returned: flag })).inventoryReturned).toBe(false);
  }
  for (const make of [placed, returned, cancelled]) {
    expect(factOf(now(make, { inventory_returned: true })).inventoryReturned).toBe(false);
  }
  const refused = unreadable('missing_field', 'inventory_returned', 'true or false: current value is a string');
  expect(read(now(refunded, { inventory_returned: 'yes' }))).toEqual(refused);
});

test('an item of it must be as whole as one that was bought', () => {
  const refused = unreadable('missing_field', 'items[0].price', 'an amount: it is absent');
  expect(read(now(returned, { items: [{ ...item, price: null }] }))).toEqual(refused);
});
