/**
 * Writes the records of one output partition straight into one buffer, as a record batch: no object per record, and the
 * buffer is used again for the next batch. Its size is known while records are appended, so that a batch is cut before
 * the broker refuses it.
 */
import { crc32c } from '@node-rs/crc32';
import type { Header } from '../../../pipeline/batch';
import { type Codec, codecs, compress } from './codecs';
import { copy } from './copy';
import * as layout from './layout';
import { varintBytes, varlongBytes, writeVarint, writeVarlong } from './varint';

export interface BatchIdentity {
  /** −1 for a producer that is not idempotent; then epoch and sequence are −1 too. */
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Of the first record. */
  readonly baseSequence: number;
  readonly transactional: boolean;
  readonly codec: Codec;
}

export class RecordBatchWriter {
  private bytesHeld: Buffer;
  private at = layout.recordsAt;
  private appended = 0;
  private baseTimestamp = 0;
  private maxTimestamp = 0;

  /** @param capacity Bytes to begin with; the buffer grows and never shrinks. */
  constructor(capacity = 16_384) {
    this.bytesHeld = Buffer.allocUnsafeSlow(Math.max(capacity, layout.recordsAt));
  }

  /** Records since the last `finish`. */
  get count(): number {
    return this.appended;
  }

  /** Size of the batch so far, its header included, before compression. */
  get bytes(): number {
    return this.at;
  }

  /** Whether a record of so many bytes would make the batch larger than that; one record is a batch, whatever its size. */
  wouldOutgrow(bytesMax: number, bytes: number): boolean {
    return this.appended > 0 && this.at + bytes > bytesMax;
  }

  /** Forgets what was appended. Not needed after `finish`. */
  begin(): void {
    this.at = layout.recordsAt;
    this.appended = 0;
  }

  /** Key, value and headers are copied. @param timestamp Whole epoch milliseconds. */
  append(key: Uint8Array | null, value: Uint8Array | null, headers: readonly Header[], timestamp: number): void {
    let at = this.head(fieldBytes(key) + fieldBytes(value) + headersBytes(headers), timestamp);
    const bytes = this.bytesHeld;
    at = writeField(bytes, at, key);
    at = writeField(bytes, at, value);
    at = writeVarint(bytes, at, headers.length);
    for (const header of headers) {
      at = writeField(bytes, at, nameBytes(header.name));
      at = writeField(bytes, at, header.value);
    }
    this.at = at;
  }

  /** Without headers, out of other bytes: the key lies from `keyAt` to `keyEnd`, the value from there to `end`, or is null. */
  appendFrom(from: Buffer, keyAt: number, keyEnd: number, end: number | undefined, timestamp: number): void {
    const keyLength = keyEnd - keyAt;
    const valueLength = end === undefined ? undefined : end - keyEnd;
    let at = this.head(lengthBytes(keyLength) + lengthBytes(valueLength) + 1, timestamp);
    const bytes = this.bytesHeld;
    at = writeVarint(bytes, at, keyLength);
    copy(from, keyAt, keyEnd, bytes, at);
    at = writeVarint(bytes, at + keyLength, valueLength ?? -1);
    if (end !== undefined) copy(from, keyEnd, end, bytes, at);
    this.at = writeVarint(bytes, at + (valueLength ?? 0), 0);
  }

  /** Writes what comes before so many bytes of key, value and headers; answers where they begin. */
  private head(rest: number, timestamp: number): number {
    if (this.appended === 0) {
      this.baseTimestamp = timestamp;
      this.maxTimestamp = timestamp;
    } else if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
    const timestampDelta = timestamp - this.baseTimestamp;
    const size = 1 + varlongBytes(timestampDelta) + varintBytes(this.appended) + rest;
    this.makeRoom(size + varintBytesMax);

    const bytes = this.bytesHeld;
    let at = writeVarint(bytes, this.at, size);
    bytes[at++] = 0; // attributes: none
    at = writeVarlong(bytes, at, timestampDelta);
    return writeVarint(bytes, at, this.appended++);
  }

  /**
   * The batch, and an end to it: the next `append` begins another.
   * @returns Bytes that are valid until the next `append` only.
   * @throws Error when nothing was appended: brokers refuse an empty batch.
   */
  finish(identity: BatchIdentity): Buffer {
    if (this.appended === 0) throw new Error('Cannot finish a record batch as no record was appended to it');
    const batch = this.packed(identity.codec);
    batch.writeBigInt64BE(0n, layout.baseOffsetAt); // the broker gives offsets
    batch.writeInt32BE(batch.length - layout.uncountedBytes, layout.lengthAt);
    batch.writeInt32BE(-1, layout.leaderEpochAt);
    batch.writeInt8(layout.magic, layout.magicAt);
    batch.writeInt16BE(
      codecs.indexOf(identity.codec) | (identity.transactional ? layout.transactionalBit : 0),
      layout.attributesAt,
    );
    batch.writeInt32BE(this.appended - 1, layout.lastOffsetDeltaAt);
    batch.writeBigInt64BE(BigInt(this.baseTimestamp), layout.baseTimestampAt);
    batch.writeBigInt64BE(BigInt(this.maxTimestamp), layout.maxTimestampAt);
    batch.writeBigInt64BE(identity.producerId, layout.producerIdAt);
    batch.writeInt16BE(identity.producerEpoch, layout.producerEpochAt);
    batch.writeInt32BE(identity.baseSequence, layout.baseSequenceAt);
    batch.writeInt32BE(this.appended, layout.countAt);
    batch.writeUInt32BE(crc32c(batch.subarray(layout.attributesAt)), layout.crcAt);
    this.begin();
    return batch;
  }

  /** Header (still to be written) and records. */
  private packed(codec: Codec): Buffer {
    if (codec === 'none') return this.bytesHeld.subarray(0, this.at);
    const records = compress(codec, this.bytesHeld.subarray(layout.recordsAt, this.at));
    const batch = Buffer.allocUnsafe(layout.recordsAt + records.length);
    batch.set(records, layout.recordsAt);
    return batch;
  }

  private makeRoom(size: number): void {
    const needed = this.at + size;
    if (needed <= this.bytesHeld.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytesHeld.length));
    larger.set(this.bytesHeld.subarray(0, this.at));
    this.bytesHeld = larger;
  }
}

/** Room to leave below the brokers' limit, for the header of a record batch and the request around it. */
export const batchOverheadBytes = 512;

/** What an empty batch takes. */
export const batchHeaderBytes = layout.recordsAt;

/** What a record takes in a batch, at the most: its own size, place and distance in time are taken as the greatest. */
export const recordBytes = (key: Uint8Array | null, value: Uint8Array | null, headers: readonly Header[]): number =>
  headBytesMax + fieldBytes(key) + fieldBytes(value) + headersBytes(headers);

/** The same of one without headers. @param valueLength Undefined: null. */
export const bareRecordBytes = (keyLength: number, valueLength: number | undefined): number =>
  headBytesMax + lengthBytes(keyLength) + lengthBytes(valueLength) + 1;

const varintBytesMax = 5;
const varlongBytesMax = 8; // of a time within ±2^52 ms
const headBytesMax = varintBytesMax + 1 + varlongBytesMax + varintBytesMax;

const fieldBytes = (field: Uint8Array | null): number => lengthBytes(field?.length);

/** Of a field and its length. */
const lengthBytes = (length: number | undefined): number => (length === undefined ? 1 : varintBytes(length) + length);

const headersBytes = (headers: readonly Header[]): number => {
  let size = varintBytes(headers.length);
  for (const header of headers) size += fieldBytes(nameBytes(header.name)) + fieldBytes(header.value);
  return size;
};

const writeField = (bytes: Uint8Array, at: number, field: Uint8Array | null): number => {
  if (field === null) return writeVarint(bytes, at, -1);
  const next = writeVarint(bytes, at, field.length);
  bytes.set(field, next);
  return next + field.length;
};

// Header names are few and come with every record; the bound is for those that original records bring along.
const names = new Map<string, Uint8Array>();
const namesMax = 1_000;

const nameBytes = (name: string): Uint8Array => {
  let bytes = names.get(name);
  if (!bytes) {
    bytes = Buffer.from(name, 'utf8');
    if (names.size >= namesMax) names.clear();
    names.set(name, bytes);
  }
  return bytes;
};
