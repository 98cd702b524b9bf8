/** `preview --topic` reads what a run would read, and leaves no trace. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encoderOf } from '../../../connectors/registry/encode';
import { httpRegistry } from '../../../connectors/registry/http';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { completeSchema } from '../../../schemas/schemas';
import { connect, createTopics, produce } from '../../connectors/kafka/subject';
import { orderPlaced } from '../../records';
import { brokers, registryUrl, unique } from '../../stack/address';
import { groupOffsets } from '../../stack/java';

const main = join(__dirname, '../../../dist/commands/main.js');
const placed = 'commerce.orders.OrderPlaced';
const start = Date.now() - 60_000;
const topic = unique('preview');
const group = unique('group');

const preview = async (...args: string[]) => {
  const settings = {
    ODP_ORDERS_KAFKA_BROKERS: brokers().join(','),
    ODP_ORDERS_REGISTRY_URL: registryUrl(),
    ODP_ORDERS_KAFKA_GROUP: group,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [main, 'preview', '--topic', topic, '--json', ...args],
    {
      env: { ...process.env, ...settings },
    },
  );
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
};

beforeAll(async () => {
  const kafka = connect();
  await createTopics(kafka, { [topic]: 2 });
  const id = await httpRegistry({ url: registryUrl(), timeoutMs: 10_000 }).register(
    `${topic}-${placed}`,
    completeSchema(placed),
  );
  const encode = encoderOf(placed, id);
  const record = (key: string, value: Buffer, timestamp: number) => ({
    topic,
    partition: partitionOf(Buffer.from(key), 2),
    timestamp,
    key: Buffer.from(key),
    value,
    headers: [],
  });
  const facts = [0, 1, 2, 3, 4, 5].map(n =>
    record(`SO-${n}`, Buffer.from(encode(orderPlaced(`SO-${n}`, { occurred_at: start + n }))), start + n * 1_000),
  );
  await produce(kafka, [...facts, record('SO-1', Buffer.from('{}'), start + 6_000)]);
});

test('all records, each as its event or its failure', async () => {
  const lines = await preview();
  const orders = lines.flatMap(({ event }) => (event ? [event.data.order.order_id] : []));
  expect(orders.sort()).toEqual(['SO-0', 'SO-1', 'SO-2', 'SO-3', 'SO-4', 'SO-5']);
  expect(lines.flatMap(({ failure }) => (failure ? [`${failure.stage}/${failure.code}`] : []))).toEqual([
    'decode/not_framed',
  ]);
  expect(lines.find(({ event }) => event?.data.order.order_id === 'SO-3').event.data.order.total).toBe(10);
});

test('so many, from a time, from an offset', async () => {
  expect(await preview('--limit', '3')).toHaveLength(3);
  expect(await preview('--from', new Date(start + 4_000).toISOString())).toHaveLength(3);
  const all = await preview();
  expect((await preview('--from', '1')).length).toBe(all.length - 2);
});

test('nothing is committed', async () => {
  expect(await groupOffsets(group)).toEqual([]);
});
