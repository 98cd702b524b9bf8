/**
 * The long run: a program whose state was restored gets facts of known and new orders at a steady rate, and forgets orders as
 * quickly as new ones come. It is looked at every ten seconds; at the end the bounds are held against what was seen.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Stack } from '../../dev/stack';
import { fillChangelog } from '../changelog';
import { lastLines } from '../observe';
import { say } from '../program';
import { setScene } from '../scene';
import { putSteadily } from '../steady';
import type { SoakOptions } from './options';
import { startWatched } from './program';
import { csvHeader, csvLine, lookAt, progressOf, type Sample, type Watched } from './sample';
import { factOf, newOrdersPerSecond } from './shop';
import { boundedConfigs } from './topics';
import { linesOf, verdictOf } from './verdict';

const everyMs = 10_000;
const retentionMsMin = 60_000;
/** For a start with five million orders on a busy machine. */
const restoredWithinMs = 900_000;
const warmUpMs = 10_000;
/** Facts a second. */
const trickle = 50;

/** @returns Whether all bounds held. */
export const endure = async (options: SoakOptions, stack: Stack): Promise<boolean> => {
  const { partitions, orders, rate, minutes } = options;
  // As many are forgotten as come: those known before, evenly over so long a time, and then the new ones.
  const retentionMs = Math.max(retentionMsMin, Math.round((orders * 1000) / newOrdersPerSecond(rate)));
  const env = { ODP_ORDERS_STATE_RETENTION_MS: String(retentionMs), ODP_ORDERS_LOG_FORMAT: 'json' };
  const scene = await setScene(stack, { group: 'soak', partitions, env, configs: boundedConfigs });
  const begunAt = Date.now();
  await fillChangelog(scene, orders, index => Math.round(begunAt - retentionMs * (1 - index / orders)));
  say(`${orders} orders in the changelog after ${seconds(begunAt)} s; each is kept for ${retentionMs / 1000} s`);

  const startedAt = Date.now();
  const watched = startWatched(stack, scene);
  // A few at first: what waits while five million orders are restored could be more than the topic holds.
  const steady = await putSteadily(scene, trickle, (number, now) => factOf(number, orders, now));
  try {
    await restored(watched);
    say(`restored after ${seconds(startedAt)} s`);
    steady.setRate(rate);
    await wait(warmUpMs);
    const work = watch(watched, options.csv, minutes);
    const samples = await Promise.race([work, steady.ended.then(() => work)]);
    const failures = await countOf(scene.admin, scene.settings.topics.failures);
    const verdict = verdictOf(samples, rate, failures);
    process.stdout.write(`${linesOf(verdict.bounds)}\n`);
    if (options.json) {
      const { csv: _, json: __, rebalances: ___, ...asked } = options;
      process.stdout.write(`${JSON.stringify({ ...asked, retentionMs, ...verdict, last: samples.at(-1) })}\n`);
    }
    return verdict.bounds.every(({ held }) => held);
  } finally {
    await steady.stop().catch(() => {}); // the first error says more
    await watched.running.stop();
    await scene.close();
  }
};

const seconds = (since: number) => Math.round((Date.now() - since) / 1000);

/** Every lane has committed what it was given. */
const restored = async ({ scene, running }: Watched): Promise<void> => {
  const deadline = Date.now() + restoredWithinMs;
  for (;;) {
    const { offsets } = await progressOf(scene);
    if (offsets.every(offset => offset > 0)) return;
    const why = running.pid() === undefined ? 'has ended' : Date.now() > deadline ? 'takes too long' : undefined;
    if (why !== undefined)
      throw new Error(`Cannot begin the soak as the program ${why}. It said:\n${lastLines(running.log)}`);
    await wait(500);
  }
};

const watch = async (watched: Watched, csv: string, minutes: number): Promise<Sample[]> => {
  const samples: Sample[] = [];
  const fresh = { ...watched, begunAt: performance.now() };
  while (samples.length === 0 || (samples.at(-1)?.minutes ?? 0) < minutes) {
    const sample = await lookAt(fresh);
    if (samples.length === 0) writeFileSync(csv, `${csvHeader(sample)}\n`);
    appendFileSync(csv, `${csvLine(sample)}\n`);
    samples.push(sample);
    if (samples.length % 6 === 1) tell(sample);
    await wait(Math.max(0, fresh.begunAt + samples.length * everyMs - performance.now()));
  }
  return samples;
};

const tell = ({ minutes, anonMb, heapMb, files, stateMb, brokerMb, lag }: Sample) =>
  say(
    `${minutes.toFixed(1)} min: RssAnon ${anonMb.toFixed(0)} MB, heap ${heapMb.toFixed(0)} MB, ${files} files open, state ${stateMb.toFixed(0)} MB, broker ${brokerMb.toFixed(0)} MB, ${lag} behind`,
  );

const countOf = async (
  admin: { fetchTopicOffsets(topic: string): Promise<{ high: string }[]> },
  topic: string,
): Promise<number> => (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0);
