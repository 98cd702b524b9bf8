/** What the measuring programs share: a stack of their own, an orderly end whatever happens, and where they talk. */
import { existsSync } from 'node:fs';
import { type Stack, type StackOptions, startStack } from '../dev/stack';

/** Progress and errors: what is printed is for programs. */
export const say = (text: string) => process.stderr.write(`${text}\n`);

/** Starts a stack, works, and stops it again, also after an error or Ctrl-C. */
export const onStack = async (options: StackOptions, work: (stack: Stack) => Promise<void>): Promise<void> => {
  if (!existsSync('/proc/self/stat'))
    throw new Error('Cannot measure CPU and memory on this machine as it has no /proc: run the benchmark on Linux.');
  const interrupted = interruption();
  const stack = await startStack(options);
  try {
    await Promise.race([work(stack), interrupted]);
  } finally {
    await stack.stop();
  }
};

/** Rejects at Ctrl-C and its like, so that all is cleaned up as after any other error. */
const interruption = (): Promise<never> => {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error(`Ended by ${signal}.`)));
  });
  interrupted.catch(() => {}); // until the stack is there nobody listens
  return interrupted;
};

/** Runs a whole program. @param main Resolves to its exit code. */
export const runProgram = (main: () => Promise<number>): void => {
  main().then(
    code => process.exit(code),
    error => {
      say(error instanceof Error ? error.message : String(error));
      process.exit(1);
    },
  );
};
