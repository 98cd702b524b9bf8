import { isFlat, trendOf } from '../../bench/trend';

const line = (ys: readonly number[]) => ys.map((y, x) => ({ x, y }));
const times = (count: number, yOf: (x: number) => number) => line(Array.from({ length: count }, (_, x) => yOf(x)));

test('slope and standard error as a textbook has them, of residuals that do not resemble each other', () => {
  // Slope 0.5; residuals 0, 0.5, −1, 0.5, 0: no correlation above zero. √(1.5 ÷ 3 ÷ 10)
  const { slope, standardError } = trendOf(line([1, 2, 1, 3, 3]));
  expect(slope).toBeCloseTo(0.5, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(1.5 / 3 / 10), 12);
});

test('a straight line is sure of its slope', () => {
  expect(trendOf(times(20, x => 3 * x - 7))).toEqual({ slope: 3, standardError: 0 });
});

test('a slow wave is no proof of growth, though least squares would be sure of it', () => {
  const wave = trendOf(times(360, x => 10 * Math.sin(x / 60)));
  expect(Math.abs(wave.slope)).toBeGreaterThan(0.003);
  expect(isFlat({ ...wave, slope: Math.abs(wave.slope) })).toBe(true);
});

test('growth below noise that is everywhere is found all the same, with enough samples', () => {
  const noise = (x: number) => (((x * 7919) % 101) - 50) / 10; // ±5, no two alike
  expect(isFlat(trendOf(times(360, x => noise(x))))).toBe(true);
  expect(isFlat(trendOf(times(360, x => noise(x) + 0.02 * x)))).toBe(false);
});

test.each([
  ['falls', { slope: -5, standardError: 0.1 }, 0, true],
  ['is within twice the error', { slope: 1.9, standardError: 1 }, 0, true],
  ['is beyond it', { slope: 2.1, standardError: 1 }, 0, false],
  ['is beyond it, and not worth a word', { slope: 2.1, standardError: 1 }, 3, true],
])('a slope that %s', (_, trend, negligible, flat) => {
  expect(isFlat(trend, negligible)).toBe(flat);
});

test.each([[line([1, 2])], [[1, 2, 3].map(y => ({ x: 5, y }))]])('is not told from too little', points => {
  expect(() => trendOf(points)).toThrow(/Cannot tell a trend/);
});
