/** Ids, currency and time of a record, amounts and quantities: where they are taken, and the whole message where they are not. */
import { type FailureCode, Rejection } from '../../../pipeline/failure';
import { defaultOrderSettings, type OrderSettings } from '../../../pipeline/order/settings';
import { type FactFields, placed, STORY_START } from '../../facts';
import { factOf, now, read, unreadable, who, withItem } from './read';

const DAY = 86_400_000;

describe('an id', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'text: it is absent'],
    ['null', null, 'text: it is absent'],
    ['a blank', ' \t', 'text that is not blank: current value is blank'],
    ['empty text', '', 'text that is not blank: current value is blank'],
    ['a number', 7, 'text: current value is a number'],
    ['a record', {}, 'text: current value is a record'],
    ['a list', [], 'text: current value is a list'],
  ])('is not %s', (_, id, must) => {
    const message = `Cannot read "order_id" of a record without order id as it must be ${must}`;
    expect(read(now(placed, { order_id: id }))).toEqual(new Rejection('missing_field', message, undefined));
    expect(read(now(placed, { event_id: id }))).toEqual(unreadable('missing_field', 'event_id', must));
    expect(read(now(placed, withItem({ product_id: id })))).toEqual(
      unreadable('missing_field', 'items[1].product_id', must),
    );
  });

  test('is taken byte for byte, never trimmed', () => {
    expect(factOf(now(placed, { order: ' A ', id: ' e ' }))).toMatchObject({ orderId: ' A ', eventId: ' e ' });
  });

  test.each([
    ['x'.repeat(64), `"${'x'.repeat(64)}"`],
    ['x'.repeat(65), `"${'x'.repeat(64)}…"`],
    ['A\u001b[2J', '"A\\u001b[2J"'],
  ])('fits a line where it is told: %j', (orderId, told) => {
    const { message } = read(now(placed, { order: orderId, total: '?' })) as Rejection;
    expect(message).toContain(`of order ${told} as it must be`);
  });
});

describe('a currency', () => {
  const letters = 'three capital letters of ISO 4217, such as "EUR"';

  test.each<[string, FailureCode, unknown, string]>([
    ['nothing', 'missing_field', undefined, 'text: it is absent'],
    ['a blank', 'missing_field', ' ', 'text that is not blank: current value is blank'],
    ['a number', 'missing_field', 978, 'text: current value is a number'],
    ['small letters', 'invalid_currency', 'eur', `${letters}: current value is "eur"`],
    ['one small letter first', 'invalid_currency', 'eUR', `${letters}: current value is "eUR"`],
    ['one small letter between', 'invalid_currency', 'EuR', `${letters}: current value is "EuR"`],
    ['one small letter last', 'invalid_currency', 'EUr', `${letters}: current value is "EUr"`],
    ['what comes before A', 'invalid_currency', '@AA', `${letters}: current value is text of 3 characters`],
    ['what comes after Z', 'invalid_currency', 'AA[', `${letters}: current value is text of 3 characters`],
    ['two letters', 'invalid_currency', 'EU', `${letters}: current value is "EU"`],
    ['four letters', 'invalid_currency', 'EURO', `${letters}: current value is "EURO"`],
    ['a sign', 'invalid_currency', '€', `${letters}: current value is "€"`],
    ['a blank behind it', 'invalid_currency', 'EUR ', `${letters}: current value is text of 4 characters`],
    ['letters beyond A to Z', 'invalid_currency', 'ÉUR', `${letters}: current value is "ÉUR"`],
  ])('is not %s', (_, code, currency, must) => {
    expect(read(now(placed, { currency }))).toEqual(unreadable(code, 'currency', must));
  });

  test.each(['EUR', 'AAA', 'ZZZ'])('is any three capital letters: %s', currency => {
    expect(factOf(now(placed, { currency })).currency).toBe(currency);
  });
});

describe('a time', () => {
  const time = 'epoch milliseconds, or ISO 8601 text with a zone';
  const latest = 'at most 3600000 ms later than its record, of 2026-01-01T00:00:00.000Z (event_time.future_max)';
  const earliest = '2000-01-01T00:00:00.000Z or later, in milliseconds (event_time.min)';

  test.each<[string, unknown, string]>([
    ['half a millisecond', STORY_START + 0.5, `${time}: current value is 1767225600000.5`],
    ['NaN', Number.NaN, `${time}: current value is NaN`],
    ['nanoseconds', 10n ** 18n, `${time}: current value is 1000000000000000000`],
    ['text without a zone', '2026-01-01T00:00:00', `${time}: current value is "2026-01-01T00:00:00"`],
    ['another text', 'yesterday', `${time}: current value is text of 9 characters`],
    ['a boolean', true, `${time}: current value is a boolean`],
    ['seconds', STORY_START / 1000, `${earliest}: current value is 1767225600`],
    ['one ms before event_time.min', 946_684_799_999, `${earliest}: current value is 946684799999`],
    ['one ms beyond event_time.future_max', STORY_START + 3_600_001, `${latest}: current value is 1767229200001`],
    ['microseconds', STORY_START * 1000, `${latest}: current value is 1767225600000000`],
  ])('is not %s', (_, occurred_at, must) => {
    expect(read(now(placed, { occurred_at }))).toEqual(unreadable('invalid_timestamp', 'occurred_at', must));
  });

  test.each([undefined, null])('is never made up: %p', occurred_at => {
    const refused = unreadable('missing_field', 'occurred_at', 'a time: it is absent');
    expect(read(now(placed, { occurred_at }))).toEqual(refused);
  });

  test.each<[string, unknown, Partial<OrderSettings>?]>([
    ['the very first moment', defaultOrderSettings.eventTimeMinMs],
    ['the very last moment', STORY_START + 3_600_000],
    ['an earlier moment, by setting', 1000, { eventTimeMinMs: 0 }],
    ['a later moment, by setting', STORY_START + DAY, { eventTimeFutureMaxMs: DAY }],
  ])('may be %s', (_, occurred_at, settings = {}) => {
    expect(factOf(now(placed, { occurred_at }), settings).occurredAt).toBe(occurred_at);
  });
});

describe('an amount', () => {
  const decimal = 'a decimal such as "12.50" (text), or whole ten-thousandths (a number)';

  test.each<[string, unknown, string]>([
    ['with a comma', '12,50', `${decimal}: current value is "12,50"`],
    ['of other digits than ours', '٣', `${decimal}: current value is text of 1 characters`],
    ['that is a bigint', 5n, `${decimal}: current value is 5`],
    ['with five decimal places', '1.23456', 'exact with at most 4 decimal places: current value is "1.23456"'],
    [
      'of sixteen digits',
      '123456789012.3456',
      'exact with at most 15 significant digits: current value is "123456789012.3456"',
    ],
    ['below zero', '-0.01', 'zero or more in a placed order: current value is "-0.01"'],
  ])('is not one %s', (_, amount, must) => {
    for (const field of ['total', 'subtotal', 'discount', 'tax', 'shipping']) {
      expect(read(now(placed, { [field]: amount }))).toEqual(unreadable('invalid_amount', field, must));
    }
    for (const field of ['price', 'discount', 'subtotal']) {
      const refused = unreadable('invalid_amount', `items[1].${field}`, must);
      expect(read(now(placed, withItem({ [field]: amount })))).toEqual(refused);
    }
  });

  test.each([undefined, null])('must be there: %p', amount => {
    const must = 'an amount: it is absent';
    expect(read(now(placed, { total: amount }))).toEqual(unreadable('missing_field', 'total', must));
    expect(read(now(placed, withItem({ price: amount })))).toEqual(unreadable('missing_field', 'items[1].price', must));
  });

  test('may be nothing', () => {
    expect(factOf(now(placed, { total: 0, tax: '0', shipping: '-0' }))).toMatchObject({
      total: 0,
      tax: 0,
      shipping: 0,
    });
  });
});

describe('a quantity', () => {
  const whole = 'a whole number from 1 to 2147483647';

  test.each<[string, FailureCode, unknown, string]>([
    ['nothing', 'missing_field', undefined, 'a whole number: it is absent'],
    ['null', 'missing_field', null, 'a whole number: it is absent'],
    ['zero', 'invalid_quantity', 0, `${whole}: current value is 0`],
    ['below zero', 'invalid_quantity', -1, `${whole}: current value is -1`],
    ['half a piece', 'invalid_quantity', 0.5, `${whole}: current value is 0.5`],
    ['beyond an int', 'invalid_quantity', 2_147_483_648, `${whole}: current value is 2147483648`],
    ['a bigint beyond an int', 'invalid_quantity', 2n ** 40n, `${whole}: current value is 1099511627776`],
    ['text', 'invalid_quantity', '1', `${whole}: current value is "1"`],
    ['NaN', 'invalid_quantity', Number.NaN, `${whole}: current value is NaN`],
  ])('is not %s', (_, code, quantity, must) => {
    expect(read(now(placed, withItem({ quantity })))).toEqual(unreadable(code, 'items[1].quantity', must));
  });

  test.each([1, 2_147_483_647, 2_147_483_647n])('may be %p', quantity => {
    const { items } = factOf(now(placed, withItem({ quantity, price: 0 })));
    expect(items[1]).toMatchObject({ quantity: Number(quantity) });
  });
});

describe('what is told of a value', () => {
  // Shown is only what looks like an amount, a quantity, a currency or a time, as a mapping may have put anything in its place.
  test.each<[unknown, string]>([
    ['-1.234,50', '"-1.234,50"'],
    ["+1'000", `"+1'000"`],
    ['1 000', '"1 000"'],
    ['1e-5', '"1e-5"'],
    ['1E+5', '"1E+5"'],
    ['2026-01-01T00:00:00', '"2026-01-01T00:00:00"'],
    ['2026-01-01t00:00z', '"2026-01-01t00:00z"'],
    ['EUR', '"EUR"'],
    ['Éuros', '"Éuros"'],
    ['£', '"£"'],
    ['', '""'],
    ['1'.repeat(40), `"${'1'.repeat(40)}"`],
    ['1'.repeat(41), 'text of 41 characters'],
    ['Euros!', 'text of 6 characters'],
    ['Augusta', 'text of 7 characters'],
    ['£1', 'text of 2 characters'],
    ['1x', 'text of 2 characters'],
    ['x1', 'text of 2 characters'],
    ['1eE1', 'text of 4 characters'],
    ['1zz', 'text of 3 characters'],
    ['1z1', 'text of 3 characters'],
    ['ada@example.com', 'text of 15 characters'],
    [-7n, '-7'],
    [true, 'a boolean'],
    [{}, 'a record'],
    [[], 'a list'],
  ])('%p: %s', (value, told) => {
    const { message } = read(now(placed, withItem({ quantity: value }))) as Rejection;
    expect(message).toMatch(/^Cannot read "items\[1\]\.quantity" of order "A" as it must be a whole number from 1 to /);
    expect(message.replace(/^.*: current value is /, '')).toBe(told);
  });

  test('is nothing about the customer', () => {
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
    ] satisfies FactFields[]) {
      const rejection = read(now(placed, fields));
      expect(rejection).toBeInstanceOf(Rejection);
      expect((rejection as Rejection).message).not.toContain('secret');
    }
  });
});
