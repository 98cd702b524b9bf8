/**
 * Kafka's variable-length integers: zigzag (the sign in the lowest bit), then seven bits a byte, the lowest first.
 * Every record has at least five of them.
 */

/** Reads them one after the other. Past the end it reads zeros: who reads checks `at` against the end. */
export class Cursor {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  /** Of 32 bits. */
  varint(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f && shift < 35; shift += 7) {
      byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
    }
    this.at = at;
    return (value >>> 1) ^ -(value & 1);
  }

  /** Of 64 bits; exact within ±2^52, far beyond any time in milliseconds. */
  varlong(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    const isNegative = (byte & 1) === 1; // not by `%`, which is a call for what is no small integer
    let half = (byte & 0x7f) >> 1;
    for (let factor = 0x40, read = 1; byte > 0x7f && read < 10; factor *= 0x80, read++) {
      byte = bytes[this.at++] as number;
      half += (byte & 0x7f) * factor;
    }
    return isNegative ? -half - 1 : half;
  }

  /** Over one of either kind. */
  skip(): void {
    const { bytes } = this;
    let at = this.at;
    while ((bytes[at++] as number) > 0x7f);
    this.at = at;
  }
}

/** The bytes that a varint of 32 bits takes: 1 to 5. */
export const varintBytes = (value: number): number => {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
};

/** Writes a varint of 32 bits; returns the position after it. */
export const writeVarint = (bytes: Uint8Array, at: number, value: number): number => {
  let next = at;
  let zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  while (zigzag > 0x7f) {
    bytes[next++] = (zigzag & 0x7f) | 0x80;
    zigzag >>>= 7;
  }
  bytes[next++] = zigzag;
  return next;
};

const isInt32 = (value: number) => (value | 0) === value;

/** The bytes that a varlong takes: 1 to 10. @param value A whole number within ±2^52. */
export const varlongBytes = (value: number): number => {
  if (isInt32(value)) return varintBytes(value);
  let size = 1;
  for (let rest = zigzagOf(value); rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
  return size;
};

/** Writes a varlong; returns the position after it. @param value A whole number within ±2^52. */
export const writeVarlong = (bytes: Uint8Array, at: number, value: number): number => {
  if (isInt32(value)) return writeVarint(bytes, at, value);
  let next = at;
  let rest = zigzagOf(value);
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[next++] = (rest % 0x80) | 0x80;
  bytes[next++] = rest;
  return next;
};

const zigzagOf = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);
