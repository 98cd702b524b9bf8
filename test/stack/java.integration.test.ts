/** The judges judged: what one Java client writes, the other must read, and only what was committed. */
import { Kafka, logLevel } from 'kafkajs';
import { brokers, unique } from './address';
import { type Foreign, groupOffsets, produceForeign, produceWith, readCommitted } from './java';
import { createTopic } from './topics';

test('keys, values, headers and times come back as they were, nulls and repeated names included', async () => {
  const topic = await createTopic('plain', 2);
  const headers = [
    ['same', 'one'],
    ['same', Buffer.from([0, 255])],
    ['none', null],
  ] as const;
  await produceWith('none', [
    { topic, partition: 1, timestamp: 1_700_000_000_000, key: 'ключ', value: Buffer.from([1, 2, 3]), headers },
    { topic, partition: 0, timestamp: 1_700_000_000_001, value: null },
  ]);
  expect(await readCommitted(topic)).toEqual([
    { partition: 0, offset: 0n, timestamp: 1_700_000_000_001, key: null, value: null, headers: [] },
    {
      partition: 1,
      offset: 0n,
      timestamp: 1_700_000_000_000,
      key: Buffer.from('ключ'),
      value: Buffer.from([1, 2, 3]),
      headers: headers.map(([name, value]) => [name, value === null ? null : Buffer.from(value)]),
    },
  ]);
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s', async codec => {
  const topic = await createTopic(codec);
  const records = Array.from({ length: 200 }, (_, i) => ({ topic, value: `order ${i} `.repeat(20) }));
  const places = await produceWith(codec, records);
  const read = await readCommitted(topic);
  expect(read.map(record => record.value?.toString())).toEqual(records.map(record => record.value));
  expect(places.map(place => place.offset)).toEqual(read.map(record => record.offset));
});

test('of interleaved transactions only the committed ones are read, and nothing behind an open one', async () => {
  const topic = await createTopic('transactions');
  const send = (producer: string, value: string): Foreign => ({ do: 'send', producer, topic, value });
  const open = (producer: string): Foreign => ({
    do: 'open',
    producer,
    settings: { 'transactional.id': unique(producer) },
  });
  const both = (command: 'begin' | 'flush'): Foreign[] => [
    { do: command, producer: 'good' },
    { do: command, producer: 'bad' },
  ];
  const places = await produceForeign([
    ...[open('good'), open('bad'), ...both('begin')],
    ...[send('good', 'g1'), send('bad', 'b1'), ...both('flush'), send('good', 'g2')],
    { do: 'abort', producer: 'bad' },
    { do: 'commit', producer: 'good' },
    ...[...both('begin'), send('bad', 'open'), ...both('flush'), send('good', 'behind')],
    { do: 'commit', producer: 'good' },
  ]);
  expect(places).toHaveLength(5);
  for (const fetchBytes of [100, 10_000_000]) {
    const read = await readCommitted(topic, { fetchBytes });
    expect(read.map(record => record.value?.toString())).toEqual(['g1', 'g2']);
  }
});

test('committed offsets with their metadata', async () => {
  const [topic, group] = [await createTopic('offsets', 3), unique('group')];
  const kafka = new Kafka({ brokers: [...brokers()], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: unique('offsets'), maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const commit = async (): Promise<void> => {
    const transaction = await producer.transaction();
    try {
      const partitions = [{ partition: 2, offset: '5', metadata: 'watermark' }];
      await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions }] });
      await transaction.commit();
    } catch (error) {
      // The coordinator of a young broker is not there at once, and kafkajs does not try again.
      await transaction.abort();
      if (!(error as { retriable?: boolean }).retriable) throw error;
      await commit();
    }
  };
  await commit();
  await producer.disconnect();
  expect(await groupOffsets(group)).toEqual([{ topic, partition: 2, offset: 5n, metadata: 'watermark' }]);
});

test('a judge that fails says why', async () => {
  await expect(readCommitted('no such topic')).rejects.toThrow(/InvalidTopicException/);
});
