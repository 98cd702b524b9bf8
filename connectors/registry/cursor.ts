/**
 * Reads and writes Avro's binary encoding at a position in a buffer. Our avsc types (types.ts) are driven by it in place of
 * avsc's own tap, under the names avsc calls: it refuses to read past the end, where avsc's goes on with zeros (an absurd
 * array length then loops for hours, and a length that is not a number breaks its shared buffer pool for good); it knows
 * longs and decimals exactly; and it is reused from record to record.
 */
import { decimalBytes, integerLength, OUR_SCALE, tenThousandths, textOfUnscaled, writeInteger } from './decimal';

/** The bytes are not what the schema says. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

const SHORT_TEXT = 16;
const BYTES_FIRST = 1024;

export class Cursor {
  /** Named as avsc's tap names them: its types touch both. */
  buf: Buffer = EMPTY;
  pos = 0;
  private end = 0;
  /** Views of `viewed` by their length: most values are of few lengths, and a view is a dear object. */
  private views: Buffer[] = [];
  private viewed: Buffer = EMPTY;

  /** Starts reading at `from`. */
  open(bytes: Buffer, from: number): void {
    this.buf = bytes;
    this.pos = from;
    this.end = bytes.length;
  }

  /** Forgets the bytes, so that a kept cursor does not keep a fetch alive. */
  close(): void {
    this.buf = EMPTY;
    this.pos = 0;
    this.end = 0;
  }

  get left(): number {
    return this.end - this.pos;
  }

  // Reading

  readBoolean(): boolean {
    const byte = this.byte();
    if (byte > 1) throw new Malformed(`a boolean of ${byte}`);
    return byte === 1;
  }

  skipBoolean(): void {
    this.skip(1);
  }

  readInt(): number {
    const value = this.readLong();
    if (value !== (value | 0)) throw new Malformed('an int of more than 32 bits');
    return value;
  }

  /** As a number: exact up to 2^53, the nearest one beyond. */
  readLong(): number {
    let byte = this.byte();
    if (byte < 0x80) return (byte >> 1) ^ -(byte & 1);
    let low = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    const high = this.highBits();
    // low has 28 bits, high the 36 above: value = (high:low) >>> 1, negated bitwise where the lowest bit is set.
    const half = high * 0x8000000 + (low >>> 1);
    return (low & 1) === 1 ? -half - 1 : half;
  }

  /** Exact. */
  readBigLong(): bigint {
    const start = this.pos;
    const value = this.readLong();
    if (Number.isSafeInteger(value)) return BigInt(value);
    this.pos = start;
    let zigzag = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      zigzag |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (zigzag >> 1n) ^ -(zigzag & 1n);
  }

  /** The bits from the 29th on; at most 64 in all. */
  private highBits(): number {
    let high = 0;
    let factor = 1;
    for (let count = 4; count < 10; count++) {
      const byte = this.byte();
      if (count === 9 && byte > 1) break;
      high += (byte & 0x7f) * factor;
      if (byte < 0x80) return high;
      factor *= 128;
    }
    throw new Malformed('a long of more than 64 bits');
  }

  skipInt(): void {
    this.readLong();
  }

  skipLong(): void {
    this.readLong();
  }

  readFloat(): number {
    return this.buf.readFloatLE(this.take(4));
  }

  skipFloat(): void {
    this.skip(4);
  }

  readDouble(): number {
    return this.buf.readDoubleLE(this.take(8));
  }

  skipDouble(): void {
    this.skip(8);
  }

  /** A copy: the value may outlive the fetched bytes. */
  readFixed(length: number): Buffer {
    const start = this.take(length);
    return Buffer.from(this.buf.subarray(start, start + length));
  }

  skipFixed(length: number): void {
    this.skip(length);
  }

  readBytes(): Buffer {
    return this.readFixed(this.readLong());
  }

  skipBytes(): void {
    this.skip(this.readLong());
  }

  readString(): string {
    const length = this.readLong();
    const start = this.take(length);
    return length <= SHORT_TEXT ? shortText(this.buf, start, start + length) : utf8(this.buf, start, start + length);
  }

  /** A string that comes with many records: the same one is not made anew each time. */
  readName(): string {
    const start = this.pos;
    const length = this.readLong();
    const at = this.take(length);
    if (length > SHORT_TEXT) return utf8(this.buf, at, at + length);
    const { buf } = this;
    let hash = length;
    for (let index = at; index < at + length; index++) hash = (Math.imul(hash, 31) + (buf[index] as number)) | 0;
    const known = NAMES[hash & NAMES_MASK] as string;
    if (known.length === length && isAscii(known, buf, at)) return known;
    this.pos = start;
    const name = this.readString();
    NAMES[hash & NAMES_MASK] = name;
    return name;
  }

  skipString(): void {
    this.skip(this.readLong());
  }

  /** Which branch of a union of so many follows. */
  readBranch(branches: number): number {
    const byte = this.pos < this.end ? (this.buf[this.pos] as number) : 0xff;
    if ((byte & 0x81) === 0 && byte < 2 * branches) {
      this.pos++;
      return byte >> 1;
    }
    const index = this.readLong();
    if (!(index >= 0 && index < branches)) throw new Malformed(`branch ${index} of a union of ${branches}`);
    return index;
  }

  /** Elements in the next block of an array or map, 0 at its end. Each takes a byte at least: more cannot be there. */
  readCount(before: number): number {
    let count = this.readLong();
    if (count < 0) {
      count = -count;
      this.readLong(); // the block's size
    }
    if (!(before + count <= this.end)) throw new Malformed(`a list of ${before + count} in ${this.end} bytes`);
    return count;
  }

  /** As `readCount`; a block that tells its size is skipped at once, and counted as −1. */
  skipCount(): number {
    const count = this.readLong();
    if (count > this.end) throw new Malformed(`a list of ${count} in ${this.end} bytes`);
    if (count >= 0) return count;
    this.skip(this.readLong());
    return -1;
  }

  /** A decimal with `scale` places in `length` bytes (in as many as its own prefix says, when absent). */
  readDecimal(scale: number, length = this.readLong()): number | string {
    const start = this.take(length);
    return tenThousandths(this.buf, start, start + length, scale);
  }

  readDecimalText(scale: number, length = this.readLong()): string {
    const start = this.take(length);
    return textOfUnscaled(this.buf, start, start + length, scale);
  }

  private byte(): number {
    if (this.pos >= this.end) throw new Malformed('they end too soon');
    return this.buf[this.pos++] as number;
  }

  /** Where so many bytes start. */
  private take(length: number): number {
    const start = this.pos;
    this.skip(length);
    return start;
  }

  skip(length: number): void {
    // A long beyond 2^53 is no length either, and NaN fails both.
    if (!(length >= 0 && length <= this.end - this.pos)) throw new Malformed('they end too soon');
    this.pos += length;
  }

  // Writing, into a buffer that grows

  /** Starts writing after `reserved` bytes. */
  start(reserved: number): void {
    if (this.buf.length < BYTES_FIRST) this.buf = Buffer.allocUnsafeSlow(BYTES_FIRST);
    this.pos = reserved;
  }

  /** What was written, in the cursor's own buffer: valid until the next `start`. */
  written(): Buffer {
    const { buf, pos } = this;
    if (pos >= BYTES_FIRST) return buf.subarray(0, pos);
    if (this.viewed !== buf) {
      this.viewed = buf;
      this.views = [];
    }
    const view = this.views[pos] ?? buf.subarray(0, pos);
    this.views[pos] = view;
    return view;
  }

  writeBoolean(value: boolean): void {
    this.reserve(1);
    this.buf[this.pos++] = value ? 1 : 0;
  }

  /** The branch of a union of less than 64. */
  writeBranch(index: number): void {
    this.reserve(1);
    this.buf[this.pos++] = index << 1;
  }

  writeInt(value: number): void {
    this.writeLong(value);
  }

  /** A safe integer. */
  writeLong(value: number): void {
    this.reserve(10);
    const { buf } = this;
    if (value >= -0x40000000 && value < 0x40000000) {
      let zigzag = (value << 1) ^ (value >> 31);
      while (zigzag & ~0x7f) {
        buf[this.pos++] = (zigzag & 0x7f) | 0x80;
        zigzag >>>= 7;
      }
      buf[this.pos++] = zigzag;
      return;
    }
    // Twice a safe integer may not be safe: 28 bits, and the 26 above. Without `%`, which is a call for what is no small integer.
    const magnitude = value < 0 ? -value - 1 : value;
    let high = Math.floor(magnitude / 0x8000000) | 0;
    const low = ((magnitude - high * 0x8000000) << 1) | (value < 0 ? 1 : 0);
    let { pos } = this;
    buf[pos++] = low | 0x80;
    buf[pos++] = (low >>> 7) | 0x80;
    buf[pos++] = (low >>> 14) | 0x80;
    buf[pos++] = (low >>> 21) | 0x80;
    for (; high > 0x7f; high >>>= 7) buf[pos++] = high | 0x80;
    buf[pos++] = high;
    this.pos = pos;
  }

  writeBigLong(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) {
      this.writeLong(number);
      return;
    }
    this.reserve(10);
    let zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (zigzag > 0x7fn) {
      this.buf[this.pos++] = Number(zigzag & 0x7fn) | 0x80;
      zigzag >>= 7n;
    }
    this.buf[this.pos++] = Number(zigzag);
  }

  writeFloat(value: number): void {
    this.reserve(4);
    this.pos = this.buf.writeFloatLE(value, this.pos);
  }

  writeDouble(value: number): void {
    this.reserve(8);
    this.pos = this.buf.writeDoubleLE(value, this.pos);
  }

  writeFixed(value: Uint8Array): void {
    this.reserve(value.length);
    this.buf.set(value, this.pos);
    this.pos += value.length;
  }

  writeBytes(value: Uint8Array): void {
    this.writeLong(value.length);
    this.writeFixed(value);
  }

  writeString(value: string): void {
    const { length } = value;
    if (length < 64) {
      // Mostly ASCII, and short: one pass, with a length of one byte.
      this.reserve(length + 1);
      const { buf, pos } = this;
      let at = 0;
      for (; at < length; at++) {
        const unit = value.charCodeAt(at);
        if (unit > 0x7f) break;
        buf[pos + 1 + at] = unit;
      }
      if (at === length) {
        buf[pos] = length << 1;
        this.pos = pos + 1 + length;
        return;
      }
    }
    const bytes = Buffer.byteLength(value);
    this.writeLong(bytes);
    this.reserve(bytes);
    this.buf.write(value, this.pos, bytes, 'utf8');
    this.pos += bytes;
  }

  /** avsc's name: a default, encoded ahead of time, one character a byte. */
  writeBinary(value: string, length: number): void {
    this.reserve(length);
    this.buf.write(value, this.pos, length, 'latin1');
    this.pos += length;
  }

  /** Whole ten-thousandths, or decimal text with at most `scale` places; throws a RangeError where it does not fit. */
  writeDecimal(value: number | string, scale: number): void {
    if (scale === OUR_SCALE && Number.isSafeInteger(value)) {
      const length = integerLength(value as number);
      this.reserve(length + 1);
      this.buf[this.pos++] = length << 1;
      writeInteger(value as number, this.buf, this.pos, length);
      this.pos += length;
      return;
    }
    const bytes = decimalBytes(value, scale);
    this.writeBytes(bytes);
  }

  private reserve(length: number): void {
    const needed = this.pos + length;
    if (needed <= this.buf.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buf.length * 2));
    this.buf.copy(larger, 0, 0, this.pos);
    this.buf = larger;
  }
}

const EMPTY = Buffer.alloc(0);

// What Buffer's own toString calls, without looking up the encoding each time.
const utf8 = (bytes: Buffer, start: number, end: number): string =>
  (bytes as Buffer & { utf8Slice(start: number, end: number): string }).utf8Slice(start, end);

/** Up to SHORT_TEXT bytes of ASCII, which is what ids and currencies are; a call into C++ would cost more. */
const shortText = (bytes: Buffer, start: number, end: number): string => {
  const units = UNITS[end - start] as number[];
  for (let at = start; at < end; at++) {
    const unit = bytes[at] as number;
    if (unit > 0x7f) return utf8(bytes, start, end);
    units[at - start] = unit;
  }
  return String.fromCharCode.apply(null, units);
};

const NAMES_MASK = 0x1ff;
/** By a hash of their bytes. */
const NAMES = new Array<string>(NAMES_MASK + 1).fill('');

/** Whether the text is what the bytes say; of text beyond ASCII never. */
const isAscii = (text: string, bytes: Buffer, start: number): boolean => {
  for (let at = 0; at < text.length; at++) {
    const byte = bytes[start + at] as number;
    if (byte > 0x7f || text.charCodeAt(at) !== byte) return false;
  }
  return true;
};

const UNITS = Array.from({ length: SHORT_TEXT + 1 }, (_, length) => new Array<number>(length).fill(0));
