/** Records of foreign schemas: what their mapping answers is read as one of ours. */
import { Rejection } from '../../../pipeline/failure';
import { type Decoded, type Mapping, ofMappedType, toFact } from '../../../pipeline/order/mapping';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { record } from '../../driver';
import { cancelled, placed, refunded, returned } from '../../facts';
import { now, read, unreadable } from './read';

const foreign: Decoded = { type: 'shop.Order', value: { number: 'A', cents: 1050 } };

const mapping: Mapping = (value, { offset }) => {
  const { number, cents } = value as { number: string; cents: number };
  const { value: fields } = now(placed, { order: number, total: String(cents / 100), id: `${number}-${offset}` });
  return { type: 'commerce.orders.OrderPlaced', value: fields };
};

const mapped = (answer: Mapping) => read(foreign, {}, new Map([['shop.Order', answer]]));

test('a foreign record becomes a fact by its mapping, which is told the record', () => {
  expect(mapped(mapping)).toMatchObject({ kind: 'placed', orderId: 'A', total: 105_000, eventId: 'A-7' });
});

test.each([
  ['placed', placed],
  ['returned', returned],
  ['refunded', refunded],
  ['cancelled', cancelled],
] as const)('it may be %s, and passes as what it is', (kind, make) => {
  const ours = now(make);
  expect(read(ours)).toMatchObject({ kind, orderId: 'A' });
  expect(ofMappedType(new Map())(ours)).toBe(ours);
  const answer = { ...ours.value, total: '10', items: [{ product_id: 'P', price: '1', quantity: 1 }] };
  expect(mapped(() => ({ type: ours.type as never, value: answer }))).toMatchObject({ kind, orderId: 'A' });
});

test('it goes through the same checks', () => {
  const message = 'Cannot read "order_id" of a record without order id as it must be text: it is absent';
  expect(mapped(() => ({ type: 'commerce.orders.OrderPlaced', value: {} }))).toEqual(
    new Rejection('missing_field', message),
  );
});

test.each<[unknown, number | string]>([
  [12, 120_000],
  [10.5, 105_000],
  ['10.50', 105_000],
  [0.1 + 0.2, 'exact with at most 15 significant digits: current value is 0.30000000000000004'],
  [12n, 'a decimal such as "12.50" (text), or whole ten-thousandths (a number): current value is 12'],
  [12.34567, 'exact with at most 4 decimal places: current value is 12.34567'],
])('its amounts may be plain numbers, read by their shortest text: %p', (total, expected) => {
  const { value } = now(placed);
  const items = [{ product_id: 'P', price: '1', quantity: 1 }];
  const fact = mapped(() => ({
    type: 'commerce.orders.OrderPlaced',
    value: { ...value, subtotal: null, items, total },
  }));
  if (typeof expected === 'number') expect(fact).toMatchObject({ total: expected });
  else expect(fact).toEqual(unreadable('invalid_amount', 'total', expected));
});

test('its plain numbers are no matter of the records before and behind it', () => {
  const facts = toFact(
    new Map([['shop.Order', () => ({ type: 'commerce.orders.OrderCancelled', value }) as const]]),
    defaultOrderSettings,
  );
  const { value } = now(cancelled, { total: '1' });
  const ours = { ...now(cancelled), value: { ...value, total: 12 } };
  Object.assign(value, { total: 12 });
  expect([ours, foreign, ours].map(decoded => facts(decoded, record(0)))).toMatchObject([
    { total: 12 },
    { total: 120_000 },
    { total: 12 },
  ]);
});

test('it is a failure where its mapping says so', () => {
  const rejection = new Rejection('missing_field', 'Cannot map it');
  expect(mapped(() => rejection)).toBe(rejection);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['another foreign record', foreign],
  ['no value', { type: 'commerce.orders.OrderPlaced' }],
  ['null for a value', { type: 'commerce.orders.OrderPlaced', value: null }],
  ['text for a value', { type: 'commerce.orders.OrderPlaced', value: 'A' }],
])('it is step_failed where its mapping answers %s', (_, answer) => {
  const message =
    'Cannot map a record of type shop.Order as its mapping did not answer a record of one of our four types';
  expect(mapped(() => answer as never)).toEqual(new Rejection('step_failed', message));
});

test('it is step_failed where it has no mapping, were it to come so far', () => {
  expect(read({ type: 'shop.Invoice', value: {} })).toMatchObject({ code: 'step_failed' });
});

test('of a type without mapping it does not pass', () => {
  const known = ofMappedType(new Map([['shop.Order', mapping]]));
  expect(known(foreign)).toBe(foreign);
  const message = 'Cannot use a record of type shop.Invoice as it is none of ours and has no mapping: add one for it';
  expect(known({ type: 'shop.Invoice', value: {} })).toEqual(new Rejection('unmapped_type', message));
});

test('a record of one of our names needs no mapping, and none is asked', () => {
  const mappings = new Map<string, Mapping>([
    ['commerce.orders.OrderPlaced', () => new Rejection('step_failed', 'asked')],
  ]);
  expect(read(now(placed), {}, mappings)).toMatchObject({ kind: 'placed' });
});
