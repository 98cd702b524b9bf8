/** What a replay came to: for programs, and for people. */
import type { Written } from '../../pipeline/ports';
import { number } from '../demo/text';

/** The JSON line of `--json`. */
export interface Report {
  readonly into: string | null;
  readonly lanes: number;
  readonly records: number;
  /** By action. */
  readonly events: Readonly<Record<string, number>>;
  /** By code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly skipped: number;
  readonly duplicates: number;
  readonly late: number;
  readonly summaries: number;
  /** Facts that still wait: none, once the range was read to its end. */
  readonly held: number;
  readonly seconds: number;
}

export class Counts {
  private readonly events = new Map<string, number>();
  private readonly failures = new Map<string, number>();
  private readonly heldByLane = new Map<number, number>();
  private readonly sums = { records: 0, skipped: 0, duplicates: 0, late: 0, summaries: 0 };

  add(written: Written): void {
    for (const name of Object.keys(this.sums) as (keyof typeof this.sums)[]) this.sums[name] += written[name];
    for (const [action, count] of written.byAction) this.events.set(action, (this.events.get(action) ?? 0) + count);
    for (const [code, count] of written.byCode) this.failures.set(code, (this.failures.get(code) ?? 0) + count);
    this.heldByLane.set(written.lane, written.held);
  }

  report(into: string | null, lanes: number, seconds: number): Report {
    const held = [...this.heldByLane.values()].reduce((sum, one) => sum + one, 0);
    const { records, skipped, duplicates, late, summaries } = this.sums;
    const [events, failures] = [sorted(this.events), sorted(this.failures)];
    return { into, lanes, records, events, failures, skipped, duplicates, late, summaries, held, seconds };
  }
}

/** By name, so that two reports can be compared as text. */
const sorted = (counts: ReadonlyMap<string, number>) =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));

export const reportText = (report: Report): string => {
  const { into, lanes, records, events, failures, skipped, duplicates, late, summaries, held, seconds } = report;
  const group = (name: string, counts: Report['events']): (readonly [string, number])[] => [
    [name, Object.values(counts).reduce((sum, count) => sum + count, 0)],
    ...Object.entries(counts).map(([inner, count]) => [`  ${inner}`, count] as const),
  ];
  const rows = [
    ['records', records] as const,
    ...group('events', events),
    ...group('failures', failures),
    ...Object.entries({ late, summaries, skipped, duplicates, held }),
  ];
  const lines = rows.map(([name, count]) => `${name.padEnd(22)}${number(count).padStart(12)}`);
  const where =
    into === null
      ? 'Nothing was written'
      : `Written to ${into}, ${into}.failures${summaries > 0 ? ` and ${into}.summaries` : ''}`;
  return `${lines.join('\n')}\n${where}: ${lanes} lanes, ${seconds} s.\n`;
};
