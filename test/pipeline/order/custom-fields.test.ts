/** Attributes of an order: which become custom fields, and what is said of the others. */
import type { FailureCode } from '../../../pipeline/failure';
import { isFieldName } from '../../../pipeline/order/custom-fields';
import type { OrderSettings } from '../../../pipeline/order/settings';
import { placed } from '../../facts';
import { factOf, now, read, unreadable } from './read';

test.each(['ab', 'az', 'za', 'a0', 'a9', 'a_', 'a'.repeat(62)])('%s is the name of a field', name => {
  expect(isFieldName(name)).toBe(true);
});

test.each([
  '',
  'a',
  'a'.repeat(63),
  '_a',
  '1a',
  'Channel',
  'aB',
  'a-b',
  'a b',
  'a`',
  'a{',
  'a/',
  'a:',
  '`a',
  '{a',
  'aé',
])('"%s" is none', name => expect(isFieldName(name)).toBe(false));

test.each<[string, FailureCode, unknown, string, string]>([
  ['text', 'missing_field', 'x', 'attributes', 'a map: current value is a string'],
  ['a list', 'missing_field', ['x'], 'attributes', 'a map: current value is a list'],
  [
    'one that is a record',
    'missing_field',
    { channel: {} },
    'attributes.channel',
    'text, a number or a boolean: current value is a record',
  ],
  [
    'one that is a list',
    'missing_field',
    { channel: [] },
    'attributes.channel',
    'text, a number or a boolean: current value is a list',
  ],
  [
    'one that is a function',
    'missing_field',
    { channel: () => 7 },
    'attributes.channel',
    'text: current value is a function',
  ],
  ['NaN', 'invalid_amount', { score: Number.NaN }, 'attributes.score', 'a finite number: JSON has no other'],
  [
    'beyond 64 bits',
    'invalid_amount',
    { score: 2n ** 63n },
    'attributes.score',
    'a whole number of 64 bits: it is beyond',
  ],
  [
    'below 64 bits',
    'invalid_amount',
    { score: -(2n ** 63n) - 1n },
    'attributes.score',
    'a whole number of 64 bits: it is beyond',
  ],
  [
    'one with a capital',
    'invalid_field_name',
    { Channel: 'x' },
    'attributes.Channel',
    'named with 2 to 62 of a–z, 0–9 and _, a letter first: its name is not',
  ],
  [
    'a prototype',
    'invalid_field_name',
    JSON.parse('{"__proto__":"x"}'),
    'attributes.__proto__',
    'named with 2 to 62 of a–z, 0–9 and _, a letter first: its name is not',
  ],
  [
    'one behind a good one',
    'invalid_field_name',
    { channel: 'x', total: 1 },
    'attributes.total',
    'named otherwise: that field of the order is set already',
  ],
])('attributes are not %s', (_, code, attributes, field, must) => {
  expect(read(now(placed, { attributes }))).toEqual(unreadable(code, field, must));
});

const ORDERS_OWN =
  'order_id status total subtotal discount tax shipping coupon_code bill_address ship_address phone first_name last_name name email items';

test.each([...ORDERS_OWN.split(' '), 'currency'])('%s is a field of the order already', name => {
  const must = 'named otherwise: that field of the order is set already';
  const refused = unreadable('invalid_field_name', `attributes.${name}`, must);
  expect(read(now(placed, { attributes: { [name]: 'x' } }))).toEqual(refused);
});

test.each<[string, unknown, object, Partial<OrderSettings>?]>([
  ['nothing', undefined, {}],
  ['null', null, {}],
  ['none', {}, {}],
  ['text', { channel: ' web ' }, { channel: ' web ' }],
  ['a boolean', { gift: false }, { gift: false }],
  ['a number', { score: -0.5, visits: 0 }, { score: -0.5, visits: 0 }],
  ['the longest longs', { most: 2n ** 63n - 1n, least: -(2n ** 63n) }, { most: 2n ** 63n - 1n, least: -(2n ** 63n) }],
  ['blank, unknown and known ones', { blank: ' ', no: null, not: undefined, channel: 'web' }, { channel: 'web' }],
  [
    'one named currency, where the currency has no field',
    { currency: 'x' },
    { currency: 'x' },
    { currencyField: null },
  ],
])('attributes may be %s', (_, attributes, fields, settings = {}) => {
  expect(factOf(now(placed, { attributes }), settings).attributes).toEqual(fields);
});

test('the field that carries the currency is taken by its setting', () => {
  const must = 'named otherwise: that field of the order is set already';
  expect(read(now(placed, { attributes: { iso_currency: 'x' } }), { currencyField: 'iso_currency' })).toEqual(
    unreadable('invalid_field_name', 'attributes.iso_currency', must),
  );
});

test('an order without attributes does not get those of another', () => {
  expect(factOf(now(placed, { attributes: { channel: 'web' } })).attributes).toEqual({ channel: 'web' });
  expect(factOf(now(placed)).attributes).toEqual({});
});
