/** `demo --once`: so many records, each accounted for by reading back what was written. */
import { setTimeout as wait } from 'node:timers/promises';
import { Accounts, type Summary } from '../../dev/demo/accounts';
import { SampleProducer } from '../../dev/demo/produce';
import { TopicReader } from '../../dev/demo/read';
import { CommandError } from '../exit';
import { type Running, readLag } from './running';

export interface OnceResult {
  /** The JSON line of `--json`. */
  readonly summary: OnceSummary;
  /** What is not accounted for, in sentences. */
  readonly problems: readonly string[];
}

export interface OnceSummary extends Summary {
  /** Facts that still wait somewhere: none, as the end of a bounded run lets go what waits. */
  readonly held: number;
  readonly seconds: number;
}

/** Records made between two looks at the stop signal. */
const chunk = 4_000;
const lookEveryMs = 100;
/** When nothing was written for so long, what is missing is missing. */
const stuckAfterMs = 60_000;

/** @throws CommandError when it is stopped before; errors of the pipeline. */
export const once = async (running: Running, orders: number): Promise<OnceResult> => {
  const { cluster, settings, source, samples, progress, stop } = running;
  const accounts = new Accounts(source);
  const written = {
    events: await TopicReader.open(cluster, settings.topics.events),
    failures: await TopicReader.open(cluster, settings.topics.failures),
  };
  const producer = await SampleProducer.open(cluster, source, samples, accounts);

  const pipeline = await running.start();
  const over = new AbortController();
  // Its end before ours is an error.
  const ended = pipeline.ended.then(() => Promise.reject(new Error('Cannot go on as the pipeline has ended')));
  try {
    progress.begin();
    while (progress.produced < orders) {
      goOn(stop, orders);
      progress.produced += await producer.produce(Math.min(chunk, orders - progress.produced));
      await readLag(running);
    }
    await producer.checkAlone();
    const finished = pipeline.finish();
    finished.catch(() => {}); // `ended` says the same
    await Promise.race([finished, watched(running, orders, over.signal), ended]);
  } finally {
    over.abort();
    ended.catch(() => {}); // the end that follows is ours
    await pipeline.drain();
  }
  await readLag(running);
  await account(running, accounts, written);
  progress.end();
  const seconds = Math.round(progress.elapsedMs) / 1_000;
  const { unaccounted, ...counts } = accounts.summary();
  return { summary: { ...counts, held: progress.held, unaccounted, seconds }, problems: accounts.problems() };
};

const goOn = (stop: AbortSignal, orders: number): void => {
  if (stop.aborted)
    throw new CommandError(`Cannot account for ${orders} orders as the demo was stopped before its end`);
};

/** Looks on while the lanes read to their ends; resolves when they stand still for too long. */
const watched = async (running: Running, orders: number, over: AbortSignal): Promise<void> => {
  const { progress } = running;
  const standing = () => `${progress.read} read, ${progress.held} waiting`;
  let seen = standing();
  let moved = performance.now();
  while (!over.aborted) {
    goOn(running.stop, orders);
    await readLag(running);
    if (standing() !== seen) {
      seen = standing();
      moved = performance.now();
    } else if (performance.now() - moved > stuckAfterMs) {
      progress.wentWrong('Cannot wait any longer', `nothing was written for ${stuckAfterMs} ms: ${seen}`);
      return;
    }
    await wait(lookEveryMs, undefined, { signal: over }).catch(() => {}); // over: the loop ends
  }
};

/** Matches everything that was written to the record it is of. */
const account = async (
  { samples, schemas }: Running,
  accounts: Accounts,
  written: { readonly events: TopicReader; readonly failures: TopicReader },
): Promise<void> => {
  for await (const records of written.events.all())
    for (const { action, fact_ids } of await schemas.readEvents(records))
      for (const factId of fact_ids)
        if (samples.isOurs(factId)) accounts.event(samples.numberOf(factId), action, factId);
  for await (const records of written.failures.all())
    for (const { source, stage, code } of await schemas.readFailures(records))
      accounts.failure(source.topic, source.partition, Number(source.offset), stage, code);
};
