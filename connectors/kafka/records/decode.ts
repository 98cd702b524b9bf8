/**
 * Reads the record batches of a fetched partition: committed records only (if asked so), from the first offset wanted,
 * lazily. What Kafka asks of a reader is all here: whole batches, checksums, codecs, markers, aborted transactions, holes.
 */
import { crc32c } from '@node-rs/crc32';
import { type AbortedTransaction, AbortedTransactions } from './aborted';
import { codecs, decompress } from './codecs';
import * as layout from './layout';
import { type BatchOfRecords, KafkaRecord } from './record';
import { Cursor } from './varint';

export interface ReadOptions {
  readonly topic: string;
  readonly partition: number;
  /** First offset wanted. */
  readonly from: number;
  /** As the broker sent it, in any order. */
  readonly aborted: readonly AbortedTransaction[];
  /** False: also records of aborted and of open transactions. Markers are never records. */
  readonly committedOnly: boolean;
  /** What one batch may become when it is decompressed. Default 256 MiB. */
  readonly batchBytesMax?: number;
  /** Reading stops after the batch with which the records hold this much: the rest is fetched again. Default 64 MiB. */
  readonly heldBytesMax?: number;
}

export interface Read {
  readonly records: KafkaRecord[];
  /** Where to go on: after the last whole batch, whatever was in it. */
  readonly nextOffset: number;
  /** Memory that the records hold, in bytes: the batches read, decompressed. */
  readonly bytes: number;
  /** Records left out as their transaction was aborted. */
  readonly aborted: number;
}

/**
 * @param bytes Record batches, the last one possibly cut off by the limit of the fetch; kept by the records.
 * @throws CorruptBatch when the batch at the first offset wanted cannot be read. A bad batch further on ends the read
 *   before it, so that how far we come does not depend on how much was fetched, and it is fetched anew.
 */
export const readRecords = (bytes: Buffer, options: ReadOptions): Read => {
  const { from, batchBytesMax = 256 * 2 ** 20, heldBytesMax = 64 * 2 ** 20 } = options;
  const filter = new AbortedTransactions(options.committedOnly ? options.aborted : []);
  const records: KafkaRecord[] = [];
  let nextOffset = from;
  let held = 0;
  let aborted = 0;
  let at = 0;
  while (held < heldBytesMax && isWhole(bytes, at)) {
    const batch = new Batch(bytes, at);
    at = batch.end;
    try {
      batch.checkHeader();
      // Brokers answer with the whole batch in which the wanted offset is, and may begin earlier.
      if (batch.nextOffset <= from) continue;
      if (batch.baseOffset < nextOffset && nextOffset > from) throw new Error('it stands behind a later one');
      batch.checkSum();
      filter.reach(batch.nextOffset - 1);
      if (batch.isControl) {
        if (batch.isAbortMarker(batchBytesMax)) filter.end(batch.producerId);
      } else if (batch.isTransactional && filter.has(batch.producerId)) {
        aborted += batch.count;
      } else {
        held += batch.readInto(records, options, batchBytesMax);
      }
    } catch (error) {
      if (nextOffset > from) break;
      throw new CorruptBatch(options, batch.baseOffset, error as Error);
    }
    nextOffset = batch.nextOffset;
  }
  // Since Fetch v3 a broker answers with nothing rather than with a piece: we would ask for the same for ever.
  if (nextOffset === from && bytes.length > 0)
    throw new CorruptBatch(options, from, new Error(`the ${bytes.length} bytes sent do not hold it whole`));
  return { records, nextOffset, bytes: held, aborted };
};

/** What is stored or was sent is damaged, or not of a kind we know. Fetching again may help, skipping would lose records. */
export class CorruptBatch extends Error {
  override readonly name = 'CorruptBatch';
  constructor({ topic, partition }: { topic: string; partition: number }, offset: number, cause: Error) {
    super(
      `Cannot read the record batch of ${topic}[${partition}] at offset ${offset} as ${cause.message}. If it stays so, the broker's ` +
        'log is damaged there or was written by a broken producer: nothing after this offset has been read',
      { cause },
    );
  }
}

const isWhole = (bytes: Buffer, at: number) =>
  at + layout.uncountedBytes <= bytes.length &&
  at + layout.uncountedBytes + bytes.readInt32BE(at + layout.lengthAt) <= bytes.length;

/** One whole record batch among the fetched bytes. */
class Batch {
  readonly end: number;
  readonly baseOffset: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly start: number,
  ) {
    // A length below a header's is damage, which checkHeader() tells; the minimum lets no loop stand still.
    this.end = start + layout.uncountedBytes + Math.max(bytes.readInt32BE(start + layout.lengthAt), 0);
    this.baseOffset = Number(bytes.readBigInt64BE(start));
  }

  get size() {
    return this.end - this.start;
  }

  /** Also where the cleaner has taken the last records out. */
  get nextOffset() {
    return this.baseOffset + this.bytes.readInt32BE(this.start + layout.lastOffsetDeltaAt) + 1;
  }

  get producerId() {
    return this.bytes.readBigInt64BE(this.start + layout.producerIdAt);
  }

  /** 0 where the cleaner keeps the header only. */
  get count() {
    return this.bytes.readInt32BE(this.start + layout.countAt);
  }

  get isTransactional() {
    return (this.attributes & layout.transactionalBit) !== 0;
  }

  get isControl() {
    return (this.attributes & layout.controlBit) !== 0;
  }

  private get attributes() {
    return this.bytes.readInt16BE(this.start + layout.attributesAt);
  }

  checkHeader(): void {
    const { bytes, start, size } = this;
    const magic = size > layout.magicAt ? bytes.readInt8(start + layout.magicAt) : layout.magic;
    if (magic !== layout.magic)
      throw new Error(`it is of message format ${magic}: only 2 is read, the only one of brokers since 4.0`);
    if (size < layout.recordsAt) throw new Error(`its ${size} bytes are less than a header`);
  }

  checkSum(): void {
    const { bytes, start } = this;
    const computed = crc32c(bytes.subarray(start + layout.attributesAt, this.end));
    const stored = bytes.readUInt32BE(start + layout.crcAt);
    if (computed !== stored) throw new Error(`its checksum is ${hex(computed)} and not ${hex(stored)} as stored`);
  }

  isAbortMarker(bytesMax: number): boolean {
    const markers: KafkaRecord[] = [];
    this.readInto(markers, { topic: '', partition: 0, from: this.baseOffset }, bytesMax);
    const key = markers[0]?.key; // int16 version, int16 type
    return !!key && key.length >= 4 && key.readInt16BE(2) === layout.abortMarker;
  }

  /** Appends the records from the wanted offset on; returns the bytes that they hold. */
  readInto(
    records: KafkaRecord[],
    { topic, partition, from }: Pick<ReadOptions, 'topic' | 'partition' | 'from'>,
    bytesMax: number,
  ): number {
    const { start, baseOffset, attributes, count } = this;
    if (count === 0) return 0;
    const codec = codecs[attributes & layout.codecBits];
    if (codec === undefined) throw new Error(`its codec ${attributes & layout.codecBits} is not known`);
    const plain = codec === 'none';
    const payload = this.bytes.subarray(start + layout.recordsAt, this.end);
    const bytes = plain ? this.bytes : decompress(codec, payload, bytesMax);
    const end = plain ? this.end : bytes.length;
    const batch: BatchOfRecords = {
      topic,
      partition,
      bytes,
      baseOffset,
      baseTimestamp: Number(this.bytes.readBigInt64BE(start + layout.baseTimestampAt)),
      appendedAt:
        attributes & layout.logAppendTimeBit
          ? Number(this.bytes.readBigInt64BE(start + layout.maxTimestampAt))
          : undefined,
    };
    const before = records.length;
    const fromDelta = from - baseOffset;
    const cursor = new Cursor(bytes, plain ? start + layout.recordsAt : 0);
    for (let index = 0; index < count; index++) {
      const length = cursor.varint();
      const recordAt = cursor.at;
      const timestampAt = recordAt + 1; // after the attributes, of which there are none
      cursor.at = timestampAt;
      cursor.skip();
      const offsetDelta = cursor.varint();
      const keyBytes = cursor.varint();
      const keyAt = cursor.at;
      if (keyBytes > 0) cursor.at += keyBytes;
      const valueBytes = cursor.varint();
      const valueAt = cursor.at;
      const recordEnd = recordAt + length;
      if (recordEnd > end || valueAt + valueBytes > recordEnd || cursor.at > recordEnd) {
        records.length = before;
        throw new Error(`record ${index + 1} of ${count} reaches beyond its end`);
      }
      if (offsetDelta >= fromDelta)
        records.push(new KafkaRecord(batch, offsetDelta, timestampAt, keyAt, keyBytes, valueAt, valueBytes));
      cursor.at = recordEnd;
    }
    if (cursor.at !== end) {
      records.length = before;
      throw new Error(`it holds more than the ${count} records it tells of`);
    }
    return end - (plain ? start : 0);
  }
}

const hex = (checksum: number) => checksum.toString(16).padStart(8, '0');
