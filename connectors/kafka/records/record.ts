/**
 * A record that stays in the bytes it was fetched in: it keeps positions, and its fields are read when they are asked
 * for. Made for every record of a fetch, so it holds small integers only, and a reference to what its batch has in common.
 */
import type { Header, SourceRecord } from '../../../pipeline/batch';
import { Cursor } from './varint';

/**
 * The last millisecond of the year 9999. A topic that accepts any timestamp may have some in micro- or nanoseconds: no output could
 * hold those, and each would be in a window of its own that never ends.
 */
export const timestampMax = 253_402_300_799_999;

/** What the records of one record batch have in common. */
export interface BatchOfRecords {
  readonly topic: string;
  readonly partition: number;
  /** The records' bytes, decompressed. */
  readonly bytes: Buffer;
  readonly baseOffset: number;
  /** Epoch milliseconds, of which records keep differences. */
  readonly baseTimestamp: number;
  /** Epoch milliseconds at which the broker took the whole batch, where the topic dates records so. */
  readonly appendedAt: number | undefined;
}

/**
 * Key, value and header values are views: they keep the whole fetched buffer in memory, so copy what you keep.
 * Each read of a field makes a new view.
 */
export class KafkaRecord implements SourceRecord {
  constructor(
    private readonly batch: BatchOfRecords,
    private readonly offsetDelta: number,
    private readonly timestampAt: number,
    private readonly keyAt: number,
    /** −1: null. */
    private readonly keyBytes: number,
    private readonly valueAt: number,
    /** −1: null. */
    private readonly valueBytes: number,
  ) {}

  get topic(): string {
    return this.batch.topic;
  }

  get partition(): number {
    return this.batch.partition;
  }

  get offset(): bigint {
    return BigInt(this.offsetNumber);
  }

  /** The offset without a bigint: exact below 2^53. */
  get offsetNumber(): number {
    return this.batch.baseOffset + this.offsetDelta;
  }

  /** Within ±`timestampMax`. */
  get timestamp(): number {
    const { batch } = this;
    const time = batch.appendedAt ?? batch.baseTimestamp + new Cursor(batch.bytes, this.timestampAt).varlong();
    return Math.max(-timestampMax, Math.min(time, timestampMax));
  }

  get key(): Buffer | null {
    return this.keyBytes < 0 ? null : this.batch.bytes.subarray(this.keyAt, this.keyAt + this.keyBytes);
  }

  get value(): Buffer | null {
    return this.valueBytes < 0 ? null : this.batch.bytes.subarray(this.valueAt, this.valueAt + this.valueBytes);
  }

  /** Of key and value together. */
  get size(): number {
    return Math.max(this.keyBytes, 0) + Math.max(this.valueBytes, 0);
  }

  /** In the order written; a name may occur several times. */
  get headers(): readonly Header[] {
    const { bytes } = this.batch;
    const cursor = new Cursor(bytes, this.valueAt + Math.max(this.valueBytes, 0));
    const count = cursor.varint();
    if (count <= 0) return noHeaders;
    const headers: Header[] = [];
    for (let index = 0; index < count; index++) {
      const nameBytes = cursor.varint();
      const name = bytes.toString('utf8', cursor.at, cursor.at + nameBytes);
      cursor.at += nameBytes;
      const valueBytes = cursor.varint();
      const value = valueBytes < 0 ? null : bytes.subarray(cursor.at, cursor.at + valueBytes);
      if (valueBytes > 0) cursor.at += valueBytes;
      if (nameBytes < 0 || cursor.at > bytes.length)
        throw new Error(
          `Cannot read the headers of ${this.topic}[${this.partition}] at offset ${this.offsetNumber} as they reach ` +
            'beyond their record: the producer that wrote it is broken',
        );
      headers.push({ name, value });
    }
    return headers;
  }

  /** Read from the topic, so for the first time; a redriven record tells its own. */
  get attempt(): number {
    return 1;
  }
}

const noHeaders: readonly Header[] = [];
