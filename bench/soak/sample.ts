/** One look at a running soak: the process, its store, the broker's disk, and how far the group is behind. */
import { join } from 'node:path';
import { diskMb } from '../disk';
import { lastLines } from '../observe';
import { cpuMicros, memoryOf, openFilesOf } from '../process';
import type { Scene } from '../scene';
import type { Running } from '../subject';
import { testimonyIn } from '../witness';

export interface Sample {
  /** Since the first sample. */
  readonly minutes: number;
  readonly anonMb: number;
  readonly rssMb: number;
  readonly heapMb: number;
  readonly heapHeldMb: number;
  readonly externalMb: number;
  /** Open files and sockets, but for the tables of the state on disk. */
  readonly files: number;
  readonly stateFiles: number;
  readonly resources: number;
  readonly warnings: number;
  /** Of the store. */
  readonly stateMb: number;
  /** Of all topics. */
  readonly brokerMb: number;
  readonly committed: number;
  readonly lag: number;
  readonly cpuSeconds: number;
}

export interface Watched {
  readonly scene: Scene;
  readonly running: Running;
  readonly stateDirectory: string;
  readonly brokerDirectory: string;
  readonly witnessFile: string;
  readonly begunAt: number;
}

/** Throws where the process has ended. */
export const lookAt = async (watched: Watched): Promise<Sample> => {
  const { scene, running, stateDirectory, brokerDirectory, witnessFile, begunAt } = watched;
  const pid = running.pid();
  if (pid === undefined)
    throw new Error(`Cannot go on with the soak as the program has ended. It said:\n${lastLines(running.log)}`);
  const witness = testimonyIn(witnessFile);
  const open = openFilesOf(pid);
  const ofState = open.filter(path => path.startsWith(join(stateDirectory, '/'))).length;
  const { committed, lag } = await progressOf(scene);
  return {
    minutes: (performance.now() - begunAt) / 60_000,
    ...memoryOf(pid),
    heapMb: witness?.heapMb ?? 0,
    heapHeldMb: witness?.heapHeldMb ?? 0,
    externalMb: witness?.externalMb ?? 0,
    files: open.length - ofState,
    stateFiles: ofState,
    resources: witness?.resources ?? 0,
    warnings: Object.values(witness?.warnings ?? {}).reduce((sum, count) => sum + count, 0),
    stateMb: diskMb(stateDirectory),
    brokerMb: diskMb(brokerDirectory),
    committed,
    lag,
    cpuSeconds: cpuMicros(pid) / 1e6,
  };
};

/** The order topic has facts only, of nobody's transactions: its offsets are counts. */
export const progressOf = async ({ admin, source, settings }: Scene): Promise<Progress> => {
  const [ends, [of]] = await Promise.all([
    admin.fetchTopicOffsets(source),
    admin.fetchOffsets({ groupId: settings.kafka.group, topics: [source] }),
  ]);
  const offsets = (of?.partitions ?? []).map(({ offset }) => Math.max(0, Number(offset)));
  const committed = offsets.reduce((sum, offset) => sum + offset, 0);
  return { offsets, committed, lag: ends.reduce((sum, { high }) => sum + Number(high), 0) - committed };
};

interface Progress {
  /** Of each partition, in any order. */
  readonly offsets: readonly number[];
  readonly committed: number;
  readonly lag: number;
}

export const csvHeader = (sample: object): string => Object.keys(sample).join(',');
export const csvLine = (sample: object): string =>
  Object.values(sample)
    .map(value => Number(value.toFixed(3)))
    .join(',');
