/**
 * The shop's producer: plain record batches, neither idempotent nor transactional, which repeats whatever was not answered, until
 * it is. What it repeats may have been written before: so records stand twice on the topics, as with many a producer out there.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { produceTo } from '../../../connectors/kafka/produce';
import { type BatchIdentity, RecordBatchWriter } from '../../../connectors/kafka/records/encode';
import { type Cluster, leaderOf } from '../../../connectors/kafka/wire';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { headerName, sources, topics } from '../topics';
import type { Encoding } from './encoding';
import { planOrder } from './order';
import { FactStream, type Streamed } from './stream';
import { plannedValue, typeOfKind, value } from './value';

export interface ProducerSettings {
  readonly seed: number;
  readonly facts: number;
  readonly perSecond: number;
  readonly lanes: number;
}

const plain: BatchIdentity = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  transactional: false,
  codec: 'lz4',
};
const tickMs = 50;
/** What was not produced for so long is made up for in steps of this, so that no batch grows without bound. */
const perTickMax = 2_000;
const [answerWithinMs, givenUpAfterMs] = [3_000, 120_000];

export class FactProducer {
  readonly stream: FactStream;
  /** Batches that were sent once more because nobody answered, or because a fault asked for it. */
  repeated = 0;
  /** From here on each batch is sent twice. */
  stutters = false;
  private readonly writers: readonly (readonly RecordBatchWriter[])[];
  private beganAt = 0;
  private next: Streamed | undefined;

  constructor(
    private readonly cluster: Cluster,
    /** Facts are encoded by these; a fault may put newer ones in their place. */
    public encoding: Encoding,
    private readonly settings: ProducerSettings,
  ) {
    this.stream = new FactStream(settings.seed, settings.facts);
    this.writers = sources.map(() => Array.from({ length: settings.lanes }, () => new RecordBatchWriter()));
    this.next = this.stream.next();
  }

  /** All facts of the stream, each when its time has come. @param signal Ends it earlier, with what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    this.beganAt = Date.now();
    while (this.next !== undefined && !signal.aborted) {
      const due = Math.ceil(((Date.now() - this.beganAt) * this.settings.perSecond) / 1_000);
      for (let taken = 0; this.next !== undefined && this.stream.produced <= due && taken < perTickMax; taken++) {
        this.append(this.next);
        this.next = this.stream.next();
      }
      await this.send();
      await wait(tickMs);
    }
  }

  /** An order on each lane, so much later than all others that every window before it closes. */
  async end(): Promise<void> {
    const occurredAt = Date.now() + endsAheadMs;
    const amounts = { total: 20_000, subtotal: 20_000, tax: 0, shipping: 0 };
    const back = { ...amounts, total: 10_000, subtotal: 10_000 };
    for (let lane = 0; lane < this.settings.lanes; lane++) {
      const id = endOrderOf(lane, this.settings.lanes);
      const placed = value(id, `${id}.placed`, 'EUR', amounts, occurredAt);
      const refunded = value(id, `${id}.refunded`, 'EUR', back, occurredAt);
      this.put(topics.purchases, lane, id, this.encoding('OrderPlaced', placed), 'e');
      this.put(topics.deductions, lane, id, this.encoding('OrderRefunded', refunded), 'e');
    }
    await this.send();
  }

  private timeOf(place: number): number {
    return Math.floor(this.beganAt + (place * 1_000) / this.settings.perSecond);
  }

  private append(streamed: Streamed): void {
    const { lanes } = this.settings;
    if ('bad' in streamed) {
      const { bad, number, happened } = streamed;
      const id = `B${number}`;
      const [fact] = planOrder(this.settings.seed, number).facts;
      const good = value(id, `${id}.0`, 'EUR', fact?.says ?? null, this.timeOf(happened));
      const bytes = this.encoding('OrderPlaced', bad.value?.(good) ?? good);
      const lane = (partitionOf(Buffer.from(id), lanes) + (bad.elsewhere ? 1 : 0)) % lanes;
      this.put(topics.purchases, lane, id, bad.bytes?.(bytes) ?? bytes, `b:${bad.name}`);
      return;
    }
    const { order, index, fact, happened } = streamed;
    const bytes = this.encoding(typeOfKind[fact.kind], plannedValue(order, index, fact, this.timeOf(happened)));
    const topic = fact.kind === 'placed' ? topics.purchases : topics.deductions;
    this.put(topic, partitionOf(Buffer.from(order.id), lanes), order.id, bytes, `f:${order.number}.${index}`);
  }

  private put(topic: (typeof sources)[number], lane: number, key: string, bytes: Buffer, name: string): void {
    const header = { name: headerName, value: Buffer.from(name) };
    this.writers[sources.indexOf(topic)]?.[lane]?.append(Buffer.from(key), bytes, [header], Date.now());
  }

  /** Both topics are waited for: none runs ahead of the other, whatever happens to a broker. */
  private async send(): Promise<void> {
    await Promise.all(
      this.writers.flatMap((ofTopic, index) =>
        ofTopic.map(async (writer, partition) => {
          if (writer.count > 0) await this.sendOne(sources[index] as string, partition, writer.finish(plain));
        }),
      ),
    );
  }

  private async sendOne(topic: string, partition: number, bytes: Buffer): Promise<void> {
    const end = Date.now() + givenUpAfterMs;
    for (let times = this.stutters ? 2 : 1; times > 0; ) {
      try {
        const leader = await leaderOf(this.cluster, topic, partition);
        await produceTo(leader, null, [{ topic, partition, bytes }], answerWithinMs);
        times -= 1;
        if (times > 0) this.repeated += 1;
      } catch (error) {
        if (Date.now() > end)
          throw new Error(`Cannot produce to ${topic}[${partition}] for ${givenUpAfterMs} ms: ${String(error)}`, {
            cause: error,
          });
        this.repeated += 1;
        await wait(100);
        await this.cluster.refreshMetadata().catch(() => {}); // the next attempt asks again
      }
    }
  }
}

/** Far beyond every window; below what `event_time.future_max_ms` allows. */
const endsAheadMs = 600_000;

/** An order id that murmur2 places on this lane. */
const endOrderOf = (lane: number, lanes: number): string => {
  for (let tries = 0; ; tries++) {
    const id = `END-${lane}-${tries}`;
    if (partitionOf(Buffer.from(id), lanes) === lane) return id;
  }
};
