/** What a run comes to: a table for people, a line of JSON for machines. */

import type { Struck } from './faults/chaos';
import type { FaultKind } from './faults/schedule';
import type { Judged } from './judge/judge';
import type { Verdict } from './judge/verdict';

export interface Result extends Judged {
  readonly seed: number;
  /** Produced, each counted once, and bad records. */
  readonly facts: number;
  readonly verdict: Verdict;
  readonly struck: readonly Struck[];
  readonly rebalances: number;
  readonly abortedTransactions: number;
  readonly longestUnavailabilityMs: number;
  readonly producerRepeats: number;
  /** Of members that ended by themselves. */
  readonly restarts: number;
  readonly fenced: number;
  readonly storesSetAside: number;
  readonly seconds: number;
}

const countByKind = (struck: readonly Struck[]): Partial<Record<FaultKind, number>> => {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const { kind } of struck) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

interface Recovery {
  readonly count: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** Of those that were alone; null where none was. */
  readonly maxAloneMs: number | null;
}

/** By kind; those without lanes that had to stop have none. */
const recoveries = (struck: readonly Struck[]): Partial<Record<FaultKind, Recovery>> => {
  const result: Partial<Record<FaultKind, Recovery>> = {};
  for (const kind of new Set(struck.map(({ kind }) => kind))) {
    const seen = struck.filter(one => one.kind === kind && one.recoveryMs !== undefined);
    const times = seen.map(({ recoveryMs }) => Math.round(recoveryMs ?? 0)).sort((a, b) => a - b);
    const alone = seen.filter(one => one.alone).map(({ recoveryMs }) => Math.round(recoveryMs ?? 0));
    if (times.length === 0) continue;
    result[kind] = {
      count: times.length,
      medianMs: times[times.length >> 1] ?? 0,
      maxMs: times.at(-1) ?? 0,
      maxAloneMs: alone.length === 0 ? null : Math.max(...alone),
    };
  }
  return result;
};

export const jsonOf = ({ seed, facts, verdict, struck, ...rest }: Result): object => ({
  seed,
  facts,
  lost: verdict.lost,
  duplicated: verdict.duplicated,
  misordered: verdict.misordered,
  wrong: verdict.wrong,
  faults: countByKind(struck),
  ...rest,
  recoveryMs: recoveries(struck),
});

export const tableOf = (result: Result): string => {
  const { verdict, struck } = result;
  const recovered = recoveries(struck);
  const seconds = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? '–' : `${(ms / 1_000).toFixed(1)} s`;
  const faults = Object.entries(countByKind(struck)).map(([kind, count]) => {
    const { medianMs, maxMs, maxAloneMs } = recovered[kind as FaultKind] ?? {};
    return `| ${kind} | ${count} | ${seconds(medianMs)} | ${seconds(maxMs)} | ${seconds(maxAloneMs)} |`;
  });
  return [
    `| fault (seed ${result.seed}) | struck | flows again: median | longest | longest, alone |`,
    '|---|---|---|---|---|',
    ...faults,
    `| **all** | **${struck.length}** | | | |`,
    '',
    '| figure | |',
    '|---|---|',
    `| facts produced | ${result.facts} |`,
    `| records on the order topics, repeated ones among them | ${result.records} (${result.repeated}) |`,
    `| events, late ones among them | ${result.events} (${result.late}) |`,
    `| failures | ${result.failures} |`,
    `| rebalances | ${result.rebalances} |`,
    `| aborted transactions | ${result.abortedTransactions} |`,
    `| lanes fenced | ${result.fenced} |`,
    `| stores set aside | ${result.storesSetAside} |`,
    `| members that ended and were started again | ${result.restarts} |`,
    `| longest that a lane stood still | ${seconds(result.longestUnavailabilityMs)} |`,
    `| **lost, duplicated, misordered, wrong** | **${verdict.lost}, ${verdict.duplicated}, ${verdict.misordered}, ${verdict.wrong}** |`,
    `| seconds | ${result.seconds} |`,
  ].join('\n');
};
