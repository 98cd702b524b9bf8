import fc from 'fast-check';
import {
  add,
  type Money,
  moneyText,
  negative,
  parseMoney,
  subtract,
  times,
  toJsonNumber,
} from '../../../pipeline/order/money';

const MAX = Number.MAX_SAFE_INTEGER;

test.each<[unknown, number]>([
  // A number is whole ten-thousandths.
  [125_000, 125_000],
  [0, 0],
  [-0, 0],
  [-1, -1],
  [999_999_999_999_999, 999_999_999_999_999],
  [9_007_199_254_740_990, 9_007_199_254_740_990],
  // Text is a decimal.
  ['12.50', 125_000],
  ['12.5000000', 125_000],
  ['12', 120_000],
  ['12.', 120_000],
  ['.5', 5_000],
  ['-.5', -5_000],
  ['+3', 30_000],
  ['-30.25', -302_500],
  ['0', 0],
  ['-0.0', 0],
  ['000.1', 1_000],
  ['0001234.5', 12_345_000],
  ['100', 1_000_000],
  ['1000200', 10_002_000_000],
  ['10.02', 100_200],
  ['10.0201', 100_201],
  ['0.0001', 1],
  ['0.00010', 1],
  ['1e3', 10_000_000],
  ['1E-3', 10],
  ['1.5e+2', 1_500_000],
  ['12345e-4', 12_345],
  ['120000e-5', 12_000],
  ['0e999', 0],
  ['99999999999.9999', 999_999_999_999_999],
  ['900719925474.099', 9_007_199_254_740_990],
  ['900000000000', 9_000_000_000_000_000],
  ['9e11', 9_000_000_000_000_000],
])('%p is %p ten-thousandths', (value, expected) => {
  expect(parseMoney(value)).toBe(expected);
});

test.each<[unknown, RegExp]>([
  ['', /decimal such as/],
  [' ', /decimal such as/],
  ['12,50', /decimal such as/],
  [' 12.50', /decimal such as/],
  ['12.50 ', /decimal such as/],
  ['12.50 EUR', /decimal such as/],
  ['1 000', /decimal such as/],
  ['1.2.3', /decimal such as/],
  ['1..2', /decimal such as/],
  ['--1', /decimal such as/],
  ['+', /decimal such as/],
  ['.', /decimal such as/],
  ['e3', /decimal such as/],
  ['1e', /decimal such as/],
  ['1e+', /decimal such as/],
  ['1e1.5', /decimal such as/],
  ['1e 3', /decimal such as/],
  ['0x10', /decimal such as/],
  ['NaN', /decimal such as/],
  ['Infinity', /decimal such as/],
  ['٣', /decimal such as/],
  ['1234567890123456x', /decimal such as/],
  [null, /decimal such as/],
  [12n, /decimal such as/],
  [{}, /decimal such as/],
  [12.5, /whole ten-thousandths where/],
  [Number.NaN, /whole ten-thousandths where/],
  [Number.POSITIVE_INFINITY, /whole ten-thousandths where/],
  ['12.34567', /at most 4 decimal places/],
  ['0.00001', /at most 4 decimal places/],
  ['0.0000000000000001', /at most 4 decimal places/],
  ['1e-5', /at most 4 decimal places/],
  ['1e-99999999', /at most 4 decimal places/],
  ['123456789012.3456', /15 significant digits/],
  ['1234567890123456', /15 significant digits/],
  ['1000000000000000000000000.1', /15 significant digits/],
  ['1234567890123456e-30', /15 significant digits/],
  [`0.1${'0'.repeat(400)}1`, /15 significant digits/],
  [`1${'2'.repeat(400)}`, /15 significant digits/],
  ['1000000000000000.1', /15 significant digits/],
  ['0.1234567890123456', /15 significant digits/],
  [1_000_000_000_000_001, /15 significant digits/],
  [-1_000_000_000_000_001, /15 significant digits/],
  [MAX, /15 significant digits/],
  ['900719925475', /largest amount/],
  ['1e15', /largest amount/],
  ['1e400', /largest amount/],
  ['-1e12', /largest amount/],
  [MAX + 1, /largest amount/],
])('%p is refused, never rounded', (value, reason) => {
  expect(parseMoney(value)).toMatch(reason);
});

/** Exact decimal text of ten-thousandths, by bigints: the judge. */
const decimalText = (scaled: bigint): string => {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(5, '0');
  const places = digits.slice(-4).replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}${places === '' ? '' : `.${places}`}`;
};
const anyMoney = fc.oneof(
  fc.integer({ min: -10_000_000, max: 10_000_000 }),
  fc.maxSafeInteger().map(value => value % 1e15),
  fc.maxSafeInteger().map(value => value - (value % 10)),
);

test('text, JSON number and ten-thousandths are the same decimal, digit by digit', () => {
  fc.assert(
    fc.property(anyMoney, value => {
      const scaled = value + 0;
      const text = decimalText(BigInt(scaled));
      expect(parseMoney(scaled)).toBe(scaled);
      expect(parseMoney(text)).toBe(scaled);
      expect(parseMoney(`${text}${text.includes('.') ? '' : '.'}00`)).toBe(scaled);
      expect(parseMoney(`${scaled}e-4`)).toBe(scaled);
      expect(moneyText(scaled as Money)).toBe(text);
      expect(JSON.stringify(toJsonNumber(scaled as Money))).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

const money = (value: number) => value as Money;

test.each<[string, number | null, number | null]>([
  ['add', add(money(1), money(2)), 3],
  ['add to nothing, not −0', add(money(-1), money(1)), 0],
  ['add beyond safe integers', add(money(9_007_199_254_740_000), money(10_000)), null],
  ['add beyond 15 digits', add(money(999_999_999_999_999), money(2)), null],
  ['subtract', subtract(money(1), money(3)), -2],
  ['subtract beyond', subtract(money(-9_007_199_254_740_000), money(10_000)), null],
  ['times', times(money(99_900), 3), 299_700],
  ['times beyond', times(money(9_007_199_254_740_000), 2), null],
  ['negative', negative(money(5)), -5],
  ['negative of nothing, not −0', negative(money(0)), 0],
])('%s', (_, result, expected) => {
  expect(result).toBe(expected);
});
