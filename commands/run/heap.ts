/**
 * How much garbage may lie about. V8 lets the old part of its heap grow to four times of what lives there before it collects, and the
 * more so the busier the machine is: with 75 MB of facts in open windows that was 400 MB and more. Twice is enough: collecting costs
 * a few percent of a core then, and what a process takes follows from what it holds.
 */
import { setFlagsFromString } from 'node:v8';

const growthPercent = 100;

/** Before anything is allocated in earnest. @param given Options of Node.js: the same one among them counts for more. */
export const boundHeapGrowth = (given: readonly string[] = process.execArgv): void => {
  if (given.some(one => /^--heap[-_]growing[-_]percent/.test(one))) return;
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
};
