/** The benchmark's data: the same everywhere, good ones only, of the size that was promised. */
import { createHash } from 'node:crypto';
import { type Schema, Type } from 'avsc';
import { orderAt, schemaText } from '../../bench/orders';

const first = Array.from({ length: 2000 }, (_, index) => orderAt(index));

test('are the same on every machine: figures of two days can be compared', () => {
  const digest = createHash('sha256');
  for (const { key, value } of first) digest.update(key).update(value);
  expect(digest.digest('hex')).toBe('80113013501441529863a98d71b0dacd18ac89f56a705a67aa870d595c5b0439');
});

test('have about 170 bytes', () => {
  const mean = first.reduce((sum, { value }) => sum + value.length, 0) / first.length;
  expect(mean).toBeGreaterThan(165);
  expect(mean).toBeLessThan(180);
});

test('are of our schema, keyed by their order id, each another one', () => {
  const type = Type.forSchema(JSON.parse(schemaText('commerce/OrderPlaced.avsc')) as Schema);
  for (const { key, value } of first) expect(type.fromBuffer(value).order_id).toBe(key);
  expect(new Set(first.map(({ key }) => key)).size).toBe(first.length);
});
