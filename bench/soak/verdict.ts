/** What must hold of a long run, and whether it did, by its samples. The first half is for warming up. */
import { isFlat, type Point, type Trend, trendOf } from '../trend';
import type { Sample } from './sample';

export interface Bound {
  readonly bound: string;
  readonly held: boolean;
  readonly found: string;
}

export interface Verdict {
  readonly bounds: readonly Bound[];
  /** Of RssAnon over the second half, MB an hour. */
  readonly anonPerHour: Trend;
  readonly anonMostMb: number;
  readonly factsPerSecond: number;
}

/** Less than this is nobody's concern, MB an hour: a process that starts anew each week would not gain 700 MB. */
const negligiblePerHour = 4;
/** A slope that is less sure than this says nothing, MB an hour. */
const unsurePerHour = 20;
const anonMbMax = 400;
/** Stores merge tables and topics drop segments in waves. */
const waveShare = 1.15;
/** Sockets that are opened again. */
const moreFilesMax = 4;
const secondsBehindMax = 10;

/** @param rate Facts a second that were put on the topic. @param failures Records that became failures. */
export const verdictOf = (samples: readonly Sample[], rate: number, failures: number): Verdict => {
  const later = samples.slice(Math.floor(samples.length / 2));
  const [third, last] = [later.slice(0, later.length >> 1), later.slice(later.length >> 1)];
  const most = (of: readonly Sample[], figure: keyof Sample) => Math.max(...of.map(sample => sample[figure]));
  const hourly = (figure: keyof Sample) =>
    trendOf(later.map((sample): Point => ({ x: sample.minutes / 60, y: sample[figure] })));

  const anon = hourly('anonMb');
  const anonMostMb = most(samples, 'anonMb');
  const factsPerSecond = rateOf(later);
  const settles = (name: string, figure: keyof Sample): Bound => ({
    bound: `${name} settles: its last quarter's most is within ${percent(waveShare - 1)} of the quarter's before`,
    held: most(last, figure) <= waveShare * most(third, figure),
    found: `${most(third, figure).toFixed(0)} MB, then ${most(last, figure).toFixed(0)} MB`,
  });
  const warnings = most(samples, 'warnings');
  return {
    anonPerHour: anon,
    anonMostMb,
    factsPerSecond,
    bounds: [
      {
        bound: `RssAnon is flat over the second half: within twice its standard error, or ${negligiblePerHour} MB/h`,
        held: isFlat(anon, negligiblePerHour) && anon.standardError <= unsurePerHour,
        found:
          `${anon.slope.toFixed(1)} ± ${anon.standardError.toFixed(1)} MB/h` +
          (anon.standardError > unsurePerHour ? ' (too unsure to tell: measure for longer)' : ''),
      },
      {
        bound: `RssAnon stays under ${anonMbMax} MB`,
        held: anonMostMb < anonMbMax,
        found: `at most ${anonMostMb.toFixed(0)} MB`,
      },
      settles('the state on disk', 'stateMb'),
      settles('the brokers’ disk', 'brokerMb'),
      {
        bound: `no file descriptors leak: at most ${moreFilesMax} more in the last quarter than in the one before`,
        held: most(last, 'files') <= most(third, 'files') + moreFilesMax,
        found: `${most(third, 'files')}, then ${most(last, 'files')}`,
      },
      {
        bound: 'Node.js raises no warnings: no listener leaks',
        held: warnings === 0,
        found: String(warnings),
      },
      {
        bound: `it keeps up: less than ${secondsBehindMax} s behind at the end`,
        held: (last.at(-1)?.lag ?? Number.NaN) < secondsBehindMax * rate,
        found: `${last.at(-1)?.lag} facts behind, ${factsPerSecond.toFixed(0)} facts/s`,
      },
      { bound: 'no fact is a failure', held: failures === 0, found: String(failures) },
    ],
  };
};

const rateOf = (samples: readonly Sample[]): number => {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.minutes === first.minutes) return Number.NaN;
  return (last.committed - first.committed) / (60 * (last.minutes - first.minutes));
};

const percent = (share: number) => `${Math.round(100 * share)} %`;

export const linesOf = (bounds: readonly Bound[]): string =>
  bounds.map(({ bound, held, found }) => `${held ? 'PASS' : 'FAIL'}  ${bound}: ${found}`).join('\n');
