/** A restore is told of when it takes long, and only then. */
import { restoreTeller } from '../../../commands/run/restoring';
import { Metrics } from '../../../connectors/metrics';

const told = (steps: readonly (readonly [seconds: number, lane: number, read: number])[], all = 1_000_000) => {
  const metrics = new Metrics();
  const lines: unknown[] = [];
  let now = 0;
  const tell = restoreTeller({ info: (...line: unknown[]) => lines.push(line) }, metrics, () => now);
  for (const [seconds, lane, read] of steps) {
    now = seconds * 1_000;
    tell(lane, { records: read / 10, read, all });
  }
  return { lines, left: metrics.snapshot().map(({ labels, value }) => [labels.lane, value]) };
};

test('a short one is a gauge and no line', () => {
  expect(
    told([
      [0, 3, 1],
      [1, 3, 500_000],
      [4, 3, 1_000_000],
    ]),
  ).toEqual({ lines: [], left: [['3', 0]] });
});

test('a long one is a line every five seconds for its lane, and one at its end; the next of the lane is another', () => {
  const { lines, left } = told([
    ...[0, 2, 4, 6, 8, 10, 12].map(seconds => [seconds, 3, seconds * 50_000] as const),
    [12, 1, 1],
    [14, 3, 1_000_000],
    [15, 1, 2],
    [20, 3, 7],
  ]);
  expect(lines).toEqual([
    [{ lane: 3, records: 30_000, percent: 30 }, 'restoring: 300,000 of 1,000,000 offsets of the changelog'],
    [{ lane: 3, records: 60_000, percent: 60 }, 'restoring: 600,000 of 1,000,000 offsets of the changelog'],
    [{ lane: 3, records: 100_000, seconds: 14 }, 'restored'],
  ]);
  expect(left).toEqual([
    ['3', 999_993],
    ['1', 999_998],
  ]);
});
