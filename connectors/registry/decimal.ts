/**
 * Avro's decimals, exactly: two's complement, big-endian, of any length, with a scale that the schema tells. As a number they
 * are whole ten-thousandths (a safe integer), as text the decimal itself (`12.50`).
 */

/** Places of our own decimals. */
export const OUR_SCALE = 4;
/** More would only cost time: amounts beyond 15 digits are refused anyway. */
const BYTES_MAX = 128;

const POWERS_OF_TEN = [1, 10, 100, 1_000, 10_000] as const;
const TWO_32 = 0x1_0000_0000;

/** Whole ten-thousandths where they are exact and safe, else the exact text; `scale` is the writer's. */
export const tenThousandths = (bytes: Buffer, start: number, end: number, scale: number): number | string => {
  if (scale === OUR_SCALE && end - start <= 4) return shortInteger(bytes, start, end);
  const unscaled = safeInteger(bytes, start, end);
  if (unscaled !== undefined && scale <= OUR_SCALE) {
    const value = unscaled * (POWERS_OF_TEN[OUR_SCALE - scale] as number);
    if (Number.isSafeInteger(value)) return value;
  }
  return textOfUnscaled(bytes, start, end, scale);
};

/** Exact text with `scale` places: −1250 of scale 2 is `-12.50`. */
export const textOfUnscaled = (bytes: Buffer, start: number, end: number, scale: number): string =>
  withPoint(String(safeInteger(bytes, start, end) ?? bigInteger(bytes, start, end)), scale);

const withPoint = (digits: string, scale: number): string => {
  if (scale === 0) return digits;
  const sign = digits[0] === '-' ? '-' : '';
  const magnitude = (sign === '' ? digits : digits.slice(1)).padStart(scale + 1, '0');
  return `${sign}${magnitude.slice(0, -scale)}.${magnitude.slice(-scale)}`;
};

/** Two's complement of up to 32 bits: most amounts. */
const shortInteger = (bytes: Buffer, start: number, end: number): number => {
  if (start >= end) return 0;
  let value = ((bytes[start] as number) << 24) >> 24;
  for (let at = start + 1; at < end; at++) value = (value << 8) | (bytes[at] as number);
  return value;
};

/** Two's complement of up to 53 bits, or undefined. Zero bytes are zero, as Java's writers may write it. */
const safeInteger = (bytes: Buffer, start: number, end: number): number | undefined => {
  if (start >= end) return 0;
  let at = start;
  const sign = (bytes[start] as number) > 0x7f ? 0xff : 0;
  // Writers with a fixed length fill up with the sign.
  while (end - at > 7 && bytes[at] === sign && (bytes[at + 1] as number) >> 7 === sign >> 7) at++;
  if (end - at > 7) return undefined;
  let high = sign === 0 ? 0 : -1;
  let low = 0;
  const middle = end - 4;
  for (; at < middle; at++) high = (high << 8) | (bytes[at] as number);
  if (end - at < 4 && sign !== 0) low = 0xffffffff;
  for (; at < end; at++) low = (low << 8) | (bytes[at] as number);
  const value = high * TWO_32 + (low >>> 0);
  return Number.isSafeInteger(value) ? value : undefined;
};

const bigInteger = (bytes: Buffer, start: number, end: number): bigint => {
  if (end - start > BYTES_MAX) throw new RangeError(`a decimal of ${end - start} bytes`);
  return BigInt.asIntN((end - start) * 8, BigInt(`0x${bytes.toString('hex', start, end)}`));
};

/** The least bytes of a decimal; throws a RangeError where it is none or has more places than `scale`. */
export const decimalBytes = (value: number | string, scale: number): Uint8Array => {
  const unscaled = typeof value === 'number' ? unscaledOfNumber(value, scale) : unscaledOfText(value, scale);
  if (unscaled === undefined) throw new RangeError(`a decimal with at most ${scale} places`);
  return bigBytes(unscaled);
};

const unscaledOfNumber = (value: number, scale: number): bigint | undefined => {
  if (!Number.isSafeInteger(value)) return undefined;
  return rescaled(BigInt(value), OUR_SCALE, scale);
};

const unscaledOfText = (text: string, scale: number): bigint | undefined => {
  const parts = /^([+-]?)(\d{0,400})(?:\.(\d{0,400}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  const places = fraction.length - Number(exponent);
  const magnitude = rescaled(BigInt(whole + fraction), places, scale);
  return sign === '-' && magnitude !== undefined ? -magnitude : magnitude;
};

const rescaled = (unscaled: bigint, from: number, to: number): bigint | undefined => {
  if (from <= to) return unscaled * 10n ** BigInt(to - from);
  const divisor = 10n ** BigInt(from - to);
  return unscaled % divisor === 0n ? unscaled / divisor : undefined;
};

const bigBytes = (value: bigint): Uint8Array => {
  let length = 1;
  while (BigInt.asIntN(length * 8, value) !== value) length++;
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  return Buffer.from(hex, 'hex');
};

/** How many bytes a safe integer takes. */
export const integerLength = (value: number): number => {
  const magnitude = value < 0 ? -value - 1 : value;
  if (magnitude < 0x80) return 1;
  if (magnitude < 0x8000) return 2;
  if (magnitude < 0x800000) return 3;
  if (magnitude < 0x80000000) return 4;
  if (magnitude < 0x8000000000) return 5;
  return magnitude < 0x800000000000 ? 6 : 7;
};

/** Writes a safe integer in so many bytes. */
export const writeInteger = (value: number, target: Buffer, start: number, length: number): void => {
  if (length <= 4) {
    for (let at = length - 1, rest = value; at >= 0; at--, rest >>= 8) target[start + at] = rest;
    return;
  }
  const high = Math.floor(value / TWO_32);
  const low = value | 0;
  for (let at = 0; at < length; at++) {
    const shift = (length - 1 - at) * 8;
    target[start + at] = shift < 32 ? low >>> shift : high >> (shift - 32);
  }
};
