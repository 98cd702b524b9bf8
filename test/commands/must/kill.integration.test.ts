/** kill -9 in mid-flight, restart, two at once: Java's reader finds every order once, and the same sums. */
import { setTimeout as wait } from 'node:timers/promises';
import { Type } from 'avsc';
import { openCluster } from '../../../connectors/kafka/client';
import { groupLag } from '../../../connectors/kafka/lag';
import { produceTo } from '../../../connectors/kafka/produce';
import { RecordBatchWriter } from '../../../connectors/kafka/records/encode';
import { leaderOf } from '../../../connectors/kafka/wire';
import { encoderOf } from '../../../connectors/registry/encode';
import { httpRegistry } from '../../../connectors/registry/http';
import { TopicReader } from '../../../dev/demo/read';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { completeSchema } from '../../../schemas/schemas';
import type { OrderPlaced } from '../../../schemas/types';
import { connect } from '../../connectors/kafka/subject';
import { orderPlaced } from '../../records';
import { brokers, registryUrl, unique } from '../../stack/address';
import { readCommitted } from '../../stack/java';
import { call, killAll, start } from '../run/program';

const orders = 30_000;
const partitions = 4;
const placed = 'commerce.orders.OrderPlaced';

const order = (index: number): OrderPlaced => orderPlaced(`SO-${index}`, { total: index * 10_000 });

const scene = async () => {
  const name = unique('kill');
  const settings = {
    'kafka.brokers': brokers().join(','),
    'registry.url': registryUrl(),
    'kafka.group': name,
    'kafka.batch_records_max': '200',
    'kafka.session_timeout_ms': '6000',
    'kafka.heartbeat_interval_ms': '500',
    'topics.sources': `${name}.orders`,
    'topics.events': `${name}.events`,
    'topics.failures': `${name}.failures`,
    'topics.summaries': `${name}.summaries`,
    // So that what waits in windows is out soon after the last record.
    'window.gap_ms': '500',
    'window.grace_ms': '500',
    'window.idle_timeout_ms': '1000',
  };
  const made = await call(['topics', 'create'], settings);
  expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
  const topic = `${name}.orders`;
  const registry = httpRegistry({ url: registryUrl(), timeoutMs: 10_000 });
  const encode = encoderOf(placed, await registry.register(`${topic}-${placed}`, completeSchema(placed)));
  const cluster = await openCluster(connect());
  await cluster.addMultipleTargetTopics([topic]);
  const writers = Array.from({ length: partitions }, () => new RecordBatchWriter());
  for (let index = 0; index < orders; index++) {
    const key = Buffer.from(`SO-${index}`);
    writers[partitionOf(key, partitions)]?.append(key, encode(order(index)), [], Date.now());
  }
  const plain = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false, codec: 'lz4' } as const;
  for (const [partition, writer] of writers.entries()) {
    const bytes = writer.finish(plain);
    await produceTo(await leaderOf(cluster, topic, partition), null, [{ topic, partition, bytes }], 30_000);
  }
  const committed = async () => {
    const lags = await groupLag(cluster, name, [topic]);
    return lags.reduce((sum, lag) => sum + Number(lag.committed ?? 0n), 0);
  };
  const until = async (share: number) => {
    while ((await committed()) < orders * share) await wait(20);
  };
  /** Until every order has left its window. */
  const settled = async () => {
    const reader = await TopicReader.open(cluster, `${name}.events`, 'earliest');
    for (let found = 0; found < orders; await wait(100))
      for await (const records of reader.all()) found += records.length;
  };
  return { name, settings, until, settled, close: () => cluster.disconnect() };
};

afterEach(killAll);

test('every order once, and the same sums', async () => {
  const { name, settings, until, settled, close } = await scene();
  for (const share of [0.1, 0.3]) {
    const one = start(['run'], settings);
    await until(share);
    one.send('SIGKILL');
    expect((await one.ended).signal).toBe('SIGKILL');
  }
  // Two at once, one of them killed; the other takes its lanes over.
  const [first, second] = [start(['run'], settings), start(['run', '--workers', '2'], settings)];
  await until(0.6);
  first.send('SIGKILL');
  await until(1);
  await settled();
  second.send('SIGTERM');
  expect((await second.ended).code).toBe(0);
  await close();

  const event = Type.forSchema(completeSchema('odp.OrderEvent') as never);
  const events = await readCommitted(`${name}.events`);
  const values = events.map(({ value }) => event.fromBuffer(Buffer.from(value ?? []).subarray(5)));
  expect(new Set(values.map(({ order_id }) => order_id)).size).toBe(orders);
  expect(values.length).toBe(orders);
  const cents = values.reduce((sum, { total }) => sum + BigInt(`0x${Buffer.from(total).toString('hex') || '0'}`), 0n);
  expect(cents).toBe((BigInt(orders) * BigInt(orders - 1) * 10_000n) / 2n);
  expect(await readCommitted(`${name}.failures`)).toEqual([]);
}, 180_000);
