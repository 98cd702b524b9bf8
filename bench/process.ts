/** What a process has used so far, as Linux tells it in /proc. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks a second in /proc/<pid>/stat. */
const ticksPerSecond = (() => {
  let known: number | undefined;
  return () => {
    known ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
    return known;
  };
})();

/** User and system time of a process and all its descendants, in microseconds. Throws when it is gone. */
export const cpuMicros = (pid: number): number =>
  sum(family(pid).map(member => (ticksOf(readFileSync(`/proc/${member}/stat`, 'utf8')) * 1e6) / ticksPerSecond()));

/** Peak resident memory of a process and all its descendants, in MB (2^20 bytes). */
export const peakMb = (pid: number): number =>
  sum(
    family(pid).map(
      member => Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    ),
  );

export interface Memory {
  /** All that is resident, with pages of files that the kernel can take back at any time. */
  readonly rssMb: number;
  /** What is the process's own, and nobody else's to free. */
  readonly anonMb: number;
}

/** Of one process now, in MB (2^20 bytes). Throws when it is gone. */
export const memoryOf = (pid: number): Memory => memoryIn(readFileSync(`/proc/${pid}/status`, 'utf8'));

/** From the text of /proc/<pid>/status. */
export const memoryIn = (status: string): Memory => {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { rssMb: kilobytes('VmRSS') / 1024, anonMb: kilobytes('RssAnon') / 1024 };
};

/** What a process has open: paths of files, and names such as `socket:[4711]`. Throws when it is gone. */
export const openFilesOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap(number => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${number}`)];
    } catch {
      return []; // closed while we looked
    }
  });

/** Fields 14 and 15 of a line of /proc/<pid>/stat. The second is the program's name, which may hold blanks and brackets. */
export const ticksOf = (stat: string): number => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
};

const family = (pid: number): number[] => {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(thread => childrenOf(pid, thread));
  return [pid, ...children.flatMap(family)];
};

/** Threads come and go while we look. */
const childrenOf = (pid: number, thread: string): number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
};

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
