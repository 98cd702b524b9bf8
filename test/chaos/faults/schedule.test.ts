/** Faults from a seed: the same again, spread over the run, each kind before any comes again. */
import { kinds, schedule } from './schedule';

const settings = { faults: 2 * kinds.length, from: 2_000, until: 60_000, kinds };

test('the same seed is the same schedule, another is not', () => {
  expect(schedule(1, settings)).toEqual(schedule(1, settings));
  expect(schedule(2, settings)).not.toEqual(schedule(1, settings));
});

test.each([1, 2, 3, 4, 5])('in order, within the run, each kind before any comes again (seed %i)', seed => {
  const faults = schedule(seed, settings);
  const times = faults.map(({ at }) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...times)).toBeLessThan(60_000);
  for (const half of [faults.slice(0, kinds.length), faults.slice(kinds.length)])
    expect(half.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
});

test('who is frozen or held is so past its session of 6 s', () => {
  for (const { kind, lastsMs } of schedule(3, settings))
    if (kind === 'member frozen' || kind === 'network held') expect(lastsMs).toBeGreaterThan(7_000);
});
