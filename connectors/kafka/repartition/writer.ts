/**
 * Writes a lane's records to another topic, each to the partition of its key, and the position, in one transaction. Value,
 * headers and timestamp stay as they are; where the record stands goes before its headers, in the inbox's names, so that
 * a failure can name the original record.
 */
import { defer, from, type Observable } from 'rxjs';
import type { Batch, Outcome, Position, SourceRecord } from '../../../pipeline/batch';
import { Failure } from '../../../pipeline/failure';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { fromInbox, toInbox } from '../inbox';
import type { Limiter } from '../limiter';
import { isSamePlace } from '../offsets';
import { PreflightError } from '../preflight';
import { batchOverheadBytes, recordBytes } from '../records/encode';
import type { LaneTransactions } from '../transaction';
import { errorType } from '../wire';

/** The key a record gets; one with a failure in its place keeps its own. */
export interface Keyed {
  readonly key: Uint8Array | null;
}

/** What one write committed. */
export interface Copied {
  readonly lane: number;
  readonly records: number;
  /** Now on another partition number. */
  readonly moved: number;
  /** Now with another key. */
  readonly rekeyed: number;
  /** Without a key, before and now: on the partition of their lane. */
  readonly withoutKey: number;
  /** Kept their own key as there is no order id to be had, by code. */
  readonly kept: ReadonlyMap<string, number>;
  readonly position: Position;
}

export interface CopySettings {
  readonly to: string;
  /** Of the target. */
  readonly partitions: number;
  /** The records that are read say in headers where they first stood: so do their copies. */
  readonly tellsPlaces: boolean;
  /** No record batch outgrows this. */
  readonly recordBytesMax: number;
}

export class CopyWriter {
  private last: Position;

  constructor(
    private readonly lane: number,
    start: Position,
    private readonly transactions: LaneTransactions,
    private readonly limiter: Limiter,
    private readonly settings: CopySettings,
  ) {
    this.last = start;
  }

  /** Emits once, after the commit. */
  readonly write = (batch: Batch<Keyed>): Observable<Copied> => defer(() => from(this.commit(batch)));

  private async commit({ position, outcomes }: Batch<Keyed>): Promise<Copied> {
    const counts = { moved: 0, rekeyed: 0, withoutKey: 0 };
    const kept = new Map<string, number>();
    if (outcomes.length > 0 || !isSamePlace(this.last, position)) {
      await this.limiter.turn();
      try {
        for (const outcome of outcomes) {
          const key = keyOf(outcome);
          const own = outcome.source.key;
          const partition = key ? partitionOf(key, this.settings.partitions) : this.lane % this.settings.partitions;
          await this.append(outcome.source, key, partition);
          if (partition !== this.lane) counts.moved += 1;
          if (key === null) counts.withoutKey += 1;
          else if (!own || !equal(key, own)) counts.rekeyed += 1;
          if (outcome instanceof Failure) kept.set(outcome.code, (kept.get(outcome.code) ?? 0) + 1);
        }
        await this.transactions.commit(position);
      } catch (error) {
        throw this.explained(error, outcomes);
      }
      this.last = position;
    }
    return { lane: this.lane, records: outcomes.length, ...counts, kept, position };
  }

  private async append(source: SourceRecord, key: Uint8Array | null, partition: number): Promise<void> {
    const { to, tellsPlaces, recordBytesMax } = this.settings;
    const { value, timestamp } = source;
    const original = tellsPlaces ? fromInbox(source) : source;
    const headers = toInbox(original, original.attempt);
    const bytes = recordBytes(key, value, headers);
    const bytesMax = recordBytesMax - batchOverheadBytes;
    if (bytes > bytesMax)
      throw new PreflightError(
        `Cannot write ${place(source)} to ${to} as it has ${bytes} bytes with its place: at most ${bytesMax} may be written (kafka.record_bytes_max)`,
        `raise kafka.record_bytes_max, and max.message.bytes of ${to} with it`,
      );
    const writer = this.transactions.writer(to, partition);
    if (writer.wouldOutgrow(bytesMax, bytes)) await this.transactions.flush(to, partition);
    writer.append(key, value, headers, timestamp);
  }

  /** What the target refuses it will refuse again: its setting must change. */
  private explained(error: unknown, outcomes: readonly Outcome<Keyed>[]): unknown {
    const { to } = this.settings;
    const type = errorType(error);
    if (type === 'INVALID_TIMESTAMP') {
      const latest = outcomes.reduce((a, b) => (b.source.timestamp > a.source.timestamp ? b : a)).source;
      return new PreflightError(
        `Cannot keep the timestamps of ${latest.topic}[${latest.partition}] in ${to} as its brokers refuse them; the latest is ` +
          `${latest.timestamp} ms, at offset ${latest.offset}`,
        `kafka-configs.sh --alter --entity-type topics --entity-name ${to} --add-config message.timestamp.after.max.ms=9223372036854775807`,
        { cause: error },
      );
    }
    if (type !== 'MESSAGE_TOO_LARGE' && type !== 'RECORD_LIST_TOO_LARGE') return error;
    return new PreflightError(
      `Cannot write to ${to} as it takes no record batches of kafka.record_bytes_max`,
      `raise max.message.bytes of ${to}, or lower kafka.record_bytes_max`,
      { cause: error },
    );
  }
}

const keyOf = (outcome: Outcome<Keyed>): Uint8Array | null =>
  outcome instanceof Failure ? outcome.source.key : outcome.value.key;

const place = ({ topic, partition, offset }: SourceRecord) => `${topic}[${partition}] at offset ${offset}`;

const equal = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;
