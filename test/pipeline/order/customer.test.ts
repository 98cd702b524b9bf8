/** Who bought: identifiers and addresses, taken or refused. */
import { type FailureCode, Rejection } from '../../../pipeline/failure';
import { placed } from '../../facts';
import { factOf, now, read, unreadable, who } from './read';

const name = 'named with 2 to 62 of a–z, 0–9 and _, a letter first: its name is not';

describe('a customer', () => {
  test.each<[string, FailureCode, unknown, string, string]>([
    ['text', 'missing_field', 'ada@example.com', 'customer', 'a record: current value is a string'],
    [
      'an e-mail address that is a number',
      'missing_field',
      { email: 7 },
      'customer.email',
      'text: current value is a number',
    ],
    ['a phone that is a number', 'missing_field', { phone: 7 }, 'customer.phone', 'text: current value is a number'],
    [
      'an id that is a number',
      'missing_field',
      { customer_id: 7 },
      'customer.customer_id',
      'text: current value is a number',
    ],
    ['a vuid that is a number', 'missing_field', { vuid: 7 }, 'customer.vuid', 'text: current value is a number'],
    [
      'further identifiers that are text',
      'missing_field',
      { email: 'a@b.example', identifiers: 'x' },
      'customer.identifiers',
      'a map of texts: current value is a string',
    ],
    [
      'a further identifier that is a number',
      'missing_field',
      { identifiers: { crm_id: 7 } },
      'customer.identifiers.crm_id',
      'text: current value is a number',
    ],
    [
      'an identifier whose name is none',
      'invalid_field_name',
      { email: 'a@b.example', identifiers: { 'crm id': '7' } },
      'customer.identifiers.crm id',
      name,
    ],
    [
      'only an identifier whose name is none',
      'invalid_field_name',
      { identifiers: { 'crm id': '7' } },
      'customer.identifiers.crm id',
      name,
    ],
    [
      'an identifier with an endless name',
      'invalid_field_name',
      { identifiers: { [`${'x'.repeat(200)}`]: '7' } },
      `customer.identifiers.${'x'.repeat(107)}`,
      name,
    ],
  ])('is not %s', (_, code, customer, field, must) => {
    expect(read(now(placed, who(customer)))).toEqual(unreadable(code, field, must));
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a record of nothing', {}],
    ['blanks', { email: '', phone: ' ', vuid: null, identifiers: { crm_id: '\t' } }],
    ['null for further identifiers', { identifiers: null }],
    ['no further identifiers', { identifiers: {} }],
  ])('is not %s: nobody is invented', (_, customer) => {
    const message = 'Cannot identify the customer of order "A" as every identifier is absent or blank: give one';
    expect(read(now(placed, who(customer)))).toEqual(new Rejection('no_identifier', message, 'A'));
  });

  test.each<[string, unknown, Record<string, string>]>([
    ['an e-mail address', { email: 'a@b.example', phone: ' ' }, { email: 'a@b.example' }],
    ['a phone', { phone: '+49301', email: null }, { phone: '+49301' }],
    ['an id', { customer_id: ' C-1 ' }, { customer_id: ' C-1 ' }],
    ['a vuid', { vuid: 'v1' }, { vuid: 'v1' }],
    ['a further identifier', { identifiers: { crm_id: '7', blank: ' ', unknown: null } }, { crm_id: '7' }],
    [
      'all of them',
      {
        email: 'a@b.example',
        phone: '+49301',
        customer_id: 'C-1',
        vuid: 'v1',
        identifiers: { crm_id: '7', erp_id: '8' },
      },
      { email: 'a@b.example', phone: '+49301', customer_id: 'C-1', vuid: 'v1', crm_id: '7', erp_id: '8' },
    ],
    [
      'its own e-mail address where there is another one further on',
      { email: 'ada@example.com', phone: ' ', identifiers: { email: 'other@example.com', phone: '+49301' } },
      { email: 'ada@example.com', phone: '+49301' },
    ],
  ])('is known by %s', (_, customer, identifiers) => {
    expect(factOf(now(placed, who(customer))).identifiers).toEqual(identifiers);
  });
});

describe('an address', () => {
  test.each<[unknown, string | null]>([
    [undefined, null],
    [null, null],
    ['', null],
    [' \n', null],
    [{}, null],
    [{ street1: '', city: ' ' }, null],
    ['1 Main St', '1 Main St'],
    [' 1 Main St', '1 Main St'],
    ['1 Main St ', '1 Main St'],
    ['1  Main   St', '1 Main St'],
    ['1 Main St\r\nSpringfield', '1 Main St Springfield'],
    ['1 Main\u00a0St', '1 Main St'],
    ['~ Straße 1', '~ Straße 1'],
    [{ city: 'Springfield' }, 'Springfield'],
    [
      { country: 'US', street1: ' 1 Main\n St ', street2: '', city: 'Springfield', state: null, zip: '12345' },
      '1 Main St, Springfield, 12345, US',
    ],
    [
      { street1: 's1', street2: 's2', city: 'c', state: 'st', zip: 'z', country: 'co', planet: 'Earth' },
      's1, s2, c, st, z, co',
    ],
  ])('%j is the line %j', (address, line) => {
    expect(factOf(now(placed, { bill_address: address })).billAddress).toBe(line);
    expect(factOf(now(placed, { ship_address: address })).shipAddress).toBe(line);
  });

  test.each<[string, unknown, string, string]>([
    ['a number', 7, '', 'text: current value is a number'],
    ['a list', ['1 Main St'], '', 'text: current value is a list'],
    ['a record whose street is a number', { street1: 7 }, '.street1', 'text: current value is a number'],
    ['a record whose country is a record', { city: 'c', country: {} }, '.country', 'text: current value is a record'],
  ])('is not %s', (_, address, part, must) => {
    for (const field of ['bill_address', 'ship_address']) {
      expect(read(now(placed, { [field]: address }))).toEqual(unreadable('missing_field', field + part, must));
    }
  });

  test('that holds DEL is not one', () => {
    const must = 'at most 1024 printable characters: it holds control characters';
    expect(read(now(placed, { bill_address: 'a\u007f' }))).toEqual(unreadable('text_too_long', 'bill_address', must));
  });
});
