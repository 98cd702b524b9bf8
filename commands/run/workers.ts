/**
 * `run --workers N`: N members of the group on one machine, a process each, as JavaScript has one thread. This process only
 * watches: a signal goes on to all; when one ends badly the others drain and its exit code is ours, of several the one that says
 * most. Workers whose parent is gone drain by themselves.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { CommandError, Ended, type ExitCode, exitCodes } from '../exit';

/** Tells a worker that it is one. Not a setting, so not named like one. */
const workerVariable = 'ODP_WORKER';

/** @param ask Resolves when an orderly end is asked for. @throws Ended with the code of the worker that ended badly. */
export const runWorkers = async (count: number, ask: Promise<NodeJS.Signals>): Promise<void> => {
  const workers = Array.from({ length: count }, (_, index) =>
    fork(process.argv[1] ?? '', process.argv.slice(2), {
      env: { ...process.env, [workerVariable]: String(index + 1) },
    }),
  );
  const drain = (signal: NodeJS.Signals) => {
    for (const worker of workers) worker.kill(signal);
  };
  let asked = false;
  void ask.then(signal => {
    asked = true;
    drain(signal);
  });
  const codes = await Promise.all(
    workers.map(async worker => {
      const code = await ended(worker);
      if (!asked) drain('SIGTERM'); // one that ends unasked has a reason that all have, or soon will
      return code;
    }),
  );
  const bad = worst(codes);
  if (bad !== exitCodes.ok) throw new Ended(bad);
  if (!asked) throw new CommandError('Cannot go on as all workers ended without being asked to');
};

/** What must be repaired first says more than what another worker stumbled over. */
const worst = (codes: readonly number[]): ExitCode =>
  [exitCodes.halted, exitCodes.usage].find(code => codes.includes(code)) ??
  (codes.every(code => code === exitCodes.ok) ? exitCodes.ok : exitCodes.failed);

/** @returns The exit code; 0 where it was asked to end before it could hear it, 1 where it was killed, or did not start. */
const ended = (worker: ChildProcess): Promise<number> =>
  new Promise(resolve => {
    worker.once('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? exitCodes.ok : exitCodes.failed)),
    );
    worker.once('error', () => resolve(exitCodes.failed));
  });

export const isWorker = (): boolean => process.env[workerVariable] !== undefined;

/**
 * In a worker: resolves when an orderly end is asked for, or the parent is gone. A terminal signals the whole group, and the
 * parent passes the signal on: asked twice is asked once, and only the parent is ended by a second one.
 */
export const workerAsked = (): Promise<NodeJS.Signals> =>
  new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
    if (!process.connected) resolve('SIGTERM'); // it went while we started
    process.once('disconnect', () => resolve('SIGTERM'));
    process.channel?.unref(); // listening to it must not keep a drained worker alive
  });
