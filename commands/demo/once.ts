/** `demo --once`: so many records, each accounted for by reading back what was written. */
import { setTimeout as wait } from 'node:timers/promises';
import { Accounts, type Summary } from '../../dev/demo/accounts';
import { SampleProducer } from '../../dev/demo/produce';
import { TopicReader } from '../../dev/demo/read';
import { CommandError } from '../exit';
import { type Running, readLag } from './running';

export interface OnceResult {
  /** The JSON line of `--json`. */
  readonly summary: Summary & { readonly seconds: number };
  /** What is not accounted for, in sentences. */
  readonly problems: readonly string[];
}

/** Records made between two looks at the stop signal. */
const chunk = 4_000;
const lookEveryMs = 100;
/** When the lag has not shrunk for so long, what is missing is missing. */
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
    await Promise.race([caughtUp(running, orders), ended]);
  } finally {
    ended.catch(() => {}); // the end that follows is ours
    await pipeline.drain();
  }
  await account(running, accounts, written);
  progress.end();
  const seconds = Math.round(progress.elapsedMs) / 1_000;
  return { summary: { ...accounts.summary(), seconds }, problems: accounts.problems() };
};

const goOn = (stop: AbortSignal, orders: number): void => {
  if (stop.aborted)
    throw new CommandError(`Cannot account for ${orders} orders as the demo was stopped before its end`);
};

/** Until the group has read all there is, or stands still. */
const caughtUp = async (running: Running, orders: number): Promise<void> => {
  let least: bigint | undefined;
  let moved = performance.now();
  for (;;) {
    goOn(running.stop, orders);
    const behind = await readLag(running);
    if (behind === 0n) return;
    if (least === undefined || behind < least) {
      least = behind;
      moved = performance.now();
    } else if (performance.now() - moved > stuckAfterMs) {
      running.progress.wentWrong(
        'Cannot wait any longer',
        `the lag of ${behind} has not shrunk for ${stuckAfterMs} ms`,
      );
      return;
    }
    await wait(lookEveryMs);
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
