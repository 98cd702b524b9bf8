/** Samples of what was committed, and what follows from them. */
import { figuresOf, median, percentile } from '../../bench/measure';

const at = (atMs: number, committed: number, cpuMicros: number, begun = true) => ({
  atMs,
  committed,
  cpuMicros,
  begun,
});

test('all records count from the first output on, start-up does not', () => {
  const samples = [
    at(500, 0, 900_000, false),
    at(1000, 0, 1_000_000),
    at(1500, 600, 1_004_000),
    at(2000, 1000, 1_020_000),
  ];
  expect(figuresOf(samples, 1000)).toMatchObject({
    recordsPerSecond: 1000,
    cpuMicrosPerRecord: 20,
    wallRecordsPerSecond: 500,
    wallCpuMicrosPerRecord: 1020,
    startUpMs: 1000,
  });
});

test('sustained is from a fifth to four fifths, commit to commit', () => {
  const samples = [at(0, 0, 0), at(1000, 199, 5000), at(1300, 300, 7000), at(1800, 799, 8000), at(1900, 900, 9400)];
  expect(figuresOf([...samples, at(2500, 1000, 10_000)], 1000)).toMatchObject({
    sustainedRecordsPerSecond: 1000,
    sustainedCpuMicrosPerRecord: 4,
  });
});

test.each([
  ['not all was committed', [at(100, 10, 0), at(200, 900, 0)], /900 of 1000/],
  ['nothing was seen', [], /0 of 1000/],
  ['all was there at once', [at(100, 0, 0, false), at(200, 1000, 0)], /so few commits/],
])('no figures where %s', (_, samples, message) => {
  expect(() => figuresOf(samples, 1000)).toThrow(message);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [[5], 0.5, 5],
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, at) => 100 - at), 0.99, 99],
  [Array.from({ length: 1000 }, (_, at) => at), 1, 999],
  [[10, 9], 0, 9],
])('of %j the percentile %d is %d', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

test('of nothing there is no percentile', () => {
  expect(percentile([], 0.5)).toBeNaN();
});
