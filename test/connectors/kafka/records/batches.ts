/** Record batches for tests: written by our writer, then changed where a test needs what only a broker makes. */
import { crc32c } from '@node-rs/crc32';
import type { Codec } from '../../../../connectors/kafka/records/codecs';
import { type ReadOptions, readRecords } from '../../../../connectors/kafka/records/decode';
import { RecordBatchWriter } from '../../../../connectors/kafka/records/encode';
import * as layout from '../../../../connectors/kafka/records/layout';
import type { Header } from '../../../../pipeline/batch';

export interface Item {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly Header[];
  readonly timestamp?: number;
}

export interface BatchFields {
  readonly baseOffset?: number;
  readonly producerId?: bigint;
  readonly transactional?: boolean;
  readonly codec?: Codec;
  /** Beyond the last record: the cleaner has taken the last ones out. */
  readonly lastOffsetDelta?: number;
  readonly attributes?: number;
}

export const text = (content: string): Buffer => Buffer.from(content, 'utf8');

/** @returns A batch as a broker keeps it: with its offset, and with a right checksum. */
export const batchOf = (items: readonly Item[], fields: BatchFields = {}): Buffer => {
  const writer = new RecordBatchWriter(64);
  for (const { key, value, headers = [], timestamp = 1_000 } of items) writer.append(key, value, headers, timestamp);
  const { producerId = 7n, transactional = false, codec = 'none' } = fields;
  return changed(writer.finish({ producerId, producerEpoch: 0, baseSequence: 0, transactional, codec }), fields);
};

/** A copy with other fields, its checksum made right again. */
export const changed = (batch: Buffer, { baseOffset, lastOffsetDelta, attributes }: BatchFields): Buffer => {
  const copy = Buffer.from(batch);
  if (baseOffset !== undefined) copy.writeBigInt64BE(BigInt(baseOffset), layout.baseOffsetAt);
  if (lastOffsetDelta !== undefined) copy.writeInt32BE(lastOffsetDelta, layout.lastOffsetDeltaAt);
  if (attributes !== undefined)
    copy.writeInt16BE(copy.readInt16BE(layout.attributesAt) | attributes, layout.attributesAt);
  return signed(copy);
};

/** With the checksum of what is in it. */
export const signed = (batch: Buffer): Buffer => {
  batch.writeUInt32BE(crc32c(batch.subarray(layout.attributesAt)), layout.crcAt);
  return batch;
};

/** The broker's end of a transaction. */
export const markerOf = (type: 'abort' | 'commit', producerId: bigint, baseOffset: number): Buffer =>
  batchOf([{ key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]), value: Buffer.alloc(6) }], {
    baseOffset,
    producerId,
    transactional: true,
    attributes: layout.controlBit,
  });

/** The cleaner has taken all records out and keeps the header. */
export const emptyBatch = (baseOffset: number, lastOffsetDelta: number, fields: BatchFields = {}): Buffer => {
  const header = Buffer.from(batchOf([{ key: null, value: null }], fields).subarray(0, layout.recordsAt));
  header.writeInt32BE(header.length - layout.uncountedBytes, layout.lengthAt);
  header.writeInt32BE(0, layout.countAt);
  return changed(header, { baseOffset, lastOffsetDelta });
};

export const read = (bytes: Buffer, options: Partial<ReadOptions> = {}) =>
  readRecords(bytes, { topic: 'orders', partition: 3, from: 0, aborted: [], committedOnly: true, ...options });
