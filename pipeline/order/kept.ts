/**
 * A record that waits, in memory of its own: what was fetched with it need not stay. There may be a hundred thousand in a lane, so
 * its bytes are kept as texts of one byte a character: an array of bytes takes as much again for what V8 must know of it, and lies
 * outside its heap, where so many small pieces that come and go leave holes.
 */
import type { SourceRecord } from '../batch';

export class KeptRecord implements SourceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly headers: SourceRecord['headers'];
  readonly attempt: number;
  readonly arrivedOn?: string;
  private readonly keyText: string | null;
  private readonly valueText: string | null;

  constructor({ topic, partition, offset, timestamp, key, value, headers, attempt, arrivedOn }: SourceRecord) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.headers = headers.length === 0 ? NONE : headers.map(({ name, value }) => ({ name, value: copied(value) }));
    this.attempt = attempt;
    if (arrivedOn !== undefined) this.arrivedOn = arrivedOn;
    this.keyText = key && textOf(key);
    this.valueText = value && textOf(value);
  }

  /** Made anew each time. */
  get key(): Uint8Array | null {
    return bytesOf(this.keyText);
  }

  /** Made anew each time. */
  get value(): Uint8Array | null {
    return bytesOf(this.valueText);
  }

  get size(): number {
    return (this.keyText?.length ?? 0) + (this.valueText?.length ?? 0);
  }
}

/** Of key, value and headers. */
export const bytesIn = (record: SourceRecord): number =>
  headerBytes(record) + (record.size ?? (record.key?.length ?? 0) + (record.value?.length ?? 0));

/** In UTF-8 at most, with a length before each name and value. */
export const headerBytes = ({ headers }: SourceRecord): number => {
  let sum = 0;
  for (const { name, value } of headers) sum += 3 * name.length + (value?.length ?? 0) + 5;
  return sum;
};

const NONE: readonly never[] = [];

// biome-ignore lint/style/noRestrictedGlobals: no other way to such a text, and back, costs as little as copying the bytes.
const Bytes = Buffer;
const textOf = (bytes: Uint8Array): string => Bytes.prototype.latin1Slice.call(bytes, 0, bytes.length);
const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : Bytes.from(text, 'latin1'));

/** Not `slice`, which is a view where the bytes are a Buffer. */
const copied = (bytes: Uint8Array | null): Uint8Array | null => bytes && Uint8Array.prototype.slice.call(bytes);
