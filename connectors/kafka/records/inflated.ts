/**
 * How much compressed bytes may become, told from their framing alone, for the codecs whose libraries take no limit.
 * snappy says its size; lz4 and zstd frames are walked block by block, each block counted as full: for frames as Kafka
 * clients write them that is at most one block too much.
 */

/** Exact: a snappy block begins with its size, as an unsigned varint. */
export const snappyBytes = (bytes: Buffer): number => {
  let size = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    size += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return size;
  }
  throw new Error('a snappy block does not begin with its size');
};

/** At the most. Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md */
export const lz4BytesMax = (bytes: Buffer): number => {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== 0x184d2204) throw new Error('it is no lz4 frame');
  const flags = bytes.readUInt8(4);
  const blockChecksumBytes = flags & 0x10 ? 4 : 0;
  const blockBytesMax = 2 ** (8 + 2 * ((bytes.readUInt8(5) >> 4) & 0x07)); // 4 → 64 KiB … 7 → 4 MiB
  let at = 4 + 2 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0) + 1;
  let total = 0;
  while (at + 4 <= bytes.length) {
    const block = bytes.readUInt32LE(at);
    if (block === 0) return Math.min(total, 255 * bytes.length); // no lz4 byte stands for more than 255
    const length = block % 0x8000_0000;
    total += block === length ? blockBytesMax : length; // the highest bit: not compressed
    at += 4 + length + blockChecksumBytes;
  }
  throw new Error('an lz4 frame is cut off');
};

/** At the most. Source: RFC 8878, section 3.1 */
export const zstdBytesMax = (bytes: Buffer): number => {
  let at = 0;
  let total = 0;
  while (at < bytes.length) {
    if (at + 6 > bytes.length) throw cutOff();
    const magic = bytes.readUInt32LE(at);
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + (at + 8 <= bytes.length ? bytes.readUInt32LE(at + 4) : bytes.length); // a frame to be skipped
      continue;
    }
    if (magic !== 0xfd2fb528) throw new Error('it is no zstd frame');
    const descriptor = bytes.readUInt8(at + 4);
    const single = (descriptor & 0x20) !== 0;
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03] as number;
    at += 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    let last = false;
    while (!last) {
      if (at + 3 > bytes.length) throw cutOff();
      const header = bytes.readUIntLE(at, 3);
      last = (header & 1) === 1;
      const type = (header >> 1) & 0x03;
      const size = header >> 3;
      total += type === compressedBlock ? zstdBlockBytesMax : size;
      at += 3 + (type === repeatedByte ? 1 : size);
    }
    if (descriptor & 0x04) at += 4; // checksum
  }
  return total;
};

const repeatedByte = 1;
const compressedBlock = 2;
const zstdBlockBytesMax = 128 * 1024;
const cutOff = () => new Error('a zstd frame is cut off');
