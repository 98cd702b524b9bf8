/** Samples of what was committed, and what follows from them. */
import { figuresOf, median } from '../../bench/measure';

const at = (atMs: number, committed: number, cpuMicros: number) => ({ atMs, committed, cpuMicros });

test('what the first commit held is not counted, neither its time nor its CPU', () => {
  const samples = [at(500, 0, 900_000), at(1000, 200, 1_000_000), at(1500, 600, 1_004_000), at(2000, 1000, 1_016_000)];
  expect(figuresOf(samples, 1000)).toMatchObject({
    recordsPerSecond: 800,
    cpuMicrosPerRecord: 20,
    wallRecordsPerSecond: 500,
    wallCpuMicrosPerRecord: 1016,
    startUpMs: 1000,
  });
});

test('sustained is between a fifth and four fifths', () => {
  const samples = [
    at(100, 1, 0),
    at(1000, 100, 5000),
    at(1300, 300, 7000),
    at(1800, 800, 9000),
    at(1900, 1000, 10_000),
  ];
  expect(figuresOf(samples, 1000)).toMatchObject({ sustainedRecordsPerSecond: 1000, sustainedCpuMicrosPerRecord: 4 });
});

test('sustained is the whole where the commits are too few to tell', () => {
  expect(figuresOf([at(100, 100, 0), at(1000, 1000, 9000)], 1000)).toMatchObject({
    recordsPerSecond: 1000,
    sustainedRecordsPerSecond: 1000,
  });
});

test.each([
  ['not all was committed', [at(100, 10, 0), at(200, 900, 0)], /900 of 1000/],
  ['nothing was seen', [], /0 of 1000/],
  ['all was one commit', [at(100, 0, 0), at(200, 1000, 0)], /one commit/],
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
