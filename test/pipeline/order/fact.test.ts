/** A fact as a whole. Its parts: reading, text, time, customer, items, deduction, custom-fields, mapping beside this file. */
import { Rejection } from '../../../pipeline/failure';
import { toFact } from '../../../pipeline/order/mapping';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { record } from '../../driver';
import { placed, STORY_START } from '../../facts';
import { factOf, item, now } from './read';

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
});

describe('a fact is refused', () => {
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
});
