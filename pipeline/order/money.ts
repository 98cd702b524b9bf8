/**
 * Exact money: whole ten-thousandths in a safe integer, so that sums never meet a float. An amount that would have to be
 * rounded is refused instead: more than 4 decimal places, or more than 15 significant digits (what a JSON number, a
 * double, gives back digit by digit). It becomes a JSON number in the ODP body only.
 */

declare const money: unique symbol;

/** Whole ten-thousandths of a currency unit: 125000 is 12.50. A safe integer, never −0. */
export type Money = number & { readonly [money]: true };

export const zero = 0 as Money;

/** What an amount must be and is not; completes the sentence "… as it must be". */
export type MoneyProblem =
  | 'a decimal such as "12.50" (text), or whole ten-thousandths (a number)'
  | 'whole ten-thousandths where it is a number; write a decimal as text, such as "12.50"'
  | 'exact with at most 4 decimal places'
  | 'exact with at most 15 significant digits'
  | 'below 900719925474.0992, the largest amount that can be kept exactly';

const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const SIGNIFICANT_MAX = 15;
/** Below it no whole number has more than 15 digits. */
const FIFTEEN_DIGITS = 1e15;

/**
 * Reads an amount: a number is whole ten-thousandths already (our decoder's form); text is a decimal such as `12.50`,
 * `-3`, `.5` or `1.2E-3`, without blanks or commas. Zeros at the end do not count as digits.
 */
export const parseMoney = (value: unknown): Money | MoneyProblem => {
  if (typeof value === 'number') {
    if (value > -FIFTEEN_DIGITS && value < FIFTEEN_DIGITS && Math.floor(value) === value) return (value + 0) as Money;
    return largeNumber(value);
  }
  return typeof value === 'string'
    ? parseText(value)
    : 'a decimal such as "12.50" (text), or whole ten-thousandths (a number)';
};

const largeNumber = (value: number): Money | MoneyProblem => {
  if (!Number.isInteger(value))
    return 'whole ten-thousandths where it is a number; write a decimal as text, such as "12.50"';
  if (!Number.isSafeInteger(value)) return 'below 900719925474.0992, the largest amount that can be kept exactly';
  return exact(value) ?? 'exact with at most 15 significant digits';
};

/** A safe integer has 16 digits at most, so that one zero at its end makes them 15. */
const exact = (value: number): Money | null =>
  Number.isSafeInteger(value) && (Math.abs(value) < FIFTEEN_DIGITS || value % 10 === 0) ? ((value + 0) as Money) : null;

const ZERO = 48;
const NINE = 57;

const parseText = (text: string): Money | MoneyProblem => {
  const first = text.charCodeAt(0);
  const signed = first === 43 || first === 45; // + -
  // The value read so far is mantissa × 10^exponent, where the mantissa has no zero at its end.
  let mantissa = 0;
  let exponent = 0;
  let significant = 0;
  let places = -1; // decimal places seen, −1 before the point
  let seen = 0;
  let at = signed ? 1 : 0;
  for (; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 46 && places < 0) {
      places = 0;
      continue;
    }
    if (character < ZERO || character > NINE) break;
    seen++;
    if (places >= 0) places++;
    if (character === ZERO) {
      if (places < 0 && mantissa !== 0) exponent++;
      continue;
    }
    const shift = places < 0 ? exponent + 1 : exponent + places;
    significant = mantissa === 0 ? 1 : significant + shift;
    // Beyond 15 digits it means nothing any more, and we go on only to learn whether it is a decimal at all.
    mantissa = mantissa * (POWERS_OF_TEN[mantissa === 0 ? 0 : shift] as number) + (character - ZERO);
    exponent = places < 0 ? 0 : -places;
  }
  if (seen === 0) return 'a decimal such as "12.50" (text), or whole ten-thousandths (a number)';
  if (at < text.length) {
    const power = parseExponent(text, at);
    if (Number.isNaN(power)) return 'a decimal such as "12.50" (text), or whole ten-thousandths (a number)';
    exponent += power;
  }
  if (mantissa === 0) return zero;
  if (significant > SIGNIFICANT_MAX) return 'exact with at most 15 significant digits';
  if (exponent < -4) return 'exact with at most 4 decimal places';
  const scaled = exponent > 11 ? Number.POSITIVE_INFINITY : mantissa * (POWERS_OF_TEN[exponent + 4] as number);
  if (scaled > Number.MAX_SAFE_INTEGER) return 'below 900719925474.0992, the largest amount that can be kept exactly';
  return (first === 45 ? -scaled : scaled) as Money;
};

/** `e3`, `E-3`, `e+12` from `at` to the end, or NaN. */
const parseExponent = (text: string, at: number): number => {
  const digits = text.slice(at + 1);
  return (text[at] === 'e' || text[at] === 'E') && /^[+-]?\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
};

/** Exact, or null where the result would not be: beyond safe integers or 15 significant digits. */
export const add = (a: Money, b: Money): Money | null => exact(a + b);
export const subtract = (a: Money, b: Money): Money | null => exact(a - b);
export const times = (a: Money, quantity: number): Money | null => exact(a * quantity);

/** Without −0, which JSON would lose and a comparison would find. */
export const negative = (amount: Money): Money => (0 - amount) as Money;

/**
 * The double nearest to the decimal, whose shortest text is that decimal: IEEE division rounds correctly, and with 15
 * significant digits no other decimal as short lies on the same double.
 */
export const toJsonNumber = (amount: Money): number => amount / 10_000;

/** Exact decimal text, such as `-12.5`. */
export const moneyText = (amount: Money): string => String(toJsonNumber(amount));
