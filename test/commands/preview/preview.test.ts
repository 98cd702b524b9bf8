/** The whole of `preview --file`, as it is called. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../commands/exit';
import { call } from '../call';

const directory = mkdtempSync(join(tmpdir(), 'preview-'));
afterAll(() => rmSync(directory, { recursive: true }));

const preview = async (lines: readonly (object | string)[], ...options: string[]) => {
  const file = join(directory, 'facts.jsonl');
  writeFileSync(file, lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return call('preview', '--file', file, ...options);
};
const outcomes = async (...lines: readonly (object | string)[]) => {
  const { code, out, err } = await preview(lines, '--json');
  expect({ code, err }).toEqual({ code: exitCodes.ok, err: '' });
  return out
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
};

const fact = (kind: string, value: object) => ({
  schema: `commerce.orders.Order${kind}`,
  value: {
    event_id: `SO-1/${kind}`,
    order_id: 'SO-1',
    occurred_at: '2026-01-01T00:00:00Z',
    customer: { email: 'ada@example.com' },
    currency: 'EUR',
    ...value,
  },
});

test('each line its outcome, in order: amounts as people write them, failures with their code', async () => {
  const found = await outcomes(
    fact('Placed', {
      total: '102.00',
      subtotal: 100,
      discount: 10,
      tax: 7.2,
      shipping: '4.80',
      items: [{ product_id: 'P-1', price: 40, quantity: 2, subtotal: '80' }],
      attributes: { gift: true, points: 12, weight: 1.5, note: 'x' },
    }),
    '',
    fact('Returned', { occurred_at: 1767441600000, total: 43.2, subtotal: 40, items: [] }),
    fact('Refunded', { total: 10, subtotal: 10 }),
    fact('Placed', { total: 1.00001, subtotal: 1, items: [{ product_id: 'P', price: 1, quantity: 1 }] }),
    fact('Refunded', { customer: {}, total: 10, subtotal: 10 }),
    { schema: 'shop.Order', value: { id: 7 } },
    { schema: 'commerce.orders.OrderPlaced', value: {} },
  );
  expect(found.map(({ event, failure }) => event?.action ?? `${failure.stage}/${failure.code}`)).toEqual([
    'purchase',
    'refund',
    'return',
    'map/invalid_amount',
    'map/no_identifier',
    'decode/unmapped_type',
    'map/missing_field',
  ]);
  expect(found[0].event).toEqual({
    type: 'order',
    action: 'purchase',
    identifiers: { email: 'ada@example.com' },
    data: {
      ts: 1767225600,
      idempotence_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      data_source_type: 'app',
      data_source: 'odp-orders',
      order: {
        order_id: 'SO-1',
        total: 102,
        subtotal: 100,
        discount: 10,
        tax: 7.2,
        shipping: 4.8,
        currency: 'EUR',
        gift: true,
        points: 12,
        weight: 1.5,
        note: 'x',
        items: [{ product_id: 'P-1', price: 40, quantity: 2, subtotal: 80 }],
      },
    },
  });
  const shipping = 4.8;
  expect(found[1].event.data.order).toMatchObject({ total: 10, subtotal: 10, tax: 7.2, shipping });
  expect(found[2].event.data).toMatchObject({
    ts: 1767441600,
    order: { total: -43.2, subtotal: -40, tax: 7.2, shipping },
  });
  for (const { failure } of found.slice(3)) expect(Object.keys(failure)).toEqual(['stage', 'code', 'message']);
});

test('of two topics the slower says what time it is; what comes behind its own topic’s time is late', async () => {
  const on = (topic: string, line: object) => ({ topic, ...line });
  const lines = [
    on('refunds', fact('Refunded', { event_id: 'R1', occurred_at: '2026-01-01T00:01:00Z', total: 10, subtotal: 10 })),
    on('orders', fact('Placed', { total: 50, subtotal: 50, items: [{ product_id: 'P', price: 50, quantity: 1 }] })),
    on('orders', fact('Cancelled', { order_id: 'SO-9', occurred_at: '2026-01-01T01:00:00Z', total: 5 })),
    on('refunds', fact('Refunded', { event_id: 'R2', occurred_at: '2026-01-01T00:30:00Z', total: 1, subtotal: 1 })),
    on('refunds', fact('Refunded', { event_id: 'R3', occurred_at: '2026-01-01T00:20:00Z', total: 2, subtotal: 2 })),
  ];
  const { out } = await preview(lines);
  expect([...out.matchAll(/│ (event .*)/g)].map(([, heading]) => heading)).toEqual([
    'event purchase',
    'event refund',
    'event refund, late',
    'event refund',
    'event cancel',
  ]);
  expect(out).toContain('facts.jsonl:5 refunds');
  const totals = (await outcomes(...lines)).map(({ event }) => event.data.order.total);
  expect(totals).toEqual([50, 10, 2, 1, -5]);
});

test('what was seen before is told to people, and is no outcome for programs', async () => {
  const refund = fact('Refunded', { total: 10, subtotal: 10 });
  const { out } = await preview([refund, refund]);
  expect(out).toMatch(/facts\.jsonl:1 .*│ event refund\n[\s\S]*facts\.jsonl:2 .*│ seen before, no event\n/);
  expect(out).toContain('"SO-1/Refunded" tells nothing new of order "SO-1"');
  expect(await outcomes(refund, refund)).toHaveLength(1);
});

test('a warning is told beside the event', async () => {
  const items = [{ product_id: 'P', price: 50, quantity: 1 }];
  const { out } = await preview([
    fact('Placed', { total: 50, subtotal: 50, items }),
    fact('Cancelled', { total: 60, subtotal: 60 }),
  ]);
  expect(out).toContain('│ event cancel, warning cut_to_what_is_left');
});

test('settings shape the events', async () => {
  const { out } = await preview(
    [fact('Refunded', { total: 10, subtotal: 10 })],
    '--json',
    '--set',
    'event.currency_field=null',
    '--set',
    'event.data_source=shop',
  );
  const { data } = JSON.parse(out).event;
  expect(data.data_source).toBe('shop');
  expect(data.order).toEqual({ order_id: 'SO-1', total: 10, subtotal: 10 });
});

test('records of a foreign schema go through the mapping of the settings', async () => {
  const mapping = join(directory, 'shop.js');
  writeFileSync(
    mapping,
    `exports['shop.Refund'] = value => ({
      type: 'commerce.orders.OrderRefunded',
      value: { event_id: 'r-' + value.no, order_id: value.no, occurred_at: value.at, customer: { email: value.mail },
               currency: 'EUR', total: value.sum, subtotal: value.sum },
    });`,
  );
  const line = {
    schema: 'shop.Refund',
    value: { no: 'A7', at: '2026-01-01T00:00:00Z', mail: 'ada@example.com', sum: 12.5 },
  };
  const { code, out } = await preview([line], '--json', '--set', `mappings=${mapping}`);
  expect(code).toBe(exitCodes.ok);
  expect(JSON.parse(out).event).toMatchObject({ action: 'refund', data: { order: { order_id: 'A7', total: 12.5 } } });
});

test('a wrong mapping is told before anything is previewed', async () => {
  const mapping = join(directory, 'bad.yaml');
  writeFileSync(mapping, 'mappings:\n  shop.Refund:\n    to: refundd\n');
  const { code, out, err } = await preview([{ schema: 'shop.Refund', value: {} }], '--set', `mappings=${mapping}`);
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
  expect(err).toMatch(/^odp-orders: Cannot use the mappings as .*\n {2}.*bad\.yaml:\d+:\d+/);
});

test('more lines than a batch, all of them failing, are all told', async () => {
  const found = await outcomes(...Array.from({ length: 2_345 }, (_, id) => ({ schema: 'shop.Order', value: { id } })));
  expect(found).toHaveLength(2_345);
});

test('without --json, the record as it was written and the event side by side', async () => {
  const { code, out } = await preview([
    fact('Refunded', { total: '10.00', subtotal: 10 }),
    { schema: 'shop.Order', value: {} },
  ]);
  expect(code).toBe(exitCodes.ok);
  expect(out).toMatch(/facts\.jsonl:1 .*│ event refund\n/);
  expect(out).toMatch(/"total": "10\.00", +│ /);
  expect(out).toContain('failure decode/unmapped_type');
});

test('lines that are no facts are told with their numbers, and nothing is previewed', async () => {
  const good = fact('Refunded', { total: 10, subtotal: 10 });
  const { code, out, err } = await preview([good, '{"schema":', good, '[]'], '--json');
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
  expect(err).toMatch(/facts\.jsonl:2:\d+: is not JSON/);
  expect(err).toMatch(/facts\.jsonl:4: must be a JSON object/);
});

test('a file that is not there', async () => {
  const { code, err } = await call('preview', '--file', join(directory, 'none.jsonl'));
  expect(code).toBe(exitCodes.usage);
  expect(err).toMatch(/^odp-orders: Cannot preview .*none\.jsonl as it cannot be read\n {2}because: ENOENT/);
});
