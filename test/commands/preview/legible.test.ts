import { legible } from '../../../commands/preview/legible';

test('amounts and times of our facts as people write them, nothing else touched', () => {
  const value = {
    total: 1_020_000,
    subtotal: -432_500,
    tax: null,
    discount: '12.5',
    shipping: 1,
    occurred_at: 1767225600000,
    items: [{ product_id: 'P', price: 400_000, quantity: 2 }],
    attributes: { total: 7, points: 12n },
    customer: { identifiers: { price: 'x' } },
  };
  expect(legible({ type: 'commerce.orders.OrderPlaced', value }).value).toEqual({
    ...value,
    total: '102.00',
    subtotal: '-43.25',
    shipping: '0.0001',
    occurred_at: '2026-01-01T00:00:00.000Z',
    items: [{ product_id: 'P', price: '40.00', quantity: 2 }],
  });
  const theirs = { type: 'shop.Order', value: { total: 5 } };
  expect(legible(theirs)).toBe(theirs);
});
