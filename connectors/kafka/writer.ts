/**
 * Writes a lane's batches: results, failures and position in one Kafka transaction each. Records are appended straight to
 * the record batches of their partitions; what outgrows the broker's limit is sent in parts of the same transaction.
 */
import { defer, from, type Observable } from 'rxjs';
import type { Batch, Header, Outcome, Position } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import type { Written } from '../../pipeline/ports';
import type { OrderEvent } from '../../schemas/types';
import type { OutputEncoding, OutputTopics } from './encoding';
import { keyBytes } from './key';
import type { Limiter } from './limiter';
import { partitionOf } from './murmur2';
import { recordBytes } from './records/encode';
import type { LaneTransactions } from './transaction';

export interface WriterSettings {
  readonly topics: OutputTopics;
  /** Number of partitions of each output topic. */
  readonly partitions: { readonly events: number; readonly failures: number };
  /** No record batch outgrows this. */
  readonly recordBytesMax: number;
}

/** Room for the header of a record batch and the request around it. */
const batchOverheadBytes = 512;

/** A longer key is left out beside a digest; the failure's value still has its place. */
const keyBytesMax = 65_536;

/** A record about to be appended; `key` and `value` are only valid until the next one is encoded. */
interface Ready {
  readonly topic: string;
  readonly partition: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array;
  readonly headers: readonly Header[];
}

/** What was appended so far. */
interface Tally {
  failures: number;
  readonly byAction: Map<string, number>;
  readonly byCode: Map<string, number>;
}

/** Outcomes still to be appended, once this partition's record batch is sent. */
interface Rest {
  readonly topic: string;
  readonly partition: number;
  readonly outcomes: readonly Outcome<OrderEvent>[];
}

export class KafkaWriter {
  private lastOffsets: ReadonlyMap<string, bigint>;
  private readonly bytesMax: number;

  constructor(
    private readonly lane: number,
    start: Position,
    private readonly transactions: LaneTransactions,
    private readonly encoding: OutputEncoding,
    private readonly limiter: Limiter,
    private readonly settings: WriterSettings,
  ) {
    this.lastOffsets = start.offsets;
    this.bytesMax = settings.recordBytesMax - batchOverheadBytes;
  }

  /**
   * Implements `Ports.write`. The outcomes become bytes before anything waits, and are let go: what every lane held while it
   * waits for its commit would be copied by each garbage collection.
   */
  readonly write = (batch: Batch<OrderEvent>): Observable<Written> =>
    defer(() => {
      const tally: Tally = { failures: 0, byAction: new Map(), byCode: new Map() };
      const rest = this.append(batch.outcomes, tally);
      return from(this.commit(batch.position, batch.outcomes.length, batch.skipped, tally, rest));
    });

  private async commit(
    position: Position,
    written: number,
    skipped: number,
    tally: Tally,
    rest: Rest | undefined,
  ): Promise<Written> {
    if (written > 0 || this.moved(position)) {
      await this.limiter.turn();
      for (let left = rest; left !== undefined; left = this.append(left.outcomes, tally))
        await this.transactions.flush(left.topic, left.partition);
      await this.transactions.commit(position);
      this.lastOffsets = position.offsets;
    }
    return {
      lane: this.lane,
      records: written + skipped,
      events: written - tally.failures,
      skipped,
      ...tally,
      position,
    };
  }

  /** Up to the first outcome for which a record batch has no room; undefined when all are appended. */
  private append(outcomes: readonly Outcome<OrderEvent>[], tally: Tally): Rest | undefined {
    const now = Date.now();
    for (let index = 0; index < outcomes.length; index++) {
      const [record, accepted] = this.ready(outcomes[index] as Outcome<OrderEvent>);
      const writer = this.transactions.writer(record.topic, record.partition);
      const bytes = recordBytes(record.key, record.value, record.headers);
      if (writer.count > 0 && writer.bytes + bytes > this.bytesMax)
        return { topic: record.topic, partition: record.partition, outcomes: outcomes.slice(index) };
      writer.append(record.key, record.value, record.headers, now);
      if (accepted instanceof Failure) tally.failures += 1;
      if (accepted instanceof Failure) count(tally.byCode, accepted.code);
      else count(tally.byAction, accepted.value.action);
    }
    return undefined;
  }

  /** The outcome as a record; an event too large to write becomes a failure of its source record. */
  private ready(outcome: Outcome<OrderEvent>): [Ready, Outcome<OrderEvent>] {
    if (outcome instanceof Failure) return [this.failure(outcome), outcome];
    const event = outcome.value;
    const { topics, partitions } = this.settings;
    const key = keyBytes(event.order_id);
    const value = this.encoding.event(event);
    const headers = this.encoding.eventHeaders(event);
    const bytes = recordBytes(key, value, headers);
    if (bytes <= this.bytesMax)
      return [{ topic: topics.events, partition: partitionOf(key, partitions.events), key, value, headers }, outcome];
    const message = `Cannot write the event of order "${event.order_id}" as it has ${bytes} bytes: at most ${this.bytesMax} may be written (kafka.record_bytes_max)`;
    const failure = new Failure('deliver', new Rejection('too_large', message, event.order_id), outcome.source);
    return [this.failure(failure), failure];
  }

  /** Whole if it can be, else with a digest in place of the original bytes: a failure is never lost for its size. */
  private failure(failure: Failure): Ready {
    const { topics, partitions } = this.settings;
    const { key } = failure.source;
    const partition = key ? partitionOf(key, partitions.failures) : this.lane % partitions.failures;
    for (const digest of [false, true]) {
      const value = this.encoding.failure(failure, digest);
      const headers = this.encoding.failureHeaders(failure, digest);
      const kept = digest && key && key.length > keyBytesMax ? null : key;
      const bytes = recordBytes(kept, value, headers);
      if (digest || bytes <= this.bytesMax) return { topic: topics.failures, partition, key: kept, value, headers };
    }
    throw new Error('unreachable: a digest is always returned');
  }

  private moved({ offsets }: Position): boolean {
    for (const [topic, offset] of offsets) if (this.lastOffsets.get(topic) !== offset) return true;
    return false;
  }
}

const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
