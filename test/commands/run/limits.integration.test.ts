/** What is too large for somewhere, and a failures topic that takes nothing: told with its place, and never lost. */
import { createHash } from 'node:crypto';
import { ConfigResourceTypes } from 'kafkajs';
import { exitCodes } from '../../../commands/exit';
import { httpRegistry } from '../../../connectors/registry/http';
import type { FactValue } from '../../../dev/demo/fact';
import { type SampleSchemas, sampleSchemas } from '../../../dev/demo/schemas';
import { type Stack, startStack } from '../../../dev/stack';
import { unique } from '../../stack/address';
import { groupOffsets, produceForeign, readCommitted } from '../../stack/java';
import { type GivenSettings, killAll, start } from './program';
import { createTopics, kafkaAt, until } from './scene';

let stack: Stack;
let name: string;
let schemas: SampleSchemas;

beforeAll(async () => {
  stack = await startStack();
});
beforeEach(async () => {
  name = unique('limits');
  const topics = ['orders', 'inbox', 'events', 'failures', 'summaries', 'state'];
  await createTopics(stack, Object.fromEntries(topics.map(topic => [`${name}.${topic}`, 1])));
  const registry = httpRegistry({ url: stack.registryUrl, timeoutMs: 10_000 });
  schemas = await sampleSchemas(registry, `${name}.orders`);
});
afterEach(killAll);
afterAll(() => stack.stop());

const settings = (more: GivenSettings = {}): GivenSettings => ({
  'kafka.brokers': stack.brokers.join(','),
  'registry.url': stack.registryUrl,
  'kafka.group': name,
  'topics.sources': `${name}.orders`,
  'topics.events': `${name}.events`,
  'topics.failures': `${name}.failures`,
  'topics.summaries': `${name}.summaries`,
  'window.gap_ms': '200',
  'window.grace_ms': '200',
  'window.idle_timeout_ms': '500',
  'kafka.fetch_wait_max_ms': '100',
  'log.format': 'json',
  'retry.first_delay_ms': '50',
  ...more,
});

const asAdmin = async <T>(act: (admin: ReturnType<ReturnType<typeof kafkaAt>['admin']>) => Promise<T>): Promise<T> => {
  const admin = kafkaAt(stack).admin();
  await admin.connect();
  return act(admin).finally(() => admin.disconnect());
};

const alter = (topic: string, config: string, value: string) =>
  asAdmin(admin =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        { type: ConfigResourceTypes.TOPIC, name: `${name}.${topic}`, configEntries: [{ name: config, value }] },
      ],
    }),
  );

const placed = (order: string, items = 1): Buffer => {
  const nothing = { first_name: null, last_name: null, name: null, email: null, phone: null };
  const value: FactValue = {
    ...nothing,
    event_id: `${order}.placed`,
    order_id: order,
    occurred_at: Date.now(),
    customer: { email: `${order}@example.com`, phone: null, customer_id: null, vuid: null, identifiers: {} },
    currency: 'EUR',
    total: 10_000 * items,
    subtotal: null,
    discount: null,
    tax: null,
    shipping: null,
    coupon_code: null,
    bill_address: null,
    ship_address: null,
    items: Array.from({ length: items }, (_, at) => ({
      product_id: `P-${at}`,
      sku: null,
      price: 10_000,
      quantity: 1,
      discount: null,
      subtotal: 10_000,
    })) as FactValue['items'],
    attributes: {},
  };
  return schemas.encoding.fact('OrderPlaced', value);
};

/** By another client, each in a batch of its own. */
const produce = (values: readonly Buffer[]) =>
  produceForeign(
    [
      { do: 'open', producer: 'p', settings: { 'max.request.size': '20000000', 'linger.ms': '0', 'batch.size': '0' } },
      ...values.map(
        (value, at) => ({ do: 'send', producer: 'p', topic: `${name}.orders`, key: `K-${at}`, value }) as const,
      ),
    ],
    stack,
  );

const failures = async () => {
  const records = await readCommitted(`${name}.failures`, stack);
  const all = await schemas.readFailures(
    records.map(record => ({ ...record, topic: `${name}.failures`, headers: [], attempt: 1 })),
  );
  return all.map(({ stage, code, source: { offset, value, value_digest } }) => ({
    stage,
    code,
    offset: Number(offset),
    kept: value === null ? value_digest : value.length,
  }));
};

const eventKeys = async () => (await readCommitted(`${name}.events`, stack)).map(({ key }) => String(key));

/** Runs until so many events are there. */
const runUntil = async (events: number, more: GivenSettings) => {
  const member = start(['run'], settings(more));
  await until(
    async () => (await eventKeys()).length >= events,
    () => `it said: ${member.stderr}`,
  );
  member.send('SIGTERM');
  const { code, stderr } = await member.ended;
  expect(code).toBe(exitCodes.ok);
  expect(stderr).not.toMatch(/"level":"(warn|error)"/);
};

const digest = (value: Buffer) => `sha256:${createHash('sha256').update(value).digest('hex')}`;

test('records beyond what may be written, and far beyond a fetch: failures with their place and digest, and all goes on', async () => {
  await alter('orders', 'max.message.bytes', '10000000');
  const [order, text] = [placed('large', 250_000), Buffer.alloc(5_000_000, 'x')];
  expect(order.length).toBeGreaterThan(4_000_000);
  await produce([placed('first'), order, text, placed('last')]);
  await runUntil(2, { 'kafka.fetch_bytes_max': '65536' });
  expect(await eventKeys()).toEqual(['first', 'last']);
  expect(await failures()).toEqual([
    { stage: 'decode', code: 'too_large', offset: 1, kept: digest(order) },
    { stage: 'decode', code: 'too_large', offset: 2, kept: digest(text) },
  ]);
});

test('an event beyond what may be written is a failure of its record, and all goes on', async () => {
  const large = placed('large', 700);
  expect(large.length).toBeLessThan(18_000);
  await produce([placed('first'), large, placed('last')]);
  await runUntil(2, { 'kafka.record_bytes_max': '30000', 'results.format': 'json' });
  expect(await eventKeys()).toEqual(['first', 'last']);
  expect(await failures()).toEqual([{ stage: 'deliver', code: 'too_large', offset: 1, kept: large.length }]);
});

const garbage = (bytes: number) => Buffer.alloc(bytes, 'x');

test('a failures topic that takes smaller records only ends the run with the reason; once repaired nothing is missing', async () => {
  await alter('failures', 'max.message.bytes', '1000');
  await produce([placed('first'), garbage(5_000), placed('last')]);
  const member = start(['run'], settings({ 'retry.attempts_max': '1' }));
  const { code, stderr } = await member.ended;
  expect(stderr.split('\n').filter(line => line.startsWith('odp-orders: '))).toEqual([
    expect.stringMatching(
      /Cannot produce to \S+\.failures\[0\] as the broker answered MESSAGE_TOO_LARGE: max\.message\.bytes of the topic/,
    ),
  ]);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(code).toBe(exitCodes.failed);
  expect([await eventKeys(), (await groupOffsets(name, stack)).filter(({ offset }) => offset > 0n)]).toEqual([[], []]);

  await alter('failures', 'max.message.bytes', '1000000');
  await runUntil(2, {});
  expect(await eventKeys()).toEqual(['first', 'last']);
  expect(await failures()).toEqual([{ stage: 'decode', code: 'not_framed', offset: 1, kept: 5_000 }]);
});

test('a failures topic that is deleted under a run ends it; once it is there again nothing is missing', async () => {
  await produce([placed('first')]);
  const member = start(['run'], settings({ 'retry.attempts_max': '1' }));
  await until(
    async () => (await eventKeys()).length === 1,
    () => member.stderr,
  );
  await asAdmin(admin => admin.deleteTopics({ topics: [`${name}.failures`] }));
  await produce([garbage(100), placed('last')]);
  const { code, stderr } = await member.ended;
  expect(code).toBe(exitCodes.failed);
  expect(stderr).toMatch(/^odp-orders: Cannot /m);
  expect(stderr).toMatch(/\.failures|topic/);

  await createTopics(stack, { [`${name}.failures`]: 1 });
  await runUntil(2, {});
  expect(await eventKeys()).toEqual(['first', 'last']);
  expect(await failures()).toEqual([{ stage: 'decode', code: 'not_framed', offset: 1, kept: 100 }]);
});
