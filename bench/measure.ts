/**
 * From samples to figures. A sample says how many source records the subject's group had committed at a moment, which under
 * exactly once is how many outputs are committed, and how much CPU its process had used by then.
 */

export interface Sample {
  /** Since the subject's process was started, ms. */
  readonly atMs: number;
  readonly committed: number;
  readonly cpuMicros: number;
  /** Whether any output was on the broker, committed or not. */
  readonly begun: boolean;
}

export interface Figures {
  /**
   * All records over the time from the first output, not yet committed, to the last commit: start-up is left out, and the
   * first commit is not given away. (Counted from there, what a subject had in flight beside it would be free, and the
   * larger its transactions, the more.)
   */
  readonly recordsPerSecond: number;
  readonly cpuMicrosPerRecord: number;
  /** The same between a fifth and four fifths of the records: warm, with as much in flight at its end as at its beginning. */
  readonly sustainedRecordsPerSecond: number;
  readonly sustainedCpuMicrosPerRecord: number;
  /** All records over all the time since the process was started, start-up included. */
  readonly wallRecordsPerSecond: number;
  readonly wallCpuMicrosPerRecord: number;
  /** From the start of the process to the first output seen. */
  readonly startUpMs: number;
}

/** Samples in their order, the last with all `orders` committed. */
export const figuresOf = (samples: readonly Sample[], orders: number): Figures => {
  const last = samples.at(-1);
  const first = samples.find(sample => sample.begun);
  if (!last || !first || last.committed !== orders)
    throw new Error(`Cannot measure a run as ${last?.committed ?? 0} of ${orders} records were committed.`);
  const passed = (share: number) => samples.find(sample => sample.committed >= orders * share) ?? last;
  const whole = rates({ ...first, committed: 0 }, last);
  const [from, to] = [passed(0.2), passed(0.8)];
  // Too few commits to tell: then it is the whole.
  const warm = to.committed > from.committed ? rates(from, to) : whole;
  return {
    recordsPerSecond: whole.perSecond,
    cpuMicrosPerRecord: whole.cpu,
    sustainedRecordsPerSecond: warm.perSecond,
    sustainedCpuMicrosPerRecord: warm.cpu,
    wallRecordsPerSecond: (orders * 1000) / last.atMs,
    wallCpuMicrosPerRecord: last.cpuMicros / orders,
    startUpMs: first.atMs,
  };
};

const rates = (from: Sample, to: Sample) => {
  const records = to.committed - from.committed;
  if (records <= 0 || to.atMs <= from.atMs)
    throw new Error('Cannot measure a run of so few commits: take more orders.');
  return { perSecond: (records * 1000) / (to.atMs - from.atMs), cpu: (to.cpuMicros - from.cpuMicros) / records };
};

/** Of an odd number of values the middle one, else the mean of the two. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
};

/** The least value that so large a share (0 to 1) of all is not above; NaN of none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};
