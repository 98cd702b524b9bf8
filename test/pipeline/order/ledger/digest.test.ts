/** What tells a producer's retry from a change: every field of a fact, and nothing else. */
import fc from 'fast-check';
import type { Fact } from '../../../../pipeline/order/fact';
import { digestOf } from '../../../../pipeline/order/ledger/digest';
import { entryOf } from './story';

const base = entryOf({
  total: 1 as never,
  items: [{ productId: 'P', sku: null, price: 1 as never, quantity: 1, discount: null, subtotal: 1 as never }],
}).value;
const item = base.items[0]!;

test.each<[string, Partial<Fact>]>([
  ['kind', { kind: 'refunded' }],
  ['currency', { currency: 'USD' }],
  ['total', { total: 2 as never }],
  ['total beyond 32 bits', { total: (1 + 2 ** 32) as never }],
  ['total absent', { total: null }],
  ['subtotal', { subtotal: 1 as never }],
  ['discount', { discount: 1 as never }],
  ['tax', { tax: 1 as never }],
  ['shipping', { shipping: 1 as never }],
  ['coupon', { couponCode: 'C' }],
  ['first name', { firstName: 'A' }],
  ['last name', { lastName: 'A' }],
  ['name', { name: 'A' }],
  ['email', { email: 'A' }],
  ['phone', { phone: 'A' }],
  ['bill address', { billAddress: 'A' }],
  ['ship address', { shipAddress: 'A' }],
  ['goods back', { inventoryReturned: true }],
  ['no items', { items: [] }],
  ['an item more', { items: [item, item] }],
  ['product', { items: [{ ...item, productId: 'Q' }] }],
  ['sku', { items: [{ ...item, sku: 'S' }] }],
  ['price', { items: [{ ...item, price: 2 as never }] }],
  ['quantity', { items: [{ ...item, quantity: 2 }] }],
  ['line discount', { items: [{ ...item, discount: 0 as never }] }],
  ['line subtotal', { items: [{ ...item, subtotal: 2 as never }] }],
  ['identifiers', { identifiers: { email: 'bob@example.com' } }],
  ['another identifier', { identifiers: { ...base.identifiers, phone: '1' } }],
  ['an attribute', { attributes: { a: '1' } }],
])('another %s is another content', (_, changed) => {
  expect(digestOf({ ...base, ...changed })).not.toBe(digestOf(base));
});

test('id and time are not content, and maps have no order', () => {
  expect(digestOf({ ...base, eventId: 'other', occurredAt: 1, orderId: 'other' })).toBe(digestOf(base));
  const attributes = { a: 1, b: 'x', c: true } as const;
  const turned = { c: true, b: 'x', a: 1 } as const;
  expect(digestOf({ ...base, attributes })).toBe(digestOf({ ...base, attributes: turned }));
});

test('texts cannot change places, and a long is not its text', () => {
  const digests = [
    { firstName: 'AB', lastName: 'C' },
    { firstName: 'A', lastName: 'BC' },
    { attributes: { a: '7' } },
    { attributes: { a: 7 } },
    { attributes: { a: 7n } },
    { attributes: { a: 'true' } },
    { attributes: { a: true } },
  ].map(changed => digestOf({ ...base, ...changed }));
  expect(new Set(digests).size).toBe(digests.length);
});

test('it is stored: a ledger of an earlier version still knows its purchase', () => {
  const fact = entryOf({
    total: (7 + 2 ** 40) as never,
    tax: null,
    name: 'Ada ö',
    couponCode: null,
    identifiers: { phone: '1', email: 'ada@example.com' },
    attributes: { text: 'x', long: 7n, double: 7.5, yes: true },
    items: [item, { ...item, sku: 'S', discount: 0 as never }],
  }).value;
  expect([digestOf(fact), digestOf(base)]).toEqual([5720306717012752, 3355312231210538]);
});

test('no two of a hundred thousand contents are alike', () => {
  const digests = new Set<number>();
  for (let n = 0; n < 100_000; n++) digests.add(digestOf({ ...base, total: n as never }));
  expect(digests.size).toBe(100_000);
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(digestOf({ ...base, name: one }) === digestOf({ ...base, name: other })).toBe(one === other);
    }),
  );
});
