/**
 * How much garbage may lie about. V8 lets the old part of its heap grow to four times of what lives there before it collects, and the
 * more so the busier the machine is: with 75 MB of facts in open windows that was 400 MB and more. Half as much again is enough:
 * collecting costs a few percent of a core then, and what a process takes follows from what it holds. Whoever keeps the state in
 * memory has chosen speed, and V8 may do as it likes: bounded, a record costs 15 % more.
 */
import { setFlagsFromString } from 'node:v8';
import type { Settings } from '../settings/schema';

const growthPercent = 50;

/** Before anything is allocated in earnest. @param given Options of Node.js: the same one among them counts for more. */
export const boundHeapGrowth = (
  { store }: Pick<Settings['state'], 'store'>,
  given: readonly string[] = process.execArgv,
): void => {
  if (store !== 'level' || given.some(one => /^--heap[-_]growing[-_]percent/.test(one))) return;
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
};
