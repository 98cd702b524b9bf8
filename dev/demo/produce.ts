/**
 * The shop's producer: samples as plain record batches, neither idempotent nor transactional, with each codec in turn. It is
 * the only one on its topic, so it knows where every record stands.
 */

import { edgeOffset } from '../../connectors/kafka/offsets';
import { produceTo } from '../../connectors/kafka/produce';
import { codecs } from '../../connectors/kafka/records/codecs';
import { type BatchIdentity, RecordBatchWriter } from '../../connectors/kafka/records/encode';
import { leaderMoved, retrying } from '../../connectors/kafka/retry';
import { type Cluster, leaderOf } from '../../connectors/kafka/wire';
import { partitionOf } from '../../pipeline/order/murmur2';
import type { Accounts } from './accounts';
import type { Samples } from './samples';

/** Before compression; below the broker's limit of a megabyte. */
const batchBytesMax = 700_000;
const timeoutMs = 30_000;

const plain: Omit<BatchIdentity, 'codec'> = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  transactional: false,
};

export class SampleProducer {
  private readonly writers: RecordBatchWriter[];
  private batches = 0;

  private constructor(
    private readonly cluster: Cluster,
    private readonly topic: string,
    private readonly samples: Samples,
    /** Where the next record of each partition will stand. */
    private readonly ends: number[],
    private readonly accounts: Accounts | undefined,
  ) {
    this.writers = ends.map(() => new RecordBatchWriter());
  }

  /** @param accounts Told of every record; without them nothing is remembered. */
  static async open(cluster: Cluster, topic: string, samples: Samples, accounts?: Accounts): Promise<SampleProducer> {
    await cluster.addMultipleTargetTopics([topic]);
    return new SampleProducer(cluster, topic, samples, await endsOf(cluster, topic), accounts);
  }

  /**
   * Makes up to `count` samples and returns when the broker has them: how many they were (fewer, when batches are full).
   * @throws Error when the broker does not take them: what it has is then not known.
   */
  async produce(count: number): Promise<number> {
    const { writers, samples, ends, accounts } = this;
    let made = 0;
    for (let full = false; made < count && !full; made++) {
      const now = Date.now();
      const { number, key, value, expected } = samples.next(now);
      const partition = partitionOf(key, writers.length);
      const writer = writers[partition] as RecordBatchWriter;
      writer.append(key, value, [], now);
      const offset = ends[partition] as number;
      accounts?.stands(number, expected, partition, offset);
      ends[partition] = offset + 1;
      full = writer.bytes > batchBytesMax;
    }
    await Promise.all(
      writers.map((writer, partition) => (writer.count > 0 ? this.send(writer, partition) : undefined)),
    );
    return made;
  }

  /** @throws Error when the topic does not end where our records do. */
  async checkAlone(): Promise<void> {
    for (const [partition, end] of (await endsOf(this.cluster, this.topic)).entries())
      if (end !== this.ends[partition])
        throw new Error(
          `Cannot account for ${this.topic}[${partition}] as it ends at ${end} and our records at ${this.ends[partition]}: ` +
            'another producer writes there, use a topic of our own',
        );
  }

  private async send(writer: RecordBatchWriter, partition: number): Promise<void> {
    const { cluster, topic } = this;
    const codec = codecs[this.batches++ % codecs.length] ?? 'none';
    const bytes = writer.finish({ ...plain, codec });
    await retrying(
      leaderMoved, // nothing was written then
      async () => {
        await produceTo(await leaderOf(cluster, topic, partition), null, [{ topic, partition, bytes }], timeoutMs);
      },
      () => cluster.refreshMetadata(),
    );
  }
}

const endsOf = (cluster: Cluster, topic: string): Promise<number[]> =>
  Promise.all(
    cluster
      .findTopicPartitionMetadata(topic)
      .map(async (_, partition) => Number(await edgeOffset(cluster, topic, partition, 'highWatermark'))),
  );
