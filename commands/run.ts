/** `odp-orders run`: the order topics become ODP order events, until SIGTERM. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { version } from '../package.json';
import type { Settings } from './settings/schema';
import { settingsOf } from './shell';

interface RunOptions {
  readonly acceptFailures: number;
  readonly acceptReset?: true;
  readonly restorePosition?: true;
  readonly workers: number;
}

export const register = (program: Command): void => {
  program
    .command('run')
    .description('turn the order topics into ODP order events, exactly once, until SIGTERM')
    .option('--accept-failures <n>', 'accept so many more failures in a row, this once', wholeNumber, 0)
    .option(
      '--accept-reset',
      'go on from the group’s offsets though the state stands elsewhere; where they are gone, from the earliest record there is',
    )
    .option('--restore-position', 'go on where the state stands, whatever the group’s offsets say')
    .option('--workers <n>', 'so many members of the group on this machine, a process each', workerCount, 1)
    .action(async (options: RunOptions, command: Command) => run(options, await settingsOf(command)));
};

export const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const workerCount = (text: string): number => {
  const count = wholeNumber(text);
  if (count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError('It must be from 1 to 64.');
};

const run = async (options: RunOptions, settings: Settings): Promise<void> => {
  const { acceptFailures, acceptReset = false, restorePosition = false, workers } = options;
  const { runWorkers, isWorker, workerAsked } = await import('./run/workers.js');
  if (workers > 1 && !isWorker()) return runWorkers(workers, signalled());
  const { boundHeapGrowth } = await import('./run/heap.js');
  boundHeapGrowth(settings.state);
  const [{ startPipeline }, { createLogger }, { Metrics }, { logSettingsOf }] = await Promise.all([
    import('./run/pipeline.js'),
    import('../connectors/log.js'),
    import('../connectors/metrics.js'),
    import('./connections.js'),
  ]);
  const log = createLogger(logSettingsOf(settings));
  const metrics = new Metrics();
  const lanes = await startPipeline(settings, { acceptFailures, acceptReset, restorePosition }, { log, metrics });
  // Before we say that we have started: who reads it may ask for the end at once.
  const asked = isWorker() ? workerAsked() : signalled();
  const { group } = settings.kafka;
  log.info({ version, group, sources: settings.topics.sources, events: settings.topics.events }, 'started');

  const timeoutMs = settings.shutdown.timeout_ms;
  const drain = async () => {
    const inTime = await Promise.race([lanes.drain().then(() => true), wait(timeoutMs, false, { ref: false })]);
    // What is not committed is read again by the next owner: nothing is lost by leaving now.
    if (!inTime) log.warn({ timeoutMs }, 'lanes did not finish in time, leaving anyway');
  };
  const drained = asked.then(signal => {
    log.debug({ signal }, 'draining');
    return drain();
  });
  try {
    await Promise.race([lanes.ended, drained]);
  } catch (error) {
    // One lane has ended us all: the others finish what they have in hand, and the group need not miss us first.
    await drain();
    throw error;
  } finally {
    const counts = {
      records: metrics.total('records_total'),
      events: metrics.total('events_total'),
      failures: metrics.total('failures_total'),
    };
    log.info(counts, 'stopped');
  }
};

const drainSignals = ['SIGTERM', 'SIGINT'] as const;

/** The first SIGTERM or SIGINT. A second one, of either, ends the process as it would without us. */
export const signalled = () =>
  new Promise<NodeJS.Signals>(resolve => {
    const heard = (signal: NodeJS.Signals) => {
      for (const one of drainSignals) process.off(one, heard);
      resolve(signal);
    };
    for (const one of drainSignals) process.on(one, heard);
  });
