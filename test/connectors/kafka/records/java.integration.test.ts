/**
 * Our record batches before Kafka's own Java client: what it calls committed is what we read, whatever interleaves and
 * however little is fetched; what it writes with any codec we read, and what we write with any codec it reads.
 */
import type { Kafka } from 'kafkajs';
import { openCluster } from '../../../../connectors/kafka/client';
import { fetchFrom } from '../../../../connectors/kafka/fetch';
import { produceTo } from '../../../../connectors/kafka/produce';
import { codecs } from '../../../../connectors/kafka/records/codecs';
import { RecordBatchWriter } from '../../../../connectors/kafka/records/encode';
import type { KafkaRecord } from '../../../../connectors/kafka/records/record';
import type { Broker, Cluster } from '../../../../connectors/kafka/wire';
import { unique } from '../../../stack/address';
import { type Foreign, type JudgedRecord, produceForeign, produceWith, readCommitted } from '../../../stack/java';
import { createTopic } from '../../../stack/topics';
import { connect } from '../subject';
import '../../../stack/patience';

let kafka: Kafka;
let cluster: Cluster;

beforeAll(async () => {
  kafka = connect();
  cluster = await openCluster(kafka);
});
afterAll(() => cluster?.disconnect());

const leaderOf = async (topic: string, partition: number): Promise<Broker> => {
  await cluster.addMultipleTargetTopics([topic]);
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  return cluster.findBroker({ nodeId: nodeId! });
};

/** As the judge tells it. */
const told = ({ partition, offset, timestamp, key, value, headers }: KafkaRecord): JudgedRecord => ({
  partition,
  offset,
  timestamp,
  key,
  value,
  headers: headers.map(header => [header.name, header.value as Buffer | null]),
});

/** Everything up to the last stable offset. */
const readAll = async (topic: string, partition: number, bytesMax: number, committedOnly = true) => {
  const broker = await leaderOf(topic, partition);
  const records: JudgedRecord[] = [];
  let fetches = 0;
  for (let offset = 0; ; ) {
    const [fetched] = await fetchFrom(broker, [{ topic, partition, offset }], {
      waitMaxMs: 10,
      bytesMax,
      committedOnly,
    });
    fetches += 1;
    for (const record of fetched!.records) records.push(told(record));
    offset = fetched!.nextOffset;
    if (offset >= (committedOnly ? fetched!.lastStableOffset : fetched!.highWatermark)) return { records, fetches };
  }
};

/** Numbers that look random and are the same each time. Source: mulberry32 */
const seeded = (seed: number) => {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** Six producers with transactions and one without, in bursts; half of the transactions aborted, one open at the end. */
function* interleaved(topic: string, seed: number): Iterable<Foreign> {
  const random = seeded(seed);
  const names = Array.from({ length: 6 }, () => unique('interleaved'));
  const running = new Set<string>();
  for (const [index, producer] of names.entries()) {
    const compression = index % 2 === 0 ? 'gzip' : 'none';
    yield {
      do: 'open',
      producer,
      settings: { 'transactional.id': producer, 'compression.type': compression, 'linger.ms': '5' },
    };
  }
  yield { do: 'open', producer: 'plain', settings: { 'linger.ms': '5' } };
  let sent = 0;
  const send = (producer: string): Foreign => ({
    do: 'send',
    producer,
    topic,
    partition: random(2),
    key: random(3) === 0 ? Buffer.alloc(4) : `key ${random(50)}`,
    value: `${sent++} of ${producer} ${'x'.repeat(random(120))}`,
    headers: random(5) === 0 ? [['by', producer]] : [],
  });
  const burst = function* (producer: string): Iterable<Foreign> {
    if (producer !== 'plain' && !running.has(producer)) yield { do: 'begin', producer };
    if (producer !== 'plain') running.add(producer);
    for (let left = 1 + random(25); left > 0; left--) yield send(producer);
    yield { do: 'flush', producer };
  };
  for (let bursts = 0; bursts < 500; bursts++) {
    const producer = names[random(7)] ?? 'plain';
    yield* burst(producer);
    if (running.has(producer) && random(4) === 0) {
      running.delete(producer);
      yield { do: random(2) === 0 ? 'abort' : 'commit', producer };
    }
  }
  for (const producer of running) yield { do: random(2) === 0 ? 'abort' : 'commit', producer };
  running.clear();
  yield* burst(names[0]!);
  yield* burst('plain');
}

test.each([7, 11])(
  'interleaved aborted transactions, seed %i: what Java calls committed, at 4 KB and 10 MB',
  async seed => {
    const topic = await createTopic('interleaved', 2);
    const places = await produceForeign(interleaved(topic, seed));
    const judged = await readCommitted(topic, { fetchBytes: 4_096 });
    expect(await readCommitted(topic, { fetchBytes: 10_000_000 })).toEqual(judged);
    // The judge has something to judge: about half is out.
    expect(judged.length).toBeGreaterThan(places.length * 0.3);
    expect(judged.length).toBeLessThan(places.length * 0.8);
    for (const bytesMax of [4_096, 10_000_000]) {
      const read = [await readAll(topic, 0, bytesMax), await readAll(topic, 1, bytesMax)];
      expect(read.flatMap(({ records }) => records)).toEqual(judged);
      for (const { fetches } of read) bytesMax > 4_096 ? expect(fetches).toBe(1) : expect(fetches).toBeGreaterThan(20);
    }
    // With aborted and open ones, all that was sent and no marker.
    const all = [await readAll(topic, 0, 10_000_000, false), await readAll(topic, 1, 10_000_000, false)];
    expect(all.flatMap(({ records }) => records).length).toBe(places.length);
  },
);

/** A partition a codec, so that one Java process serves all. */
const partitions = codecs.map((codec, partition) => [codec, partition] as const);

describe('from Java', () => {
  let topic: string;
  let judged: JudgedRecord[];
  const records = Array.from({ length: 500 }, (_, index) => ({
    timestamp: 1_767_225_600_000 - index,
    key: index % 3 === 0 ? null : `order-${index}`,
    value: index % 7 === 0 ? null : `placed order ${index} `.repeat(index % 50),
    headers:
      index % 5 === 0
        ? ([
            ['same', 'one'],
            ['same', null],
          ] as const)
        : [],
  }));

  function* commands(): Iterable<Foreign> {
    for (const [codec, partition] of partitions) {
      yield { do: 'open', producer: codec, settings: { 'compression.type': codec, 'linger.ms': '20' } };
      for (const record of records) yield { do: 'send', producer: codec, topic, partition, ...record };
    }
  }

  beforeAll(async () => {
    topic = await createTopic('from-java', codecs.length);
    await produceForeign(commands());
    judged = await readCommitted(topic);
  });

  test.each(partitions)('%s', async (_, partition) => {
    const read = await readAll(topic, partition, 1_000_000);
    expect(read.records).toEqual(judged.filter(record => record.partition === partition));
    expect(read.records.map(({ value }) => value?.toString() ?? null)).toEqual(records.map(({ value }) => value));
  });
});

describe('to Java', () => {
  let topic: string;
  let judged: JudgedRecord[];
  const records = Array.from({ length: 600 }, (_, index) => ({
    timestamp: 1_767_225_600_000 + (index % 11) - 5,
    key: index % 3 === 0 ? null : Buffer.from(`order-${index}`),
    value: index % 7 === 0 ? null : Buffer.from(`placed order ${index} `.repeat(index % 30)),
    headers:
      index % 5 === 0
        ? ([
            ['сам', Buffer.from([0, 255])],
            ['сам', null],
          ] as const)
        : [],
  }));

  beforeAll(async () => {
    topic = await createTopic('to-java', codecs.length);
    const writer = new RecordBatchWriter();
    for (const [codec, partition] of partitions) {
      for (const part of [records.slice(0, 1), records.slice(1, 500), records.slice(500)]) {
        for (const { key, value, headers, timestamp } of part)
          writer.append(
            key,
            value,
            headers.map(([name, bytes]) => ({ name, value: bytes })),
            timestamp,
          );
        const identity = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false, codec };
        const bytes = writer.finish(identity);
        await produceTo(await leaderOf(topic, partition), null, [{ topic, partition, bytes }], 10_000);
      }
    }
    judged = await readCommitted(topic);
  });

  test.each(partitions)('%s', async (_, partition) => {
    const ofCodec = judged.filter(record => record.partition === partition);
    expect(ofCodec).toEqual(records.map((record, index) => ({ partition, offset: BigInt(index), ...record })));
    expect((await readAll(topic, partition, 1_000_000)).records).toEqual(ofCodec);
  });
});

test('times of the broker, where the topic asks for them', async () => {
  const topic = await createTopic('append-time', 1, { 'message.timestamp.type': 'LogAppendTime' });
  await produceWith(
    'lz4',
    [1, 2, 3].map(timestamp => ({ topic, timestamp, value: 'late' })),
  );
  const { records } = await readAll(topic, 0, 1_000_000);
  expect(records).toEqual(await readCommitted(topic));
  expect(records[0]?.timestamp).toBeGreaterThan(1_700_000_000_000);
});

test('one gzip batch of 300,000 records', async () => {
  const topic = await createTopic('huge');
  const settings = {
    'compression.type': 'gzip',
    'linger.ms': '60000',
    'batch.size': '100000000',
    'buffer.memory': '200000000',
  };
  function* commands(): Iterable<Foreign> {
    yield { do: 'open', producer: 'huge', settings: { ...settings, 'max.request.size': '100000000' } };
    for (let index = 0; index < 300_000; index++)
      yield { do: 'send', producer: 'huge', topic, timestamp: 1, value: 'x' };
    yield { do: 'flush', producer: 'huge' };
  }
  await produceForeign(commands());
  const { records, fetches } = await readAll(topic, 0, 10_000_000);
  expect(fetches).toBe(1);
  expect(records.length).toBe(300_000);
  expect(records[299_999]?.offset).toBe(299_999n);
});
