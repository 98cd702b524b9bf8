/** Deductions made one: a row for each pair that may be, and for each that would change a meaning. */
import type { Entry } from '../../../pipeline/batch';
import { idempotenceId } from '../../../pipeline/order/identity';
import { merged } from '../../../pipeline/order/merge';
import type { OrderEvent } from '../../../schemas/types';
import { record } from '../../driver';
import { orderEvent } from '../../records';

let offset = 0;
const refund = (id: string, changed: Partial<OrderEvent> = {}): Entry<OrderEvent> => ({
  source: record(offset++),
  value: orderEvent('A', {
    action: 'refund',
    idempotence_id: idempotenceId('A', [id]),
    occurred_at: 1000,
    total: 10,
    subtotal: 9,
    tax: 5,
    shipping: 4,
    custom_fields: { currency: 'EUR' },
    fact_ids: [id],
    ...changed,
  }),
});

const item = { product_id: 'P', sku: null, price: -1, quantity: 1, discount: null, subtotal: -1 };

test('two become one: sums, the later time, what remains after the last, all records and warnings', () => {
  const first = refund('R', { items: [item], warnings: ['over_deduction'], occurred_at: 3000 });
  const last = refund('S', {
    total: 20,
    subtotal: 18,
    tax: 3,
    shipping: 2,
    items: [{ ...item, product_id: 'Q' }],
    warnings: ['over_deduction', 'remainder_below_zero'],
    occurred_at: 2000,
  });
  expect(merged([first, last])).toEqual([
    {
      source: last.source,
      others: [first.source],
      value: {
        ...last.value,
        idempotence_id: idempotenceId('A', ['R', 'S']),
        occurred_at: 3000,
        total: 30,
        subtotal: 27,
        items: [item, { ...item, product_id: 'Q' }],
        fact_ids: ['R', 'S'],
        warnings: ['over_deduction', 'remainder_below_zero'],
      },
    },
  ]);
});

test('three become one, with the records of all', () => {
  const three = [refund('R'), refund('S'), refund('T')];
  const [one, ...none] = merged(three);
  expect(none).toEqual([]);
  expect(one).toMatchObject({ source: three[2]?.source, value: { total: 30, fact_ids: ['R', 'S', 'T'], late: false } });
  expect(one?.others).toEqual([three[0]?.source, three[1]?.source]);
});

test.each<[string, Partial<OrderEvent>]>([
  ['purchase', { action: 'purchase' }],
  ['correction', { action: 'cancel', warnings: ['purchase_corrected'] }],
])('not past a %s: it may have the earlier one taken off already', (_what, between) => {
  const shown = merged([refund('R'), refund('P', between), refund('S'), refund('T')]);
  expect(shown.map(({ value: { fact_ids } }) => fact_ids)).toEqual([['R'], ['P'], ['S', 'T']]);
});

test('each action by itself, in the place of its last', () => {
  const shown = merged([
    refund('P', { action: 'purchase' }),
    refund('R'),
    refund('C', { action: 'cancel' }),
    refund('S'),
    refund('T', { action: 'return' }),
  ]);
  expect(shown.map(({ value: { action, fact_ids } }) => [action, ...fact_ids])).toEqual([
    ['purchase', 'P'],
    ['cancel', 'C'],
    ['refund', 'R', 'S'],
    ['return', 'T'],
  ]);
});

test.each<[string, Partial<OrderEvent>, Partial<OrderEvent>]>([
  ['purchases', { action: 'purchase' }, { action: 'purchase' }],
  ['a correction with a refund', { warnings: ['purchase_corrected'] }, {}],
  ['a refund with a correction', {}, { warnings: ['purchase_corrected'] }],
  ['a late one with one in time', { late: true }, {}],
  ['one in time with a late one', {}, { late: true }],
  ['two late ones', { late: true }, { late: true }],
  ['another customer', {}, { identifiers: { email: 'bob@example.com' } }],
  [
    'another customer of the same phone',
    { identifiers: { email: 'ada@example.com', phone: '1' } },
    { identifiers: { email: 'bob@example.com', phone: '1' } },
  ],
  ['a customer better known', {}, { identifiers: { email: 'ada@example.com', phone: '1' } }],
  ['a customer less known', { identifiers: { email: 'ada@example.com', phone: '1' } }, {}],
  ['another currency', {}, { custom_fields: { currency: 'USD' } }],
  ['custom fields of one alone', { custom_fields: {} }, {}],
  ['a subtotal of the first alone', {}, { subtotal: null }],
  ['a subtotal of the last alone', { subtotal: null }, {}],
  ['a total that is not exact', { total: 9_007_199_254_740_990 }, { total: 1 }],
  ['a subtotal that is not exact', { subtotal: 9_007_199_254_740_990 }, { subtotal: 1 }],
])('not merged: %s', (_what, first, last) => {
  const both = [refund('R', first), refund('S', last)];
  expect(merged(both)).toEqual(both);
});

test('without subtotals they are merged without', () => {
  const [one, ...none] = merged([refund('R', { subtotal: null }), refund('S', { subtotal: null })]);
  expect(one?.value).toMatchObject({ total: 20, subtotal: null });
  expect(none).toEqual([]);
});
