/** The result of a benchmark: medians over the rounds, ratios of ours to the best peer, and how they are shown. */
import { type Figures, median } from './measure';

export interface Round extends Figures {
  readonly rssMb: number;
}

export interface SubjectResult {
  readonly name: string;
  readonly rounds: readonly Round[];
}

export interface Report {
  /** Ours to the best peer's records a second: from first output to last commit, warm, and with the start (measure.ts). */
  readonly ratios: Ratios;
  /** The same of CPU a record. */
  readonly cpu: Ratios;
  /** Of ours and of the peer's, whichever makes the most records a second: processes here, threads there. */
  readonly ours?: string;
  readonly peer?: string;
  readonly subjects: readonly (Round & SubjectResult)[];
}

interface Ratios {
  readonly stateless?: number;
  readonly sustained?: number;
  readonly wall?: number;
  /** Ours with windows, ledger and changelog to ours without, of each whichever number of processes makes the most. */
  readonly windows?: number;
}

const isOurs = (name: string) => name.startsWith('odp-orders-') && !remembers(name);
const remembers = (name: string) => name.startsWith('odp-orders-windows-');

export const reportOf = (results: readonly SubjectResult[]): Report => {
  const subjects = results.map(result => ({ name: result.name, ...medians(result.rounds), rounds: result.rounds }));
  const fastest = [...subjects].sort((a, b) => b.recordsPerSecond - a.recordsPerSecond);
  const we = fastest.find(({ name }) => isOurs(name));
  const best = fastest.find(({ name }) => !isOurs(name) && !remembers(name));
  const windows = windowsRatios(subjects);
  if (!we || !best) return { ratios: windows.ratios, cpu: windows.cpu, subjects };
  const ratio = (figure: keyof Round) => rounded(we[figure] / best[figure], 3);
  return {
    ratios: {
      stateless: ratio('recordsPerSecond'),
      sustained: ratio('sustainedRecordsPerSecond'),
      wall: ratio('wallRecordsPerSecond'),
      ...windows.ratios,
    },
    cpu: {
      stateless: ratio('cpuMicrosPerRecord'),
      sustained: ratio('sustainedCpuMicrosPerRecord'),
      wall: ratio('wallCpuMicrosPerRecord'),
      ...windows.cpu,
    },
    ours: we.name,
    peer: best.name,
    subjects,
  };
};

const windowsRatios = (subjects: Report['subjects']): { ratios: Ratios; cpu: Ratios } => {
  const best = (which: (name: string) => boolean) =>
    subjects.filter(({ name }) => which(name)).sort((a, b) => b.recordsPerSecond - a.recordsPerSecond)[0];
  const on = best(remembers);
  const off = best(isOurs);
  if (!on || !off) return { ratios: {}, cpu: {} };
  const ratio = (figure: keyof Round) => rounded(on[figure] / off[figure], 3);
  return { ratios: { windows: ratio('recordsPerSecond') }, cpu: { windows: ratio('cpuMicrosPerRecord') } };
};

const medians = (rounds: readonly Round[]): Round => {
  const of = (figure: keyof Round, digits = 0) => rounded(median(rounds.map(round => round[figure])), digits);
  return {
    recordsPerSecond: of('recordsPerSecond'),
    cpuMicrosPerRecord: of('cpuMicrosPerRecord', 2),
    sustainedRecordsPerSecond: of('sustainedRecordsPerSecond'),
    sustainedCpuMicrosPerRecord: of('sustainedCpuMicrosPerRecord', 2),
    wallRecordsPerSecond: of('wallRecordsPerSecond'),
    wallCpuMicrosPerRecord: of('wallCpuMicrosPerRecord', 2),
    startUpMs: of('startUpMs'),
    rssMb: of('rssMb'),
  };
};

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

export const tableOf = ({ subjects, ratios, cpu, ours, peer }: Report): string => {
  const rows = [
    ['', 'records/s', 'µs CPU/record', 'sustained/s', 'µs', 'with start/s', 'µs', 'start ms', 'peak MB'],
    ...subjects.map(subject => [
      subject.name,
      `${subject.recordsPerSecond.toLocaleString('en')} (${range(subject.rounds)})`,
      subject.cpuMicrosPerRecord.toFixed(1),
      subject.sustainedRecordsPerSecond.toLocaleString('en'),
      subject.sustainedCpuMicrosPerRecord.toFixed(1),
      subject.wallRecordsPerSecond.toLocaleString('en'),
      subject.wallCpuMicrosPerRecord.toFixed(1),
      String(subject.startUpMs),
      String(subject.rssMb),
    ]),
  ];
  const lines = columns(rows);
  if (ratios.stateless !== undefined)
    lines.push(
      '',
      `${ours} to ${peer}: records/s × ${ratios.stateless} (sustained × ${ratios.sustained}, with start × ${ratios.wall}), CPU × ${cpu.stateless} (× ${cpu.sustained}, × ${cpu.wall})`,
    );
  if (ratios.windows !== undefined)
    lines.push(`with windows, ledger and changelog to without: records/s × ${ratios.windows}, CPU × ${cpu.windows}`);
  return lines.join('\n');
};

/** Least to most over the rounds, in thousands. */
const range = (rounds: readonly Round[]) => {
  const thousands = rounds.map(round => Math.round(round.recordsPerSecond / 1000));
  return `${Math.min(...thousands)}–${Math.max(...thousands)}k`;
};

/** The first column to the left, numbers to the right. */
export const columns = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)));
  return rows.map(row =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
};
