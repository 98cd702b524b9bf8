/** The sample producer: each codec in turn, keys on their partitions, and places as the accounts are told. */

import { codecs } from '../../../connectors/kafka/records/codecs';
import { readRecords } from '../../../connectors/kafka/records/decode';
import * as layout from '../../../connectors/kafka/records/layout';
import type { Broker, Cluster, Exchange } from '../../../connectors/kafka/wire';
import { Accounts } from '../../../dev/demo/accounts';
import { SampleProducer } from '../../../dev/demo/produce';
import { Samples } from '../../../dev/demo/samples';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { framed } from './encoding';

const topic = 'orders';
const ends = [100, 0, 7];

interface Sent {
  readonly partition: number;
  readonly batch: Buffer;
}

/** A cluster that takes everything, and tells where its partitions ended at first. */
const cluster = (sent: Sent[]): Cluster => {
  const broker = {
    listOffsets: async ({ topics }: Parameters<Broker['listOffsets']>[0]) => ({
      responses: topics.map(one => ({
        topic: one.topic,
        partitions: one.partitions.map(({ partition }) => ({ partition, offset: String(ends[partition]) })),
      })),
    }),
    connectionPool: {
      send: async ({ request }: Exchange<unknown>) => {
        const { buffer } = (await request.encode()) as unknown as { buffer: Buffer };
        // Null id, acks, timeout, one topic by name, one partition: its number, size and batch.
        const at = 2 + 2 + 4 + 4 + 2 + topic.length + 4;
        sent.push({ partition: buffer.readInt32BE(at), batch: Buffer.from(buffer.subarray(at + 8)) });
      },
    },
  };
  return {
    addMultipleTargetTopics: async () => {},
    findTopicPartitionMetadata: () => ends.map((_, partitionId) => ({ partitionId, leader: 1 })),
    findLeaderForPartitions: (_: string, partitions: number[]) => ({ '1': partitions }),
    findBroker: async () => broker,
    refreshMetadata: async () => {},
  } as unknown as Cluster;
};

const produced = async (counts: readonly number[]) => {
  const sent: Sent[] = [];
  const samples = new Samples(
    { seed: 3, badPercent: 5, untidyPercent: 5 },
    { fact: framed, foreign: value => framed('Stock', value) },
  );
  const accounts = new Accounts(topic);
  const producer = await SampleProducer.open(cluster(sent), topic, samples, accounts);
  for (const count of counts) expect(await producer.produce(count)).toBe(count);
  return { sent, accounts, producer };
};

test('each codec in turn', async () => {
  const { sent } = await produced([100, 100, 100, 100]);
  const used = sent.map(({ batch }) => codecs[batch.readInt16BE(layout.attributesAt) & layout.codecBits]);
  expect(used).toEqual(sent.map((_, at) => codecs[at % codecs.length]));
  expect(new Set(used).size).toBe(codecs.length);
});

test('neither idempotent nor transactional', async () => {
  for (const { batch } of (await produced([50])).sent) {
    expect(batch.readBigInt64BE(layout.producerIdAt)).toBe(-1n);
    expect(batch.readInt16BE(layout.attributesAt) & layout.transactionalBit).toBe(0);
  }
});

test('keys on the partitions of their hash, and every record where the accounts say', async () => {
  const { sent, accounts } = await produced([300, 1, 299]);
  const count = [0, 0, 0];
  for (const { partition, batch } of sent) {
    const range = { topic, partition, from: 0, aborted: [], committedOnly: true };
    for (const { key } of readRecords(batch, range).records) {
      expect(partitionOf(key ?? Buffer.alloc(0), ends.length)).toBe(partition);
      count[partition]! += 1;
    }
  }
  expect(count.reduce((sum, one) => sum + one, 0)).toBe(600);
  for (const [partition, first] of ends.entries()) {
    accounts.failure(topic, partition, first + count[partition]! - 1, 'map', 'step_failed');
    accounts.failure(topic, partition, first + count[partition]!, 'map', 'step_failed');
  }
  const told = accounts.problems().filter(text => text.includes('step_failed'));
  expect(told).toHaveLength(2 * ends.length);
  expect(told.filter(text => text.includes('where nothing of ours stands'))).toHaveLength(ends.length);
});

test('another producer on the topic is noticed at the end', async () => {
  const { producer } = await produced([10]);
  // The cluster still says what it said at first: it is not where our records end.
  await expect(producer.checkAlone()).rejects.toThrow(/another producer writes there/);
});
