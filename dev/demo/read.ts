/**
 * What the pipeline wrote, read back `read_committed` from where the topic ended before: from first to last for the
 * accounts, or only the newest for the view.
 */
import { type Fetched, fetchOne } from '../../connectors/kafka/fetch';
import { type Edge, edgeOffset } from '../../connectors/kafka/offsets';
import type { KafkaRecord } from '../../connectors/kafka/records/record';
import type { Cluster } from '../../connectors/kafka/wire';

const fetchBytesMax = 4_194_304;
const newestBytesMax = 65_536;
/** Ours end in milliseconds. */
const openTransactionMs = 20_000;

export class TopicReader {
  private constructor(
    private readonly cluster: Cluster,
    private readonly topic: string,
    /** Next offset to read, by partition. */
    private readonly next: number[],
  ) {}

  /** @param from By default the end there is now: what stands before is not read. */
  static async open(cluster: Cluster, topic: string, from: Edge = 'highWatermark'): Promise<TopicReader> {
    await cluster.addMultipleTargetTopics([topic]);
    return new TopicReader(cluster, topic, await edgesOf(cluster, topic, from));
  }

  /**
   * Everything that was written up to now, a fetch at a time: also what is committed but cannot be read for some more
   * milliseconds, as its markers are still under way. What is open for longer is given up.
   */
  async *all(): AsyncGenerator<readonly KafkaRecord[]> {
    const ends = await edgesOf(this.cluster, this.topic, 'highWatermark');
    for (const [partition, end] of ends.entries()) {
      let moved = performance.now();
      while ((this.next[partition] as number) < end && performance.now() - moved < openTransactionMs) {
        const before = this.next[partition];
        const { records } = await this.fetch(partition, fetchBytesMax);
        if (this.next[partition] !== before) moved = performance.now();
        if (records.length > 0) yield records;
      }
    }
  }

  /** Of each partition the newest, about `count`; what lies between is passed over. */
  async *newest(count: number): AsyncGenerator<readonly KafkaRecord[]> {
    const ends = await edgesOf(this.cluster, this.topic, 'end');
    for (const [partition, end] of ends.entries()) {
      const from = Math.max(this.next[partition] as number, end - count);
      if (from >= end) continue;
      this.next[partition] = from;
      const { records } = await this.fetch(partition, newestBytesMax);
      this.next[partition] = Math.max(end, this.next[partition] as number);
      if (records.length > 0) yield records;
    }
  }

  private async fetch(partition: number, bytesMax: number): Promise<Fetched> {
    const { cluster, topic } = this;
    const offset = this.next[partition] as number;
    const settings = { waitMaxMs: 500, bytesMax, committedOnly: true };
    const fetched = await fetchOne(cluster, { topic, partition, offset }, settings);
    if (!fetched) throw new Error(`Cannot read ${topic}[${partition}] as the broker answered nothing`);
    this.next[partition] = fetched.nextOffset;
    return fetched;
  }
}

const edgesOf = (cluster: Cluster, topic: string, edge: Edge): Promise<number[]> =>
  Promise.all(
    cluster
      .findTopicPartitionMetadata(topic)
      .map(async (_, partition) => Number(await edgeOffset(cluster, topic, partition, edge))),
  );
