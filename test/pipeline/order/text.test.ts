/** Which text is taken, at both sides of each boundary, and what is said of the others. */
import { shownId, textQuality, utf8 } from '../../../pipeline/order/text';
import { type FactFields, placed } from '../../facts';
import { factOf, now, read, unreadable, who } from './read';

const LONG = 'x'.repeat(1025);

test.each([
  ['a'],
  ['~'],
  ['é'],
  ['😀'],
  ['Ada King'],
  [' Ada '],
  ['\u00a0Ada'],
  ['Ada\u00a0King\u3000Lovelace'],
  ['\u3000é'],
  ['\u3000😀'],
  ['\ud7ff'],
  ['\ue000'],
  ['\ud800\udc00'],
  ['\udbff\udfff'],
  ['x'.repeat(1024)],
  ['😀'.repeat(1024)],
])('%j is good', text => expect(textQuality(text)).toBe('good'));

test.each([[''], [' '], ['\t\n'], ['\u3000'], [' \u00a0'], [`${' '.repeat(1025)}`]])('%j is blank', text => {
  expect(textQuality(text)).toBe('blank');
});

test('a record full of blanks of another kind takes no time', () => {
  const began = performance.now();
  expect(textQuality('\u3000'.repeat(300_000))).toBe('blank');
  expect(performance.now() - began).toBeLessThan(1_000);
});

test.each([[LONG], [`${'x'.repeat(1024)} `], ['é'.repeat(1025)], ['😀'.repeat(1025)]])('%j is too long', text => {
  expect(textQuality(text)).toBe('too long');
});

test.each([
  ['a line break', 'Ada\nLovelace'],
  ['a zero character', 'A\u0000'],
  ['the last of the first control characters', 'A\u001f'],
  ['DEL', 'A\u007f'],
  ['the first of the others', 'A\u0080B'],
  ['the last of the others', 'A\u009fB'],
  ['half a surrogate pair', 'A\ud83d'],
  ['the other half alone', '\ude00A'],
  ['two first halves', '\ud83d\ud83d'],
  ['two other halves', '\udc00\udc00'],
  ['a first half before what follows all halves', '\ud83d\ue000'],
])('%s cannot be printed', (_, text) => expect(textQuality(text)).toBe('unprintable'));

test.each([
  ['x'.repeat(64), `"${'x'.repeat(64)}"`],
  ['x'.repeat(65), `"${'x'.repeat(64)}…"`],
  ['A"\n', '"A\\"\\n"'],
])('the order id %j is shown in one line', (orderId, shown) => expect(shownId(orderId)).toBe(shown));

test('its bytes are UTF-8', () => expect([...utf8('a€')]).toEqual([97, 0xe2, 0x82, 0xac]));

test.each<[string, FactFields, string?]>([
  ...[
    'coupon_code',
    'first_name',
    'last_name',
    'name',
    'email',
    'phone',
    'event_id',
    'bill_address',
    'ship_address',
  ].map((field): [string, FactFields] => [field, { [field]: LONG }]),
  ['order_id', { order: LONG }, LONG],
  ['customer.email', who({ email: LONG })],
  ['customer.identifiers.crm_id', who({ identifiers: { crm_id: LONG } })],
  ['items[0].product_id', { items: [{ product_id: LONG, price: 1, quantity: 1 }] }],
  ['items[0].sku', { items: [{ product_id: 'P', sku: LONG, price: 1, quantity: 1 }] }],
  ['attributes.note', { attributes: { note: LONG } }],
  ['bill_address', { bill_address: { street1: 'x'.repeat(1000), city: 'y'.repeat(23) } }],
])('%s is refused where it is longer', (field, fields, orderId = 'A') => {
  const must = 'at most 1024 printable characters: it is longer';
  const refused = unreadable('text_too_long', field, must);
  expect(read(now(placed, fields))).toEqual(
    orderId === 'A' ? refused : { ...refused, orderId, message: refused.message.replace('"A"', shownId(orderId)) },
  );
});

test('what cannot be printed is refused by the same code, as ODP would cut neither', () => {
  const must = 'at most 1024 printable characters: it holds control characters';
  expect(read(now(placed, { name: 'Ada\nLovelace' }))).toEqual(unreadable('text_too_long', 'name', must));
  expect(read(now(placed, { id: 'a\u0000' }))).toEqual(unreadable('text_too_long', 'event_id', must));
});

test.each([
  [7, 'text: current value is a number'],
  [{}, 'text: current value is a record'],
])('%j is no text', (value, must) => {
  expect(read(now(placed, { first_name: value }))).toEqual(unreadable('missing_field', 'first_name', must));
});

test.each([undefined, null, '', ' \t', '\u3000'])('%j is unknown text, as a blank could clear a field at ODP', name => {
  expect(factOf(now(placed, { name })).name).toBeNull();
});
