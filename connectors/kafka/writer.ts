/**
 * Writes what batches come to: results, failures, summaries, the changelog and the position, in one Kafka transaction each.
 * Records are appended straight to the record batches of their partitions; what outgrows the broker's limit is sent in parts of
 * the same transaction.
 */
import { defer, from, type Observable, of } from 'rxjs';
import type { Entry, Header, Outcome, Position } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import { partitionOf } from '../../pipeline/order/murmur2';
import type { Settlement, Written } from '../../pipeline/ports';
import { addedUp, writtenOf } from '../../pipeline/settlement';
import type { OrderEvent, OrderSummary } from '../../schemas/types';
import { textOf } from '../state/changes';
import type { StateShape } from '../state/codec';
import type { LaneState } from '../state/lane-state';
import { positionKey } from './changelog';
import type { OutputEncoding, OutputTopics } from './encoding';
import { keyBuffer } from './key';
import type { Limiter } from './limiter';
import { isSamePlace } from './offsets';
import { bareRecordBytes, batchOverheadBytes, type RecordBatchWriter, recordBytes } from './records/encode';
import type { LaneTransactions } from './transaction';

export interface WriterSettings {
  readonly topics: OutputTopics;
  /** Number of partitions of each output topic. */
  readonly partitions: { readonly events: number; readonly failures: number; readonly summaries: number };
  /** No record batch outgrows this. */
  readonly recordBytesMax: number;
  /** Kept with the position. */
  readonly shape: StateShape;
}

/** A longer key is left out beside a digest; the failure's value still has its place. */
const keyBytesMax = 65_536;

/** A record about to be appended; `key` and `value` are only valid until the next one is made. */
interface Ready {
  readonly topic: string;
  readonly partition: number;
  readonly writer: RecordBatchWriter;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  readonly bytes: number;
}

/** The record batch of a partition that must be sent first. */
type Full = Pick<Ready, 'topic' | 'partition'>;

export class KafkaWriter {
  private last: Position;
  private readonly bytesMax: number;
  private readonly changelog: Full;
  private readonly keyBytes = keyBuffer();
  /** Of the transaction in hand: what its parts come to so far, whether it had its turn, and since when it is made. */
  private staged: Written | undefined;
  private hadTurn = false;
  private since: number | undefined;

  constructor(
    private readonly lane: number,
    start: Position,
    private readonly transactions: LaneTransactions,
    private readonly encoding: OutputEncoding,
    private readonly limiter: Limiter,
    /** Undefined where nothing is remembered. */
    private readonly state: LaneState | undefined,
    private readonly settings: WriterSettings,
  ) {
    this.last = start;
    this.bytesMax = settings.recordBytesMax - batchOverheadBytes;
    this.changelog = { topic: settings.topics.state, partition: lane };
  }

  /** Implements `Ports.stage`: the part becomes records, and is let go. */
  readonly stage = (part: Settlement): Observable<unknown> =>
    defer(() => {
      const appending = this.appended(part);
      const step = appending.next();
      if (!step.done) return from(this.flushed(step.value, appending));
      this.staged = step.value;
      return of(undefined);
    });

  /**
   * Implements `Ports.write`. All becomes bytes before anything waits, and is let go: what every lane held while it waits for its
   * commit would be copied by each garbage collection.
   */
  readonly write = (settlement: Settlement): Observable<Written> =>
    defer(() => {
      const { position, outcomes, changes, summaries } = settlement;
      // Time that only passes is no reason for a transaction: it is told by what it brings about.
      if (
        this.staged === undefined &&
        outcomes.length === 0 &&
        changes.size === 0 &&
        summaries.length === 0 &&
        isSamePlace(this.last, position)
      )
        return of(writtenOf(settlement));
      const appending = this.appended(settlement);
      const step = appending.next();
      if (!step.done) return from(this.flushed(step.value, appending).then(() => this.commit(position)));
      // Not the generator: also one that has ended holds what it was called with.
      this.staged = step.value;
      return from(this.commit(position));
    });

  /** The position alone. */
  async commitPosition(position: Position): Promise<void> {
    if (this.state !== undefined) this.append(this.position(this.state, position), Date.now());
    await this.transactions.commit(position);
    this.last = position;
  }

  /** Sends what is full, and appends the rest. */
  private async flushed(first: Full, appending: Iterator<Full, Written>): Promise<void> {
    await this.turn();
    let step: IteratorResult<Full, Written> = { done: false, value: first };
    for (; !step.done; step = appending.next()) await this.transactions.flush(step.value.topic, step.value.partition);
    this.staged = step.value;
  }

  private async commit(position: Position): Promise<Written> {
    const written = this.staged as Written;
    const at = this.since as number;
    await this.turn();
    await this.transactions.commit(position);
    this.staged = undefined;
    this.since = undefined;
    this.hadTurn = false;
    if (this.state !== undefined) {
      // The changelog's last record is the position.
      const offset = this.transactions.lastOffset(this.settings.topics.state, this.lane);
      await this.state.committed(position.time.watermark, offset === undefined ? undefined : { offset, at });
    }
    this.last = position;
    return written;
  }

  private async turn(): Promise<void> {
    if (this.hadTurn) return;
    await this.limiter.turn();
    this.hadTurn = true;
  }

  /**
   * Appends everything, and answers what the transaction comes to with it; yields a partition whose records must be sent before
   * more can be appended to it.
   */
  private *appended(settlement: Settlement): Generator<Full, Written> {
    const now = Date.now();
    this.since ??= now;
    const written: Outcome<OrderEvent>[] = [];
    for (const outcome of settlement.outcomes) {
      const record = outcome instanceof Failure ? this.failure(outcome) : this.event(outcome.value);
      if (record.bytes > this.bytesMax && !(outcome instanceof Failure)) {
        for (const failure of tooLarge(outcome, record.bytes, this.bytesMax)) {
          written.push(failure);
          const small = this.failure(failure);
          if (this.isFull(small)) yield small;
          this.append(small, now);
        }
        continue;
      }
      written.push(outcome);
      if (this.isFull(record)) yield record;
      this.append(record, now);
    }
    for (const summary of settlement.summaries) {
      const record = this.summary(summary);
      if (this.isFull(record)) yield record;
      this.append(record, now);
    }
    const { state } = this;
    state?.stage(settlement);
    // The changelog gets what a whole batch changed, each order once, and behind it the position.
    if (state !== undefined && !settlement.moment.more) {
      for (let from = this.changed(state, 0, now); from !== undefined; from = this.changed(state, from, now))
        yield this.changelog;
      const record = this.position(state, settlement.position);
      if (this.isFull(record)) yield record;
      this.append(record, now);
    }
    return addedUp(this.staged, writtenOf(settlement, written));
  }

  /** Whether it would outgrow the record batch that is there. */
  private isFull({ writer, bytes }: Ready): boolean {
    return writer.wouldOutgrow(this.bytesMax, bytes);
  }

  private append({ writer, key, value, headers }: Ready, now: number): void {
    writer.append(key, value, headers, now);
  }

  private ready(
    topic: string,
    partition: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly Header[],
  ): Ready {
    const bytes = recordBytes(key, value, headers);
    return { topic, partition, writer: this.transactions.writer(topic, partition), key, value, headers, bytes };
  }

  private event(event: OrderEvent): Ready {
    const { topics, partitions } = this.settings;
    const key = this.keyBytes(event.order_id);
    return this.ready(
      topics.events,
      partitionOf(key, partitions.events),
      key,
      this.encoding.event(event),
      this.encoding.eventHeaders(event),
    );
  }

  /** Whole if it can be, else with a digest in place of the original bytes: a failure is never lost for its size. */
  private failure(failure: Failure): Ready {
    const { topics, partitions } = this.settings;
    const { key } = failure.source;
    const partition = key ? partitionOf(key, partitions.failures) : this.lane % partitions.failures;
    const made = (digest: boolean, kept: Uint8Array | null): Ready =>
      this.ready(
        topics.failures,
        partition,
        kept,
        this.encoding.failure(failure, digest),
        this.encoding.failureHeaders(failure, digest),
      );
    const whole = made(false, key);
    return whole.bytes <= this.bytesMax ? whole : made(true, key && key.length > keyBytesMax ? null : key);
  }

  /** A lane's summaries stay together and in order. */
  private summary(summary: OrderSummary): Ready {
    const { topics, partitions } = this.settings;
    const { window_start, currency, lane } = summary;
    const key = Buffer.from(`${new Date(window_start).toISOString()}/${currency ?? '-'}/${lane}`);
    return this.ready(topics.summaries, lane % partitions.summaries, key, this.encoding.summary(summary), noHeaders);
  }

  /** Appends what changed from a place on; answers the place at which to go on, when what is there has been sent. */
  private changed(state: LaneState, from: number, now: number): number | undefined {
    const writer = this.transactions.writer(this.changelog.topic, this.lane);
    return state.staged.each((bytes, keyAt, keyEnd, end) => {
      const size = bareRecordBytes(keyEnd - keyAt, end === undefined ? undefined : end - keyEnd);
      if (size > this.bytesMax) throw stateTooLarge(textOf(bytes, keyAt, keyEnd), size, this.bytesMax);
      if (writer.wouldOutgrow(this.bytesMax, size)) return false;
      writer.appendFrom(bytes, keyAt, keyEnd, end, now);
      return true;
    }, from);
  }

  private position(state: LaneState, position: Position): Ready {
    const value = state.codec.encodePosition(position, this.settings.shape);
    const made = this.ready(this.settings.topics.state, this.lane, positionKey, value, noHeaders);
    if (made.bytes <= this.bytesMax) return made;
    throw new Error(
      `Cannot keep the position of lane ${this.lane} as it has ${made.bytes} bytes and ${this.bytesMax} may be written ` +
        `(kafka.record_bytes_max) with the ${position.summaries.length} summaries that are open: take a longer summary.hop_ms, or raise it`,
    );
  }
}

const noHeaders: readonly Header[] = [];

const stateTooLarge = (orderId: string, bytes: number, bytesMax: number): Error =>
  new Error(
    `Cannot keep the state of order ${JSON.stringify(orderId)} as it has ${bytes} bytes and ${bytesMax} may be ` +
      'written (kafka.record_bytes_max): lower ledger.bytes_per_order_max and window.held_bytes_per_order_max, or raise it',
  );

/** An event too large to write becomes a failure of its source records. */
const tooLarge = ({ source, others = [], value }: Entry<OrderEvent>, bytes: number, bytesMax: number): Failure[] => {
  const { order_id } = value;
  const message = `Cannot write the event of order "${order_id}" as it has ${bytes} bytes: at most ${bytesMax} may be written (kafka.record_bytes_max)`;
  return [source, ...others].map(one => new Failure('deliver', new Rejection('too_large', message, order_id), one));
};
