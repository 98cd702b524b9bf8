/**
 * The codecs of record batches, both ways and synchronous: a batch is decompressed as one, between two records of a fetch.
 * What a batch would become is checked before or while it is decompressed, so that a bomb is an error and not the end of
 * the process.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { Decoder, Encoder } from '@toondepauw/node-zstd';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import { compressSync, uncompressSync } from 'snappy';
import { lz4BytesMax, snappyBytes, zstdBytesMax } from './inflated';

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
/** The position in the list is the number in the batch's attributes. */
export type Codec = (typeof codecs)[number];

/** @throws Error when what is compressed is damaged, or would take more than `bytesMax`. */
export const decompress = (codec: Codec, bytes: Buffer, bytesMax: number): Buffer =>
  decompressors[codec](bytes, bytesMax);

export const compress = (codec: Codec, bytes: Buffer): Buffer => compressors[codec](bytes);

const decompressors: Record<Codec, (bytes: Buffer, bytesMax: number) => Buffer> = {
  none: bytes => bytes,
  gzip: (bytes, bytesMax) => {
    try {
      return gunzipSync(bytes, { maxOutputLength: bytesMax, chunkSize: 65_536 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge(bytesMax);
      throw error;
    }
  },
  snappy: (bytes, bytesMax) => {
    const framed = bytes.length >= xerialHeader.length && bytes.subarray(0, xerialMagicBytes).equals(xerialMagic);
    const blocks = framed ? xerialBlocks(bytes) : [bytes];
    refuse(
      blocks.reduce((sum, block) => sum + snappyBytes(block), 0),
      bytesMax,
    );
    const parts = blocks.map(block => uncompressSync(block) as Buffer);
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  },
  lz4: (bytes, bytesMax) => {
    refuse(lz4BytesMax(bytes), bytesMax);
    return decompressFrameSync(bytes);
  },
  zstd: (bytes, bytesMax) => {
    refuse(zstdBytesMax(bytes), bytesMax);
    return zstdDecoder.decodeSync(bytes);
  },
};

const compressors: Record<Codec, (bytes: Buffer) => Buffer> = {
  none: bytes => bytes,
  gzip: bytes => gzipSync(bytes),
  snappy: bytes => {
    const block = compressSync(bytes);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return Buffer.concat([xerialHeader, length, block]);
  },
  lz4: bytes => compressFrameSync(bytes),
  zstd: bytes => zstdEncoder.encodeSync(bytes),
};

// Java writes snappy in the framing of snappy-java ("xerial"): a header, then blocks, each after its length. Others write
// one bare block. Java reads both.
const xerialMagicBytes = 8;
const xerialHeader = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
const xerialMagic = xerialHeader.subarray(0, xerialMagicBytes);

const xerialBlocks = (bytes: Buffer): Buffer[] => {
  const blocks: Buffer[] = [];
  let at = xerialHeader.length;
  while (at < bytes.length) {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : Number.POSITIVE_INFINITY;
    at += 4;
    if (at + length > bytes.length) throw new Error('a snappy block reaches beyond the batch');
    blocks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return blocks;
};

const zstdDecoder = new Decoder();
const zstdEncoder = new Encoder(3); // Kafka's own default level

const refuse = (size: number, bytesMax: number) => {
  if (size > bytesMax) throw new TooLarge(bytesMax);
};

/** More bytes than we are ready to hold for one batch. */
class TooLarge extends Error {
  constructor(bytesMax: number) {
    super(`decompressed it may take more than the ${bytesMax} bytes we accept of one batch`);
  }
}
