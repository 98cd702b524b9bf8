import { Rejection } from '../../../pipeline/failure';
import type { Fact } from '../../../pipeline/order/fact';
import { type Decoded, type Mapping, ofMappedType, toFact } from '../../../pipeline/order/mapping';
import { defaultOrderSettings, type OrderSettings } from '../../../pipeline/order/settings';
import { record } from '../../driver';
import { cancelled, type FactFields, placed, refunded, returned, STORY_START } from '../../facts';

const read = (decoded: Decoded, settings: Partial<OrderSettings> = {}, mappings = new Map<string, Mapping>()) =>
  toFact(mappings, { ...defaultOrderSettings, ...settings })(decoded, record(7));

const now = (make: (fields: FactFields) => Decoded, fields: FactFields = {}) => make({ at: '0s', ...fields });
const factOf = (decoded: Decoded, settings?: Partial<OrderSettings>): Fact => {
  const fact = read(decoded, settings);
  if (fact instanceof Rejection) throw new Error(fact.message);
  return fact;
};

const item = { product_id: 'P-1', price: 1, quantity: 1 };
const withItem = (fields: object) => ({ items: [{ ...item }, { ...item, ...fields }] });
const who = (customer: unknown) => ({ customer });
const DAY = 86_400_000;

describe('a fact is refused', () => {
  test.each<[string, string, FactFields, (string | RegExp)?]>([
    // missing_field
    ['no order id', 'missing_field', { order_id: undefined }, '"order_id" of a record without order id'],
    ['null for an order id', 'missing_field', { order_id: null }],
    ['a blank order id', 'missing_field', { order_id: ' \t' }, 'blank'],
    ['a number for an order id', 'missing_field', { order_id: 7 }, 'a number'],
    ['no event id', 'missing_field', { event_id: undefined }, '"event_id" of order "A"'],
    ['a blank event id', 'missing_field', { event_id: '' }],
    ['no time', 'missing_field', { occurred_at: undefined }, '"occurred_at"'],
    ['no currency', 'missing_field', { currency: undefined }, '"currency"'],
    ['a blank currency', 'missing_field', { currency: ' ' }, '"currency"'],
    ['a number for a currency', 'missing_field', { currency: 978 }, '"currency"'],
    ['no total', 'missing_field', { total: undefined }, '"total"'],
    ['an item without product', 'missing_field', withItem({ product_id: undefined }), '"items[1].product_id"'],
    ['an item with a blank product', 'missing_field', withItem({ product_id: ' ' }), '"items[1].product_id"'],
    ['an item without price', 'missing_field', withItem({ price: null }), '"items[1].price"'],
    ['an item without quantity', 'missing_field', withItem({ quantity: undefined }), '"items[1].quantity"'],
    ['items that are no list', 'missing_field', { items: { 0: item } }, '"items"'],
    ['an item that is no record', 'missing_field', { items: [[], null] }, '"items[0].product_id"'],
    ['a text field that is a number', 'missing_field', { first_name: 7 }, '"first_name"'],
    ['a customer that is text', 'missing_field', who('ada@example.com'), '"customer"'],
    ['an identifier that is a number', 'missing_field', who({ customer_id: 7 }), '"customer.customer_id"'],
    [
      'further identifiers that are text',
      'missing_field',
      who({ email: 'a@b.example', identifiers: 'x' }),
      '"customer.identifiers"',
    ],
    ['an address that is a number', 'missing_field', { bill_address: 7 }, '"bill_address"'],
    ['a street that is a number', 'missing_field', { ship_address: { street1: 7 } }, '"ship_address.street1"'],
    ['attributes that are a list', 'missing_field', { attributes: ['x'] }, '"attributes"'],
    ['an attribute that is a record', 'missing_field', { attributes: { channel: {} } }, '"attributes.channel"'],
    // no_identifier
    ['no customer', 'no_identifier', who(undefined), 'Cannot identify the customer of order "A"'],
    ['a customer without identifier', 'no_identifier', who({})],
    [
      'only blank identifiers',
      'no_identifier',
      who({ email: '', phone: ' ', vuid: null, identifiers: { crm_id: '\t' } }),
    ],
    // invalid_amount
    [
      'an amount with a comma',
      'invalid_amount',
      { total: '12,50' },
      /"total" of order "A" .* current value is "12,50"$/,
    ],
    ['five decimal places', 'invalid_amount', { tax: '1.23456' }, '"tax"'],
    ['sixteen digits', 'invalid_amount', { subtotal: '123456789012.3456' }, '"subtotal"'],
    ['a bigint', 'invalid_amount', { shipping: 5n }, '"shipping"'],
    ['a fraction of a ten-thousandth', 'invalid_amount', withItem({ price: '0.00005' }), '"items[1].price"'],
    ['a negative total of a placed order', 'invalid_amount', { total: '-1' }, '"total"'],
    ['a negative discount of a placed order', 'invalid_amount', { discount: '-0.01' }, '"discount"'],
    ['a negative price of a placed item', 'invalid_amount', withItem({ price: -1 }), '"items[1].price"'],
    ['a negative discount of a placed item', 'invalid_amount', withItem({ discount: -1 }), '"items[1].discount"'],
    ['a line discount above the line', 'invalid_amount', withItem({ discount: 1.01 }), '"items[1].subtotal"'],
    [
      'a line beyond exact money',
      'invalid_amount',
      withItem({ price: '900000000000', quantity: 2 }),
      '"items[1].subtotal"',
    ],
    ['an attribute that is not finite', 'invalid_amount', { attributes: { score: Number.NaN } }, '"attributes.score"'],
    ['an attribute beyond 64 bits', 'invalid_amount', { attributes: { score: 2n ** 63n } }, '"attributes.score"'],
    ['an attribute below 64 bits', 'invalid_amount', { attributes: { score: -(2n ** 63n) - 1n } }],
    // invalid_quantity
    ['a quantity of zero', 'invalid_quantity', withItem({ quantity: 0 }), '"items[1].quantity"'],
    ['a negative quantity', 'invalid_quantity', withItem({ quantity: -1 })],
    ['half a piece', 'invalid_quantity', withItem({ quantity: 0.5 })],
    ['a quantity beyond an int', 'invalid_quantity', withItem({ quantity: 2_147_483_648 })],
    ['a bigint beyond an int', 'invalid_quantity', withItem({ quantity: 2n ** 40n })],
    ['a quantity as text', 'invalid_quantity', withItem({ quantity: '1' }), 'current value is "1"'],
    ['a quantity that is not a number', 'invalid_quantity', withItem({ quantity: Number.NaN })],
    // invalid_currency
    ['a currency in small letters', 'invalid_currency', { currency: 'eur' }, 'current value is "eur"'],
    ['a currency of four letters', 'invalid_currency', { currency: 'EURO' }],
    ['a currency with a small letter', 'invalid_currency', { currency: 'EUr' }],
    ['a currency sign', 'invalid_currency', { currency: '€' }],
    ['a currency with a blank', 'invalid_currency', { currency: 'EUR ' }],
    ['a currency beyond A to Z', 'invalid_currency', { currency: 'ÉUR' }],
    // invalid_timestamp
    ['seconds for milliseconds', 'invalid_timestamp', { occurred_at: STORY_START / 1000 }, 'event_time.min'],
    ['microseconds', 'invalid_timestamp', { occurred_at: STORY_START * 1000 }, 'event_time.future_max'],
    ['nanoseconds', 'invalid_timestamp', { occurred_at: BigInt(STORY_START) * 1_000_000n }],
    ['one ms before event_time.min', 'invalid_timestamp', { occurred_at: 946_684_799_999 }, '2000-01-01T00:00:00.000Z'],
    ['one ms beyond event_time.future_max', 'invalid_timestamp', { occurred_at: STORY_START + 3_600_001 }],
    ['half a millisecond', 'invalid_timestamp', { occurred_at: STORY_START + 0.5 }],
    ['NaN', 'invalid_timestamp', { occurred_at: Number.NaN }],
    ['text without a zone', 'invalid_timestamp', { occurred_at: '2026-01-01T00:00:00' }, 'with a zone'],
    ['a date alone', 'invalid_timestamp', { occurred_at: '2026-01-01' }],
    ['a day that is none', 'invalid_timestamp', { occurred_at: '2025-02-29T00:00:00Z' }],
    ['an hour that is none', 'invalid_timestamp', { occurred_at: '2025-02-28T25:00:00Z' }],
    ['another text', 'invalid_timestamp', { occurred_at: 'yesterday' }],
    ['a boolean', 'invalid_timestamp', { occurred_at: true }],
    // no_items
    ['no items', 'no_items', { items: undefined }, 'Cannot place order "A" without items'],
    ['null for items', 'no_items', { items: null }],
    ['an empty list of items', 'no_items', { items: [] }],
    // invalid_field_name
    ['an attribute with a capital', 'invalid_field_name', { attributes: { Channel: 'x' } }, '"attributes.Channel"'],
    ['an attribute of one letter', 'invalid_field_name', { attributes: { c: 'x' } }],
    ['an attribute of 63 letters', 'invalid_field_name', { attributes: { ['c'.repeat(63)]: 'x' } }],
    ['an attribute with a digit first', 'invalid_field_name', { attributes: { '1st': 'x' } }],
    ['an attribute with a hyphen', 'invalid_field_name', { attributes: { 'sales-channel': 'x' } }],
    ['an attribute that is a prototype', 'invalid_field_name', JSON.parse('{"attributes":{"__proto__":"x"}}')],
    ...'order_id status total subtotal discount tax shipping coupon_code bill_address ship_address phone first_name last_name name email items currency'
      .split(' ')
      .map((name): [string, string, FactFields, string] => [
        `an attribute named ${name}`,
        'invalid_field_name',
        { attributes: { [name]: 'x' } },
        `"attributes.${name}"`,
      ]),
    [
      'an identifier that is no name',
      'invalid_field_name',
      who({ email: 'a@b.example', identifiers: { 'crm id': '7' } }),
    ],
    // text_too_long
    ...'coupon_code first_name last_name name email phone'
      .split(' ')
      .map((name): [string, string, FactFields, string] => [
        `1,025 characters of ${name}`,
        'text_too_long',
        { [name]: 'x'.repeat(1025) },
        `"${name}"`,
      ]),
    ['1,025 characters of order id', 'text_too_long', { order_id: 'x'.repeat(1025) }, '"order_id"'],
    ['1,025 characters of event id', 'text_too_long', { event_id: 'x'.repeat(1025) }, '"event_id"'],
    ['1,025 characters of e-mail', 'text_too_long', who({ email: 'x'.repeat(1025) }), '"customer.email"'],
    ['1,025 characters of an identifier', 'text_too_long', who({ identifiers: { crm_id: 'x'.repeat(1025) } })],
    [
      '1,025 characters of product',
      'text_too_long',
      withItem({ product_id: 'x'.repeat(1025) }),
      '"items[1].product_id"',
    ],
    ['1,025 characters of sku', 'text_too_long', withItem({ sku: 'x'.repeat(1025) }), '"items[1].sku"'],
    ['1,025 characters of attribute', 'text_too_long', { attributes: { note: 'x'.repeat(1025) } }, '"attributes.note"'],
    [
      '1,025 characters of address in all',
      'text_too_long',
      { bill_address: { street1: 'x'.repeat(1000), city: 'y'.repeat(23) } },
      '"bill_address"',
    ],
    ['1,025 characters outside the basic plane', 'text_too_long', { name: '😀'.repeat(1025) }],
    ['a line break', 'text_too_long', { name: 'Ada\nLovelace' }, 'control characters'],
    ['a zero character', 'text_too_long', { coupon_code: 'A\u0000' }],
    ['DEL', 'text_too_long', { coupon_code: 'A\u007f' }],
    ['a C1 control character', 'text_too_long', { coupon_code: 'A\u0085B' }],
    ['half a surrogate pair', 'text_too_long', { coupon_code: 'A\ud83d' }],
    ['the other half', 'text_too_long', { coupon_code: '\ude00A' }],
    ['two other halves', 'text_too_long', { coupon_code: 'A\ude00\ude00' }],
    ['a control character in an order id', 'text_too_long', { order_id: 'A\u001b[2J' }, '"A\\u001b[2J"'],
  ])('with %s: %s', (_, code, fields, message = '') => {
    const rejection = read(now(placed, fields));
    expect(rejection).toBeInstanceOf(Rejection);
    expect(rejection).toMatchObject({ code, message: expect.stringMatching(/^Cannot /) });
    if (message instanceof RegExp) expect((rejection as Rejection).message).toMatch(message);
    else expect((rejection as Rejection).message).toContain(message);
  });

  test('not a cancellation without total: what is left is for the ledger to say', () => {
    for (const total of [null, undefined]) {
      expect(read(now(cancelled, { total }))).toMatchObject({ total: null, subtotal: null });
    }
  });

  test('a deduction whose tax and shipping are more than its total, where its subtotal is not given', () => {
    expect(read(now(refunded, { total: 10, tax: 6, shipping: 5 }))).toMatchObject({ code: 'invalid_amount' });
    const huge = { total: 0, tax: '900000000000', shipping: '900000000000' };
    expect(read(now(refunded, huge))).toMatchObject({ code: 'invalid_amount' });
    expect(factOf(now(refunded, { ...huge, subtotal: 0 })).subtotal).toBe(0);
  });

  test('a flag that is text', () => {
    expect(read(now(refunded, { inventory_returned: 'yes' }))).toMatchObject({ code: 'missing_field' });
  });

  test('with the first problem, the order id where there is one, and a clean slate for the next record', () => {
    const facts = toFact(new Map(), defaultOrderSettings);
    expect(facts(now(placed, { order: 'B', event_id: '', total: 'x', items: [] }), record(0))).toEqual(
      new Rejection('missing_field', expect.stringContaining('"event_id" of order "B"') as unknown as string, 'B'),
    );
    expect(facts(now(placed, { order_id: '', total: 'x' }), record(1))).toMatchObject({ orderId: undefined });
    expect(facts(now(placed, { order: 'C' }), record(2))).toMatchObject({ orderId: 'C', kind: 'placed' });
    expect(facts(now(placed, { order: 'D', items: [{ ...item, quantity: 0 }] }), record(3))).toMatchObject({
      orderId: 'D',
    });
    expect(facts(now(placed, { order: 'E', tax: 'x' }), record(4))).toMatchObject({
      message: expect.stringContaining('"tax" of order "E"'),
    });
  });

  test('by its own message also after a record whose reading threw in the middle of its items', () => {
    const facts = toFact(new Map(), defaultOrderSettings);
    const throwing = {
      get price() {
        throw new Error('broken');
      },
    };
    const broken = now(placed, { order: 'A' });
    Object.assign(broken.value, { items: [item, throwing] });
    expect(() => facts(broken, record(0))).toThrow('broken');
    expect(facts(now(placed, { order: 'B', tax: 'x' }), record(1))).toMatchObject({
      message: expect.stringContaining('Cannot read "tax" of order "B"'),
    });
  });

  test('without a word about the customer', () => {
    const secret = 'ada.secret@example.com';
    const long = `${secret}${'x'.repeat(2000)}`;
    for (const fields of [
      who(secret),
      who({ email: long }),
      who({ email: `${secret}\u0000` }),
      { total: secret },
      { currency: secret },
      { occurred_at: secret },
      withItem({ quantity: secret }),
      { name: long, first_name: long },
      { bill_address: { street1: long } },
      { attributes: { note: long } },
    ]) {
      const rejection = read(now(placed, fields));
      expect(rejection).toBeInstanceOf(Rejection);
      expect((rejection as Rejection).message).not.toContain('secret');
    }
  });

  test('with an order id that fits a line', () => {
    const { message } = read(now(placed, { order: 'x'.repeat(1000), total: '?' })) as Rejection;
    expect(message.length).toBeLessThan(300);
  });
});

describe('a fact is taken', () => {
  test('whole', () => {
    const fact = factOf(
      now(placed, {
        id: 'evt-1',
        customer: {
          email: 'ada@example.com',
          phone: '+4915112345678',
          customer_id: 'C-1',
          vuid: 'v1',
          identifiers: { crm_id: '7' },
        },
        total: 102,
        subtotal: '100.00',
        discount: 10,
        tax: 7.2,
        shipping: 4.8,
        coupon_code: 'SPRING',
        first_name: 'Ada',
        last_name: 'Lovelace',
        name: 'Ada Lovelace',
        email: 'orders@example.com',
        phone: '+4930123456',
        bill_address: {
          street1: ' 1 Main\n St ',
          street2: '',
          city: 'Springfield',
          state: null,
          zip: '12345',
          country: 'US',
        },
        ship_address: '1 Main St\r\nSpringfield',
        items: [{ product_id: 'P-1', sku: 'S-1', price: 40, quantity: 2, discount: 5, subtotal: null }],
        attributes: {
          channel: 'web',
          visits: 9_007_199_254_740_993n,
          score: 0.5,
          gift: false,
          blank: ' ',
          unknown: null,
        },
      }),
    );
    expect(fact).toEqual({
      kind: 'placed',
      eventId: 'evt-1',
      orderId: 'A',
      occurredAt: STORY_START,
      identifiers: { email: 'ada@example.com', phone: '+4915112345678', customer_id: 'C-1', vuid: 'v1', crm_id: '7' },
      currency: 'EUR',
      total: 1_020_000,
      subtotal: 1_000_000,
      discount: 100_000,
      tax: 72_000,
      shipping: 48_000,
      couponCode: 'SPRING',
      firstName: 'Ada',
      lastName: 'Lovelace',
      name: 'Ada Lovelace',
      email: 'orders@example.com',
      phone: '+4930123456',
      billAddress: '1 Main St, Springfield, 12345, US',
      shipAddress: '1 Main St Springfield',
      items: [{ productId: 'P-1', sku: 'S-1', price: 400_000, quantity: 2, discount: 50_000, subtotal: 750_000 }],
      attributes: { channel: 'web', visits: 9_007_199_254_740_993n, score: 0.5, gift: false },
      inventoryReturned: false,
    });
  });

  test('with little: what is absent or blank is unknown, never made up', () => {
    const fact = factOf({
      type: 'commerce.orders.OrderPlaced',
      value: {
        order_id: 'A',
        event_id: '1',
        occurred_at: STORY_START,
        customer: { email: ' ', vuid: 'v1' },
        currency: 'EUR',
        total: '0',
        coupon_code: '  ',
        bill_address: {},
        ship_address: { city: ' ' },
        items: [{ product_id: 'P', price: 0, quantity: 1 }],
      },
    });
    expect(fact).toMatchObject({ identifiers: { vuid: 'v1' }, total: 0, attributes: {}, inventoryReturned: false });
    expect(Object.keys(fact.identifiers)).toEqual(['vuid']);
    const { subtotal, discount, tax, shipping, couponCode, name, billAddress, shipAddress } = fact;
    expect([subtotal, discount, tax, shipping, couponCode, name, billAddress, shipAddress]).toEqual(
      Array(8).fill(null),
    );
  });

  test.each<[string, FactFields, Partial<OrderSettings>?]>([
    ['the very first moment', { occurred_at: 946_684_800_000 }],
    ['the very last moment', { occurred_at: STORY_START + 3_600_000 }],
    ['an earlier moment, by setting', { occurred_at: 1000 }, { eventTimeMinMs: 0 }],
    ['a later moment, by setting', { occurred_at: STORY_START + DAY }, { eventTimeFutureMaxMs: DAY }],
    ['a moment as bigint', { occurred_at: BigInt(STORY_START) }],
    ['1,024 characters', { name: 'x'.repeat(1024) }],
    ['1,024 characters of two units', { name: '😀'.repeat(1024) }],
    ['an attribute of 62 letters', { attributes: { ['c'.repeat(62)]: 'x' } }],
    [
      'an attribute named currency, where the currency has no field',
      { attributes: { currency: 'x' } },
      { currencyField: null },
    ],
    ['the longest long', { attributes: { visits: 2n ** 63n - 1n, debts: -(2n ** 63n) } }],
    ['a quantity as bigint', withItem({ quantity: 2_147_483_647n, price: 0 })],
    ['blanks of all kinds within text', { name: 'Ada\u00a0King\u3000Lovelace' }],
    ['a blank of another kind before text', { name: '\u3000Ada' }],
  ])('with %s', (_, fields, settings = {}) => {
    expect(read(now(placed, fields), settings)).not.toBeInstanceOf(Rejection);
  });

  test.each([
    ['2026-01-01T00:00:00Z', STORY_START],
    ['2026-01-01T00:00Z', STORY_START],
    ['2026-01-01T01:30:00+01:30', STORY_START],
    ['2025-12-31T19:00:00.250-05:00', STORY_START + 250],
    ['2026-01-01T00:00:00.123999Z', STORY_START + 123],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('at %s', (text, expected) => {
    expect(factOf(now(placed, { occurred_at: text })).occurredAt).toBe(expected);
  });

  test('byte for byte: order and event ids are never trimmed', () => {
    expect(factOf(now(placed, { order: ' A ', id: ' e ' }))).toMatchObject({ orderId: ' A ', eventId: ' e ' });
  });

  test('a named identifier wins over the same name among further ones', () => {
    const customer = {
      email: 'ada@example.com',
      phone: ' ',
      identifiers: { email: 'other@example.com', phone: '+49301' },
    };
    expect(factOf(now(placed, { customer })).identifiers).toEqual({ email: 'ada@example.com', phone: '+49301' });
  });

  test.each([
    ['returned', returned],
    ['refunded', refunded],
    ['cancelled', cancelled],
  ] as const)('%s: signs of amounts are ignored, items are not needed, the subtotal is worked out', (kind, make) => {
    const negative = factOf(
      now(make, {
        total: -43.2,
        tax: -3.2,
        shipping: '-1',
        discount: '-2',
        items: [{ product_id: 'P', price: -40, quantity: 2, discount: -1 }],
      }),
    );
    const positive = factOf(
      now(make, {
        total: 43.2,
        tax: 3.2,
        shipping: '1',
        discount: '2',
        items: [{ product_id: 'P', price: 40, quantity: 2, discount: 1 }],
      }),
    );
    expect(negative).toEqual(positive);
    expect(positive).toMatchObject({
      kind,
      total: 432_000,
      subtotal: 390_000,
      tax: 32_000,
      shipping: 10_000,
      discount: 20_000,
    });
    expect(positive.items).toEqual([
      { productId: 'P', sku: null, price: 400_000, quantity: 2, discount: 10_000, subtotal: 790_000 },
    ]);
    expect(factOf(now(make, { total: 43.2, tax: 3.2, subtotal: -43 })).subtotal).toBe(430_000);
    expect(factOf(now(make, { total: 10, items: undefined }))).toMatchObject({ items: [], subtotal: 100_000 });
  });

  test('a refund that brought goods back says so; no other fact does', () => {
    expect(factOf(now(refunded, { inventory_returned: true })).inventoryReturned).toBe(true);
    expect(factOf(now(refunded)).inventoryReturned).toBe(false);
    expect(factOf(now(returned, { inventory_returned: true })).inventoryReturned).toBe(false);
  });
});

describe('a foreign record', () => {
  const foreign: Decoded = { type: 'shop.Order', value: { number: 'A', cents: 1050 } };
  const source = record(7);
  const mapping: Mapping = (value, { offset }) => {
    const { number, cents } = value as { number: string; cents: number };
    const { value: fields } = now(placed, { order: number, total: String(cents / 100), id: `${number}-${offset}` });
    return { type: 'commerce.orders.OrderPlaced', value: fields };
  };
  const mapped = (answer: Mapping) => toFact(new Map([['shop.Order', answer]]), defaultOrderSettings)(foreign, source);

  test('becomes a fact by its mapping, which is told the record', () => {
    expect(mapped(mapping)).toMatchObject({ kind: 'placed', orderId: 'A', total: 105_000, eventId: 'A-7' });
  });

  test('goes through the same checks', () => {
    expect(mapped(() => ({ type: 'commerce.orders.OrderPlaced', value: {} }))).toMatchObject({ code: 'missing_field' });
  });

  test.each<[unknown, number | string]>([
    [12, 120_000],
    [10.5, 105_000],
    ['10.50', 105_000],
    [0.1 + 0.2, 'invalid_amount'],
    [12.34567, 'invalid_amount'],
  ])('has plain numbers for amounts, read by their shortest text: %p', (total, expected) => {
    const { value } = now(placed);
    const fact = mapped(() => ({ type: 'commerce.orders.OrderPlaced', value: { ...value, total } }));
    expect(fact instanceof Rejection ? fact.code : fact.total).toBe(expected);
  });

  test('is a failure where its mapping says so', () => {
    const rejection = new Rejection('missing_field', 'Cannot map it');
    expect(mapped(() => rejection)).toBe(rejection);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['another foreign record', foreign],
    ['no value', { type: 'commerce.orders.OrderPlaced' }],
    ['null for a value', { type: 'commerce.orders.OrderPlaced', value: null }],
  ])('is step_failed where its mapping answers %s', (_, answer) => {
    expect(mapped(() => answer as never)).toMatchObject({ code: 'step_failed' });
  });

  test('without a mapping is of no known type', () => {
    const known = ofMappedType(new Map([['shop.Order', mapping]]));
    expect(known(foreign)).toBe(foreign);
    for (const make of [placed, returned, refunded, cancelled]) {
      const ours = now(make);
      expect(known(ours)).toBe(ours);
    }
    expect(known({ type: 'shop.Invoice', value: {} })).toMatchObject({
      code: 'unmapped_type',
      message: expect.stringContaining('shop.Invoice'),
    });
  });

  test('of one of our names needs no mapping, and none is asked', () => {
    const mappings = new Map<string, Mapping>([
      ['commerce.orders.OrderPlaced', () => new Rejection('step_failed', 'asked')],
    ]);
    expect(read(now(placed), {}, mappings)).toMatchObject({ kind: 'placed' });
  });
});
