/** The demo until Ctrl-C: samples at a steady rate, and a look at what becomes of them twice a second. */
import { setTimeout as wait } from 'node:timers/promises';
import { SampleProducer } from '../../dev/demo/produce';
import { TopicReader } from '../../dev/demo/read';
import { type Running, readLag } from './running';
import type { Screen } from './screen';

const produceEveryMs = 100;
/** What a pause has left undone is made up for, but not all at once. */
const catchUpMs = 500;
const lookEveryMs = 500;
const newestCount = 5;
/** Of a partition between two looks: all of them, as they are added up. */
const summariesMax = 200;
/** What waits in windows is let go at the end, if it can be in so long. */
const finishMs = 10_000;

const producing = 'Cannot produce';
const looking = 'Cannot look at the topics';

/** @throws errors of the pipeline. */
export const live = async (running: Running, rate: number, screen: Screen): Promise<void> => {
  const { cluster, settings, source, samples, progress, stop } = running;
  const events = await TopicReader.open(cluster, settings.topics.events);
  const failures = await TopicReader.open(cluster, settings.topics.failures);
  const summaries =
    settings.state.store === 'none' ? undefined : await TopicReader.open(cluster, settings.topics.summaries);
  const producer = await SampleProducer.open(cluster, source, samples);
  const pipeline = await running.start();
  const over = new AbortController();
  stop.addEventListener('abort', () => over.abort());
  progress.begin();
  progress.phase = 'running';
  const work = [
    produceSteadily(running, producer, rate, over.signal),
    look(running, { events, failures, summaries }, screen, over.signal),
  ];
  try {
    await Promise.race([aborted(stop), pipeline.ended, ...work]);
  } finally {
    progress.phase = 'stopping';
    screen.draw(progress.state());
    over.abort();
    await Promise.allSettled(work);
    await Promise.race([pipeline.finish().catch(() => {}), wait(finishMs, undefined, { ref: false })]);
    await pipeline.drain();
    await readLag(running).catch(() => {}); // the last view may be without it
    progress.end();
    progress.phase = 'stopped';
  }
};

const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const produceSteadily = async (
  { progress }: Running,
  producer: SampleProducer,
  rate: number,
  over: AbortSignal,
): Promise<void> => {
  const perMs = rate / 1_000;
  let due = 0;
  let last = performance.now();
  while (!over.aborted) {
    const now = performance.now();
    due = Math.min(due + (now - last) * perMs, Math.max(1, catchUpMs * perMs));
    last = now;
    if (due >= 1) {
      try {
        const made = await producer.produce(Math.floor(due));
        progress.produced += made;
        due -= made;
        progress.wentWell(producing);
      } catch (error) {
        // Brokers come back; what was made for them in between is gone, as nobody accounts for it here.
        progress.wentWrong(producing, error);
        due = 0;
      }
    }
    await pause(produceEveryMs, over);
  }
};

interface Outputs {
  readonly events: TopicReader;
  readonly failures: TopicReader;
  readonly summaries: TopicReader | undefined;
}

const look = async (
  running: Running,
  { events, failures, summaries }: Outputs,
  screen: Screen,
  over: AbortSignal,
): Promise<void> => {
  const { progress, schemas, settings } = running;
  for (let looks = 0; !over.aborted; looks++) {
    try {
      if (looks % 2 === 0) {
        progress.tick();
        await readLag(running);
      }
      for await (const records of events.newest(newestCount))
        progress.saw(await schemas.readEvents(records), settings.event.currency_field);
      for await (const records of failures.newest(newestCount))
        for (const { code, message } of await schemas.readFailures(records)) progress.sawFailure(code, message);
      for await (const records of summaries?.newest(summariesMax) ?? [])
        progress.summed(await schemas.readSummaries(records));
      progress.wentWell(looking);
    } catch (error) {
      progress.wentWrong(looking, error);
    }
    screen.draw(progress.state());
    await pause(lookEveryMs, over);
  }
};

const pause = (ms: number, over: AbortSignal) => wait(ms, undefined, { signal: over }).catch(() => {});
