import fc from 'fast-check';
import type { Fact } from '../../../pipeline/order/fact';
import { PackedFact } from '../../../pipeline/order/packed';
import { entryOf } from './ledger/story';

const whole: Fact = {
  ...entryOf({ eventId: 'F', kind: 'placed' }).value,
  identifiers: { email: 'ada@example.com', customer_id: 'C-7' },
  firstName: 'Ada',
  items: [
    { productId: 'P-1', sku: null, price: 10_000, quantity: 2, discount: 5, subtotal: 19_995 },
  ] as unknown as Fact['items'],
  attributes: { channel: 'web', gift: true, weight: 1.5, points: 9_007_199_254_740_993n },
};
const fields = Object.keys(whole) as (keyof Fact)[];
/** By its fields, each asked for. */
const read = (fact: Fact) => Object.fromEntries(fields.map(field => [field, fact[field]]));

test('a fact that was packed is the same fact', () => {
  const packed = new PackedFact(whole);
  expect(read(packed)).toEqual(read(whole));
  packed.pack();
  expect(read(packed)).toEqual(read(whole));
  expect(read(new PackedFact(packed))).toEqual(read(whole));
  expect(packed.open()).toEqual(whole);
});

test('whatever its texts and attributes hold', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('\ud800'));
  const custom = fc.oneof(text, fc.boolean(), fc.double(), fc.bigInt(), fc.constant(-0));
  fc.assert(
    fc.property(
      fc.record({
        eventId: text,
        name: fc.option(text),
        identifiers: fc.dictionary(text, text, { noNullPrototype: true }),
        attributes: fc.dictionary(text, custom, { noNullPrototype: true }),
        items: fc.array(
          fc.record({
            productId: text,
            sku: fc.option(text),
            price: fc.maxSafeInteger(),
            quantity: fc.nat(),
            discount: fc.option(fc.maxSafeInteger()),
            subtotal: fc.maxSafeInteger(),
          }),
        ),
        inventoryReturned: fc.boolean(),
        total: fc.option(fc.maxSafeInteger()),
      }),
      some => {
        const fact = { ...whole, ...some } as unknown as Fact;
        expect(read(new PackedFact(fact))).toEqual(read(fact));
      },
    ),
    { seed: 7 },
  );
});

test('it holds little: one text, and what windows and ledger ask of a fact that waits', () => {
  const packed = new PackedFact({ ...whole, attributes: {} });
  const held = () => Object.entries(packed).filter(([, value]) => typeof value === 'object');
  expect(held()).toEqual([]);
  expect(packed.items).toHaveLength(1);
  expect(held()).toHaveLength(1);
  packed.pack();
  expect(held()).toEqual([]);
});
