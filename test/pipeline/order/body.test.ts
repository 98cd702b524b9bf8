import { bodyJson, toOdpBody } from '../../../pipeline/order/body';
import { type Arrival, at, drive } from '../../driver';
import { placed, refunded, returned, STORY_START } from '../../facts';

const source = { dataSourceType: null, dataSource: null };
const bodyOf = (arrival: Arrival, settings = source) => {
  const { orderEvents, messages } = drive([arrival]);
  const [event] = orderEvents;
  if (event === undefined) throw new Error(messages.join());
  return { event, body: toOdpBody(event, settings), json: bodyJson(event, settings) };
};

test('the vendor’s partial refund', () => {
  const { body } = bodyOf(at('0s', refunded({ order: 'ABC', total: 10, subtotal: 10 })), source);
  expect(body).toEqual({
    type: 'order',
    action: 'refund',
    identifiers: { email: 'ada@example.com' },
    data: {
      ts: 1_767_225_600,
      idempotence_id: expect.any(String),
      order: { order_id: 'ABC', total: 10, subtotal: 10, currency: 'EUR' },
    },
  });
});

test('SO-1 and the return of one of its items', () => {
  const bought = placed({
    order: 'SO-1',
    total: 102,
    subtotal: 100,
    discount: 10,
    tax: 7.2,
    shipping: 4.8,
    items: [
      { product_id: 'P-1', price: 40, quantity: 2, subtotal: 80 },
      { product_id: 'P-2', price: 20, quantity: 1 },
    ],
  });
  expect(bodyOf(at('0s', bought)).body.data.order).toEqual({
    order_id: 'SO-1',
    total: 102,
    subtotal: 100,
    discount: 10,
    tax: 7.2,
    shipping: 4.8,
    currency: 'EUR',
    items: [
      { product_id: 'P-1', price: 40, quantity: 2, subtotal: 80 },
      { product_id: 'P-2', price: 20, quantity: 1, subtotal: 20 },
    ],
  });
  const back = returned({
    order: 'SO-1',
    total: 43.2,
    tax: 3.2,
    items: [{ product_id: 'P-1', price: 40, quantity: 1 }],
  });
  const { body } = bodyOf(at('0s', back));
  expect(body.action).toBe('return');
  // Without tax and shipping, of which only the remainder may go out: it comes with the ledger.
  expect(body.data.order).toEqual({
    order_id: 'SO-1',
    total: -43.2,
    subtotal: -40,
    currency: 'EUR',
    items: [{ product_id: 'P-1', price: -40, quantity: 1, subtotal: -40 }],
  });
});

test('every field where ODP wants it, as numbers and in seconds', () => {
  const { body } = bodyOf(
    at(
      '1.999s',
      placed({
        total: 0.0001,
        subtotal: 3,
        coupon_code: 'SPRING',
        first_name: 'Ada',
        last_name: 'Lovelace',
        name: 'Ada Lovelace',
        email: 'orders@example.com',
        phone: '+4930123456',
        bill_address: { street1: '1 Main St' },
        ship_address: { street1: '2 Main St' },
        items: [{ product_id: 'P-1', sku: 'S-1', price: 1.5, quantity: 2, discount: 0.5, subtotal: 2.5 }],
        attributes: { channel: 'web', visits: 7n, score: 0.5, gift: false },
      }),
    ),
    { dataSourceType: 'app', dataSource: 'shop' } as never,
  );
  expect(body.data).toEqual({
    ts: STORY_START / 1000 + 1,
    idempotence_id: expect.any(String),
    data_source_type: 'app',
    data_source: 'shop',
    order: {
      order_id: 'A',
      total: 0.0001,
      subtotal: 3,
      coupon_code: 'SPRING',
      first_name: 'Ada',
      last_name: 'Lovelace',
      name: 'Ada Lovelace',
      email: 'orders@example.com',
      phone: '+4930123456',
      bill_address: '1 Main St',
      ship_address: '2 Main St',
      channel: 'web',
      visits: 7,
      score: 0.5,
      gift: false,
      currency: 'EUR',
      items: [{ product_id: 'P-1', sku: 'S-1', price: 1.5, quantity: 2, discount: 0.5, subtotal: 2.5 }],
    },
  });
});

test('what is unknown is left out: no null goes to ODP', () => {
  const { json } = bodyOf(at('0s', refunded()));
  expect(json).not.toContain('null');
  expect(Object.keys(JSON.parse(json).data.order)).toEqual(['order_id', 'total', 'subtotal', 'currency']);
});

test('the JSON is that of the object', () => {
  const { body, json } = bodyOf(at('0s', placed({ attributes: { note: 'say "hi" \\ €😀', visits: -5n } })));
  expect(json).toBe(JSON.stringify(body));
});

test('whole numbers beyond 2^53 are exact, to the last digit', () => {
  const attributes = {
    least: -(2n ** 63n),
    most: 2n ** 63n - 1n,
    safe: 2n ** 53n - 1n,
    note: 'a "quote" €',
    gift: true,
  };
  const { body, json } = bodyOf(
    at(
      '0s',
      placed({
        attributes,
        items: [
          { product_id: 'P-1', price: 1, quantity: 1 },
          { product_id: 'P-2', price: 2, quantity: 1 },
        ],
      }),
    ),
  );
  expect(body.data.order).toMatchObject({ ...attributes, safe: 9_007_199_254_740_991 });
  expect(json).toContain(
    '"least":-9223372036854775808,"most":9223372036854775807,"safe":9007199254740991,"note":"a \\"quote\\" €","gift":true',
  );
  const { least: _, most: __, ...others } = body.data.order;
  const read = JSON.parse(json.replace(/"(?:least|most)":-?\d+,/g, ''));
  expect(read).toEqual({ ...body, data: { ...body.data, order: others } });
});
