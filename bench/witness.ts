/**
 * Loaded into the measured program before it begins: what only the process itself can tell. Every second it writes to the file that
 * BENCH_WITNESS names how large its heap is, what it keeps open, and which warnings Node.js has raised. With --expose-gc
 * garbage is collected before it looks: then the heap is what is held on to.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface Testimony {
  /** How often it has looked. */
  readonly looks: number;
  readonly heapMb: number;
  /** Of the heap, what was asked of the system, in use or not. */
  readonly heapHeldMb: number;
  /** Outside of the heap, as far as V8 knows: buffers for the most part. */
  readonly externalMb: number;
  /** Sockets, timers and requests that keep the process alive. */
  readonly resources: number;
  /** Warnings so far, by name: `MaxListenersExceededWarning` and its like. */
  readonly warnings: Readonly<Record<string, number>>;
}

export const witnessVariable = 'BENCH_WITNESS';
const lookEveryMs = 1_000;

/** What was last written; undefined before the first time. */
export const testimonyIn = (file: string): Testimony | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Testimony;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const testify = (file: string): void => {
  const warnings: Record<string, number> = {};
  process.on('warning', ({ name }) => {
    warnings[name] = (warnings[name] ?? 0) + 1;
  });
  let looks = 0;
  const look = () => {
    (globalThis as { gc?: () => void }).gc?.();
    const { heapUsed, heapTotal, external } = process.memoryUsage();
    const testimony: Testimony = {
      looks: ++looks,
      heapMb: heapUsed / 2 ** 20,
      heapHeldMb: heapTotal / 2 ** 20,
      externalMb: external / 2 ** 20,
      resources: process.getActiveResourcesInfo().length,
      warnings,
    };
    // Whole or not at all, for whoever reads meanwhile.
    writeFileSync(`${file}.new`, JSON.stringify(testimony));
    renameSync(`${file}.new`, file);
  };
  setInterval(look, lookEveryMs).unref();
};

const file = process.env[witnessVariable];
if (file) testify(file);
