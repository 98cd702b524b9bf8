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
  /** Ours with windows, ledger and changelog to ours without, of each whichever number of processes makes the most: the three as above. */
  readonly windows?: number;
  readonly sustainedWindows?: number;
  readonly wallWindows?: number;
  /** The same of the peer. */
  readonly peerWindows?: number;
  readonly sustainedPeerWindows?: number;
  readonly wallPeerWindows?: number;
  /** Ours to the peer's, both with windows. */
  readonly windowsToPeer?: number;
}

/** The kinds of subjects: their names without the number of processes or threads. */
type Kind = 'odp-orders' | 'odp-orders-windows' | 'kafka-streams' | 'kafka-streams-windows';
const kindOf = (name: string) => name.replace(/-\d+$/, '');

export const reportOf = (results: readonly SubjectResult[]): Report => {
  const subjects = results.map(result => ({ name: result.name, ...medians(result.rounds), rounds: result.rounds }));
  const fastest = [...subjects].sort((a, b) => b.recordsPerSecond - a.recordsPerSecond);
  const best = (kind: Kind) => fastest.find(({ name }) => kindOf(name) === kind);
  const [we, weWithWindows] = [best('odp-orders'), best('odp-orders-windows')];
  const [peer, peerWithWindows] = [best('kafka-streams'), best('kafka-streams-windows')];
  const ratiosOf = (all: keyof Round, sustained: keyof Round, wall: keyof Round): Ratios => ({
    ...ratio('stateless', all, we, peer),
    ...ratio('sustained', sustained, we, peer),
    ...ratio('wall', wall, we, peer),
    ...ratio('windows', all, weWithWindows, we),
    ...ratio('sustainedWindows', sustained, weWithWindows, we),
    ...ratio('wallWindows', wall, weWithWindows, we),
    ...ratio('peerWindows', all, peerWithWindows, peer),
    ...ratio('sustainedPeerWindows', sustained, peerWithWindows, peer),
    ...ratio('wallPeerWindows', wall, peerWithWindows, peer),
    ...ratio('windowsToPeer', all, weWithWindows, peerWithWindows),
  });
  return {
    ratios: ratiosOf('recordsPerSecond', 'sustainedRecordsPerSecond', 'wallRecordsPerSecond'),
    cpu: ratiosOf('cpuMicrosPerRecord', 'sustainedCpuMicrosPerRecord', 'wallCpuMicrosPerRecord'),
    ...(we && peer && { ours: we.name, peer: peer.name }),
    subjects,
  };
};

/** None where one of the two was not measured. */
const ratio = (name: keyof Ratios, figure: keyof Round, one?: Round, other?: Round): Ratios =>
  one && other ? { [name]: rounded(one[figure] / other[figure], 3) } : {};

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
      `${ours} to ${peer}: ${rates(ratios.stateless, ratios.sustained, ratios.wall)}, CPU × ${cpu.stateless} (× ${cpu.sustained}, × ${cpu.wall})`,
    );
  if (ratios.windows !== undefined)
    lines.push(
      `with windows, ledger and changelog to without: ${rates(ratios.windows, ratios.sustainedWindows, ratios.wallWindows)}, CPU × ${cpu.windows}`,
    );
  if (ratios.peerWindows !== undefined)
    lines.push(
      `the same of Kafka Streams: ${rates(ratios.peerWindows, ratios.sustainedPeerWindows, ratios.wallPeerWindows)}, CPU × ${cpu.peerWindows}`,
    );
  if (ratios.windowsToPeer !== undefined)
    lines.push(
      `both with windows, ours to Kafka Streams: records/s × ${ratios.windowsToPeer}, CPU × ${cpu.windowsToPeer}`,
    );
  return lines.join('\n');
};

const rates = (all?: number, sustained?: number, wall?: number) =>
  `records/s × ${all} (sustained × ${sustained}, with start × ${wall})`;

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
