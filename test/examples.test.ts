/** What the documentation shows as an example works as it is. */
import { join } from 'node:path';
import { loadMappings } from '../connectors/mappings/load';
import { toFact } from '../pipeline/order/mapping';
import { defaultOrderSettings } from '../pipeline/order/settings';
import { record } from './driver';

const mapping = join(__dirname, '../examples/mappings/checkout.yaml');
const completed = {
  state: 'PAID',
  at: 1_767_225_600n,
  order: { number: 'W-7' },
  buyer: { mail: 'ada@example.com', card: null },
  currency_code: 978,
  cents: 10_200n,
  gift: true,
  lines: [{ sku: 'P-1', price: 5_100n, pieces: 2 }],
};

test('the mapping of examples/mappings makes a fact of a record of its schema', async () => {
  const { mappings, problems } = await loadMappings([mapping]);
  expect(problems).toEqual([]);
  const read = toFact(mappings, defaultOrderSettings);
  const source = { ...record(0), timestamp: 1_767_225_600_000 };
  expect(read({ type: 'shop.checkout.OrderCompleted', value: completed }, source)).toMatchObject({
    kind: 'placed',
    eventId: 'W-7-completed',
    orderId: 'W-7',
    occurredAt: 1_767_225_600_000,
    identifiers: { email: 'ada@example.com' },
    currency: 'EUR',
    total: 1_020_000,
    items: [{ productId: 'P-1', price: 510_000, quantity: 2 }],
  });
  expect(read({ type: 'shop.checkout.OrderCompleted', value: { ...completed, state: 'OPEN' } }, source)).toMatchObject({
    code: 'unmapped_type',
  });
});
