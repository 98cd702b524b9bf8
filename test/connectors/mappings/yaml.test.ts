/** Mappings as people write them: what comes out for a record, and what is told about mistakes. */
import { yamlMappings } from '../../../connectors/mappings/yaml';
import type { SourceRecord } from '../../../pipeline/batch';
import { Rejection } from '../../../pipeline/failure';

const source = {} as SourceRecord;
const noFiles = () => {
  throw new Error('no file');
};

const theirs = JSON.stringify({
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'number', type: 'long' },
    { name: 'at', type: 'double' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'PAID'] } },
    {
      name: 'buyer',
      type: ['null', { type: 'record', name: 'Buyer', fields: [{ name: 'mail', type: ['null', 'string'] }] }],
    },
    { name: 'cents', type: 'long' },
    {
      name: 'lines',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Line',
          fields: [
            { name: 'sku', type: 'string' },
            { name: 'price', type: 'double' },
          ],
        },
      },
    },
    { name: 'extras', type: { type: 'map', values: 'string' } },
  ],
});

const whole = `
shop.Order:
  fact: placed
  fields:
    event_id: { text: '{number}-placed' }
    order_id: number
    occurred_at: { path: at, as: seconds }
    customer: { email: buyer.mail, identifiers: { loyalty_id: buyer.card } }
    currency: { path: code, values: { 978: EUR, 840: USD }, default: GBP }
    total: { path: cents, as: hundredths }
    items:
      each: lines
      fields: { product_id: sku, price: price, quantity: { path: pieces, default: 1 } }
    attributes: { channel: { value: web }, gift: { path: gift, as: boolean }, weight: { value: 3 } }
`;

const compile = (text: string, readText: (path: string) => string = noFiles) =>
  yamlMappings('shop.yaml', text, readText);

const map = (text: string, value: object) => {
  const { mappings, problems } = compile(text);
  expect(problems).toEqual([]);
  return mappings.get('shop.Order')?.(value, source);
};

const order = {
  number: 2n ** 60n,
  at: 1767225600.5,
  buyer: { mail: 'ada@example.com', card: null },
  code: 978,
  cents: 123450n,
  lines: [
    { sku: 'P-1', price: 0.1, pieces: 2n },
    { sku: 'P-2', price: 1234.5 },
  ],
  gift: 'yes',
};

test('a record becomes a fact, exactly', () => {
  expect(map(whole, order)).toEqual({
    type: 'commerce.orders.OrderPlaced',
    value: {
      event_id: '1152921504606846976-placed',
      order_id: '1152921504606846976',
      occurred_at: 1_767_225_600_500,
      customer: { email: 'ada@example.com', identifiers: { loyalty_id: null } },
      currency: 'EUR',
      total: '1234.50',
      items: [
        { product_id: 'P-1', price: '0.1', quantity: 2 },
        { product_id: 'P-2', price: '1234.5', quantity: 1 },
      ],
      attributes: { channel: 'web', gift: true, weight: 3n },
    },
  });
});

test('what is absent is left out, so that the map step tells what is missing', () => {
  expect(map(whole, {})).toEqual({
    type: 'commerce.orders.OrderPlaced',
    value: { customer: { identifiers: {} }, currency: 'GBP', attributes: { channel: 'web', weight: 3n } },
  });
});

describe('casts', () => {
  const field = (spec: string, value: unknown, name = 'total') => {
    const base = whole.replace(new RegExp(`^    ${name}: .*$`, 'm'), `    ${name}: ${spec}`);
    const mapped = map(base, { x: value });
    return mapped instanceof Rejection ? mapped : (mapped?.value as Record<string, unknown> | undefined)?.[name];
  };

  test.each([
    ['x', '12.50', '12.50'],
    ['x', 12.1, '12.1'],
    ['x', 1e21, '1e+21'],
    ['x', 7n, '7'],
    ['{ path: x, as: hundredths }', 5, '0.05'],
    ['{ path: x, as: hundredths }', -5n, '-0.05'],
    ['{ path: x, as: hundredths }', '1999.0', '19.99'],
    ['{ path: x, as: hundredths }', 12.5, '12.5 parts'],
    ['{ path: x, as: hundredths }', null, null],
    ['{ path: x, as: thousandths }', 2n ** 62n, '4611686018427387.904'],
    ['{ path: x, as: ten_thousandths }', 125_000, '12.5000'],
    ['{ value: 12.5 }', 0, '12.5'],
    ['{ path: x, default: 0 }', null, '0'],
  ])('amount %s of %p is %p', (spec, given, expected) => {
    expect(field(spec, given)).toEqual(expected);
  });

  test.each([
    ['x', 1_767_225_600_000, 1_767_225_600_000],
    ['x', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['{ path: x, as: seconds }', 1_767_225_600, 1_767_225_600_000],
    ['{ path: x, as: seconds }', '1767225600', 1_767_225_600_000],
    ['{ path: x, as: microseconds }', 1_767_225_600_000_999n, 1_767_225_600_000],
    ['{ path: x, as: nanoseconds }', -1n, -1],
    ['{ path: x, as: seconds }', 'soon', 'soon'],
  ])('time %s of %p is %p', (spec, given, expected) => {
    expect(field(spec, given, 'occurred_at')).toEqual(expected);
  });

  test.each([
    ['{ path: x, values: { A: EUR } }', 'A', 'EUR'],
    ['{ path: x, values: { A: EUR } }', 'B', 'B'],
    ['{ path: x, values: { A: EUR }, default: USD }', 'B', 'USD'],
    ['{ path: x, values: { true: EUR } }', true, 'EUR'],
  ])('a table %s of %p gives %p', (spec, given, expected) => {
    expect(field(spec, given, 'currency')).toEqual(expected);
  });
});

test('the first rule whose condition holds is taken, and none is a failure', () => {
  const fields = `
    fields:
      event_id: number
      order_id: number
      occurred_at: at
      customer: { email: mail }
      currency: { value: EUR }
      total: total
`;
  const rules = `shop.Order:
  - fact: refunded
    when: { state: [PAID, SHIPPED], test: false }${fields}
  - fact: cancelled
    when: { state: GONE }${fields}`;
  expect(map(rules, { state: 'PAID', test: false })).toMatchObject({ type: 'commerce.orders.OrderRefunded' });
  expect(map(rules, { state: 'GONE' })).toMatchObject({ type: 'commerce.orders.OrderCancelled' });
  expect(map(rules, { state: 'PAID', test: true })).toMatchObject({ code: 'unmapped_type' });
});

test('maps are taken whole', () => {
  const text = whole.replace(/attributes: .*/, 'attributes: extras');
  expect(map(text, { extras: { a: 'b', n: 2n } })).toMatchObject({ value: { attributes: { a: 'b', n: 2n } } });
});

describe('mistakes are told with line, column and field, all together', () => {
  const lines = (text: string, readText?: (path: string) => string) =>
    compile(text, readText).problems.map(
      ({ source, name, message, hint }) => `${source} ${name}: ${message}${hint ? ` (${hint})` : ''}`,
    );
  const schema = (path: string) => {
    if (path.endsWith('Order.avsc')) return theirs;
    throw new Error(path);
  };

  test('what is not known, what is missing, what is no constant', () => {
    expect(
      lines(`shop.Order:
  fact: place
  fields: {}
  colour: red
shop.Other:
  fact: placed
  fields:
    event_id: id
    order_id: 5
    occured_at: at
    occurred_at: { path: at, as: hundredths }
    customer: { email: mail, mail: x }
    currency: { value: EUR, default: EUR }
    total: { value: twelve }
    items: { each: lines, fields: { product_id: { path: a, value: b }, price: price..x } }
commerce.orders.OrderPlaced: []
`),
    ).toEqual([
      'shop.yaml:2:9 fact: must be one of placed, returned, refunded, cancelled',
      expect.stringMatching(/^shop\.yaml:4:3 shop\.Order\.colour: is not known here/),
      'shop.yaml:9:15 order_id: must be a path, or a group with path, value or text (a constant is { value: 5 })',
      expect.stringMatching(/^shop\.yaml:10:5 occured_at: is not known here \(known: event_id, order_id, occurred_at/),
      'shop.yaml:11:34 occurred_at.as: is no cast for this field (known: iso, seconds, milliseconds, microseconds, nanoseconds)',
      expect.stringMatching(/^shop\.yaml:12:30 customer\.mail: is not known here/),
      'shop.yaml:13:29 currency.default: has no use beside a value',
      'shop.yaml:14:21 total: must be an amount such as 12.50',
      'shop.yaml:15:35 items.quantity: is not mapped, and no fact can be without it',
      'shop.yaml:15:49 items.product_id: must have exactly one of path, value and text',
      'shop.yaml:15:79 items.price: must be a path: names with dots between them',
      'shop.yaml:16:1 commerce.orders.OrderPlaced: is ours already and takes no mapping',
      'shop.yaml:16:30 commerce.orders.OrderPlaced: must have a rule',
    ]);
  });

  test('paths are checked against the schema of the producer', () => {
    const checked = whole
      .replace('fact: placed', 'fact: placed\n  schema: Order.avsc\n  when: { stat: PAID }')
      .replace('path: code', 'path: lines')
      .replace('buyer.card', 'buyer.card.number')
      .replace('path: pieces', 'path: sku.x')
      .replace('path: gift', 'path: extras.gift');
    expect(lines(checked, schema)).toEqual([
      'shop.yaml:5:11 when.stat: the record has no "stat": it has number, at, state, buyer, cents, lines, extras',
      'shop.yaml:10:63 customer.identifiers.loyalty_id: has a path "buyer.card.number" that leads nowhere: "buyer" has no "card": it has mail',
      'shop.yaml:11:23 currency: has a path "lines" to array, where one value is needed',
      'shop.yaml:15:66 items.quantity: has a path "sku.x" that leads nowhere: "sku" is string, with nothing inside',
    ]);
  });

  test('schemas that are not there, not Avro, or of another record', () => {
    const named = (name: string) => `shop.Order: { fact: placed, schema: ${name}, fields: {} }`;
    expect(lines(named('none.avsc'), schema)[0]).toBe(
      'shop.yaml:1:37 schema: cannot be read: there is no file none.avsc beside the mapping',
    );
    expect(lines(named('bad.avsc'), () => '{"type":"record"}')[0]).toMatch(
      'schema: is not Avro: a record without a name',
    );
    expect(lines(named('Order.avsc').replace('shop.Order', 'shop.Else'), schema)[0]).toMatch(
      'has no record shop.Else: it has shop.Order',
    );
  });

  test.each([
    ['a: [', 'is not YAML'],
    ['a: 1\na: 2', 'is not YAML: Map keys must be unique'],
    ['- 1', 'must be mappings by the full name of a record'],
    ['', 'must be mappings'],
    ['shop.Order: text', 'must be a group of fact, schema, when, fields'],
  ])('%j', (text, message) => {
    expect(lines(text)[0]).toContain(message);
    expect(compile(text).mappings.size).toBe(0);
  });
});
