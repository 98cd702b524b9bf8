/** Ourselves, as a user runs us: the built program, its settings from the environment, all others at their defaults. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Run, Running, Subject } from './subject';

const stoppedWithinMs = 30_000;

// As the first line of the program has them, and our guard.
export const ownFlags = [
  '--max-semi-space-size=32',
  '--no-allocation-site-pretenuring',
  '--require',
  join(__dirname, 'guard.js'),
];
const allocator = { MALLOC_MMAP_THRESHOLD_: '131072' };

/**
 * `stateless` does what the peer does: each fact becomes its event. `windows` is what a user gets: windows, ledger, changelog; its state in memory.
 * `ledger` is the same without windows, so that an event need not wait for its window's end.
 */
export type Mode = 'stateless' | 'ledger' | 'windows';

/** Anything may be tried against what is above: `BENCH_OWN_FLAGS="--cpu-prof --cpu-prof-dir=/tmp/profiles"`. */
const trialFlags = () => process.env.BENCH_OWN_FLAGS?.split(' ').filter(flag => flag !== '') ?? [];

/** @param workers Processes, as many members of the group: for us what threads are for the peer. */
export const odpOrders = (workers: number, mode: Mode): Subject => ({
  name: mode === 'stateless' ? `odp-orders-${workers}` : `odp-orders-${mode}-${workers}`,
  holdsBack: mode === 'windows',
  start: async (run: Run): Promise<Running> =>
    startOdpOrders(run.directory, { ...settings(run), ...ofMode[mode] }, { workers }),
});

export interface StartOptions {
  /** Processes, as many members of the group. Default 1. */
  readonly workers?: number;
  /** Of Node.js, besides the usual ones. */
  readonly flags?: readonly string[];
}

/** @param env Settings and more; of the settings in our own environment none is passed on. */
export const startOdpOrders = (
  directory: string,
  env: Readonly<Record<string, string>>,
  { workers = 1, flags: more = [] }: StartOptions = {},
): Running => {
  const log = join(directory, 'odp-orders.log');
  const output = openSync(log, 'a');
  const program = join(__dirname, '../commands/main.js');
  const args = [...ownFlags, ...more, ...trialFlags(), program, 'run', '--workers', String(workers)];
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: { ...environmentWithoutSettings(), ...allocator, ...env },
    stdio: ['pipe', output, output],
    detached: true,
  });
  closeSync(output);
  // The pipe breaks when the process ends first.
  child.stdin?.on('error', () => undefined);
  let pid = child.pid;
  const gone = new Promise<void>(resolve => {
    const end = () => {
      pid = undefined;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  return {
    pid: () => pid,
    log,
    stop: async () => {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), stoppedWithinMs);
      await gone;
      clearTimeout(force);
    },
  };
};

export const ofMode: Record<Mode, Record<string, string>> = {
  stateless: { ODP_ORDERS_STATE_STORE: 'none' },
  ledger: { ODP_ORDERS_WINDOW_KIND: 'none', ODP_ORDERS_STATE_STORE: 'memory' },
  windows: { ODP_ORDERS_WINDOW_IDLE_TIMEOUT_MS: '1000', ODP_ORDERS_STATE_STORE: 'memory' },
};

/** The settings that a run needs, in the environment's names. */
export const settings = (run: Omit<Run, 'directory'>) => ({
  ODP_ORDERS_KAFKA_BROKERS: run.brokers.join(','),
  ODP_ORDERS_KAFKA_GROUP: run.group,
  ODP_ORDERS_KAFKA_COMPRESSION: run.compression,
  ODP_ORDERS_TOPICS_SOURCES: run.source,
  ODP_ORDERS_TOPICS_EVENTS: run.events,
  ODP_ORDERS_TOPICS_FAILURES: run.failures,
  ODP_ORDERS_TOPICS_SUMMARIES: `${run.group}.summaries`,
  ODP_ORDERS_REGISTRY_URL: run.registryUrl,
});

const environmentWithoutSettings = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ODP_ORDERS_')));
