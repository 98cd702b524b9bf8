/**
 * Their value → what a field of ours takes. What cannot be cast stays as it is: the map step then tells what is wrong with
 * it, for that record. Nothing is rounded but times finer than a millisecond.
 *
 * | field | without `as` | with `as` |
 * |---|---|---|
 * | text | text; numbers and booleans by their shortest text | `text` |
 * | amount | decimals and text as they are, numbers (double, int, long) by their shortest text | `hundredths`, `thousandths`, `ten_thousandths`: whole numbers of them |
 * | time | milliseconds or ISO 8601 with a zone | `seconds`, `microseconds`, `nanoseconds`, `milliseconds`, `iso` |
 * | quantity | whole numbers, also as a double, decimal or text | |
 * | flag | true and false | `boolean`: also "true", "false", "yes", "no", 1, 0 |
 * | attribute | text, long, double, boolean as they are; a decimal as its text | `text`, `number`, `boolean` |
 */
import type { Leaf } from './fields';

export type Cast = (value: unknown) => unknown;

export const castNames = [
  'text',
  'number',
  'boolean',
  'hundredths',
  'thousandths',
  'ten_thousandths',
  'iso',
  'seconds',
  'milliseconds',
  'microseconds',
  'nanoseconds',
] as const;
export type CastName = (typeof castNames)[number];

const asText: Cast = value => {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return value;
  }
};

/** Text, as a bigint has no place among amounts, and a number means itself to the map step anyway. */
const asAmount: Cast = value => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value);

const WHOLE = /^-?\d{1,30}$/;

/** Whole numbers of a part of the unit: the point is moved in the text, so that nothing is rounded. */
const asParts =
  (places: number): Cast =>
  value => {
    const text = typeof value === 'string' ? value.replace(/\.0*$/, '') : asText(value);
    if (typeof text !== 'string' || !WHOLE.test(text)) return notWhole(value);
    const negative = text.startsWith('-');
    const digits = (negative ? text.slice(1) : text).padStart(places + 1, '0');
    return `${negative ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  };

/** 12.5 cents must not be taken for 12.5 units: no amount at all, which the map step refuses. */
const notWhole = (value: unknown): unknown =>
  value === null || value === undefined ? value : `${asText(value)} parts`;

const asTime =
  (perSecond: 1n | 1_000n | 1_000_000n | 1_000_000_000n): Cast =>
  value => {
    if (typeof value === 'number' && !Number.isInteger(value)) {
      return Number.isFinite(value) ? Math.floor((value * 1000) / Number(perSecond)) : value;
    }
    const text = asText(value);
    if (typeof text !== 'string' || !WHOLE.test(text)) return value;
    const whole = BigInt(text);
    const millis = perSecond <= 1_000n ? whole * (1_000n / perSecond) : floorDivide(whole, perSecond / 1_000n);
    return Number(millis);
  };

const floorDivide = (value: bigint, divisor: bigint): bigint =>
  value < 0n && value % divisor !== 0n ? value / divisor - 1n : value / divisor;

const asWhole: Cast = value => {
  const text = asText(value);
  if (typeof text !== 'string' || !/^-?\d{1,15}(?:\.0*)?$/.test(text)) return value;
  return Number(text);
};

const asFlag: Cast = value => {
  switch (typeof value === 'string' ? value.trim().toLowerCase() : asText(value)) {
    case 'true':
    case 'yes':
    case '1':
      return true;
    case 'false':
    case 'no':
    case '0':
      return false;
    default:
      return value;
  }
};

const asNumber: Cast = value => {
  if (typeof value !== 'string' || value.trim() === '') return value;
  if (/^-?\d{1,18}$/.test(value)) return BigInt(value);
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
};

const asItIs: Cast = value => value;

const byName: Readonly<Record<CastName, Cast>> = {
  text: asText,
  number: asNumber,
  boolean: asFlag,
  hundredths: asParts(2),
  thousandths: asParts(3),
  ten_thousandths: asParts(4),
  iso: asItIs,
  seconds: asTime(1n),
  milliseconds: asTime(1_000n),
  microseconds: asTime(1_000_000n),
  nanoseconds: asTime(1_000_000_000n),
};

/** What each kind of field takes; the first is what happens without `as`. */
const castsOf: Readonly<Record<Leaf, readonly [Cast, ...CastName[]]>> = {
  text: [asText, 'text'],
  amount: [asAmount, 'hundredths', 'thousandths', 'ten_thousandths'],
  time: [asItIs, 'iso', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds'],
  whole: [asWhole],
  flag: [asItIs, 'boolean'],
  attribute: [asItIs, 'text', 'number', 'boolean'],
};

export const castNamesOf = (leaf: Leaf): readonly CastName[] => castsOf[leaf].slice(1) as CastName[];

export const castOf = (leaf: Leaf, as?: CastName): Cast => (as === undefined ? castsOf[leaf][0] : byName[as]);
