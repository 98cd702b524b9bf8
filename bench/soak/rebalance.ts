/**
 * Hundreds of rebalances: a program stays while a second member, in this process, takes half of its lanes and gives them back,
 * again and again. The one that stays is looked at each time it has them all again, with its garbage collected: what grows then leaks.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startPipeline } from '../../commands/run/pipeline';
import { loadSettings } from '../../commands/settings/load';
import { SettingsProblems } from '../../commands/settings/problem';
import type { Settings } from '../../commands/settings/schema';
import { createLogger } from '../../connectors/log';
import { Metrics } from '../../connectors/metrics';
import type { Stack } from '../../dev/stack';
import { fillChangelog } from '../changelog';
import { lastLines } from '../observe';
import { say } from '../program';
import { setScene } from '../scene';
import { putSteadily } from '../steady';
import { testimonyIn } from '../witness';
import { leaksOf } from './leaks';
import type { SoakOptions } from './options';
import { startWatched } from './program';
import { csvHeader, csvLine, lookAt, type Sample, type Watched } from './sample';
import { factOf } from './shop';
import { linesOf } from './verdict';

/** So that a rebalance takes less than a second. */
const quick = {
  ODP_ORDERS_KAFKA_SESSION_TIMEOUT_MS: '6000',
  ODP_ORDERS_KAFKA_HEARTBEAT_INTERVAL_MS: '200',
  ODP_ORDERS_LOG_FORMAT: 'json',
};
const conditionWithinMs = 60_000;

/** @returns Whether all bounds held. */
export const rebalance = async (options: SoakOptions, stack: Stack): Promise<boolean> => {
  const { partitions, orders, rate, rebalances, csv } = options;
  const scene = await setScene(stack, { group: 'soak', partitions, env: quick });
  const begunAt = Date.now();
  await fillChangelog(scene, orders, index => begunAt - orders + index);
  const watched = startWatched(stack, scene, ['--expose-gc']);
  const steady = await putSteadily(scene, rate, (number, now) => factOf(number, orders, now));
  try {
    const guest = guestSettings(scene.env, join(stack.directory, 'guest'));
    const work = comeAndGo(watched, guest, rebalances, csv);
    const samples = await Promise.race([work, steady.ended.then(() => work)]);
    const { bounds, ...figures } = leaksOf(samples);
    process.stdout.write(`${linesOf(bounds)}\n`);
    if (options.json) {
      const asked = { rebalances: samples.at(-1)?.rebalances, rate, orders, partitions };
      process.stdout.write(
        `${JSON.stringify({ ...asked, ...figures, bounds, first: samples[0], last: samples.at(-1) })}\n`,
      );
    }
    return bounds.every(({ held }) => held);
  } finally {
    await steady.stop().catch(() => {}); // the first error says more
    await watched.running.stop();
    await scene.close();
  }
};

export interface RebalanceSample extends Sample {
  /** As the one that stays has seen them. */
  readonly rebalances: number;
}

const comeAndGo = async (
  watched: Watched,
  guest: Settings,
  rebalances: number,
  csv: string,
): Promise<RebalanceSample[]> => {
  const samples: RebalanceSample[] = [];
  for (;;) {
    await quiet(watched);
    const sample = { ...(await lookAt(watched)), rebalances: assignmentsIn(watched.running.log).length };
    if (samples.length === 0) writeFileSync(csv, `${csvHeader(sample)}\n`);
    appendFileSync(csv, `${csvLine(sample)}\n`);
    samples.push(sample);
    if (samples.length % 10 === 1) tell(sample);
    // The first assignment is none.
    if (sample.rebalances > rebalances) return samples;
    await visit(watched, guest);
  }
};

/** A member comes, works on its lanes until it has caught up, and leaves. */
const visit = async (watched: Watched, guest: Settings): Promise<void> => {
  let records = 0;
  const lanes = await startPipeline(
    guest,
    { acceptFailures: 0, acceptReset: false, restorePosition: false },
    {
      log: createLogger({ level: 'warn', format: 'json' }),
      metrics: new Metrics(),
      written: written => {
        records += written.records;
      },
    },
  );
  try {
    await until('the second member works', () => lanes.held().length > 0 && records > 0, watched);
  } finally {
    await lanes.drain();
  }
};

/** The one that stays has all lanes, has gone on with each of them, and has looked at itself twice since. */
const quiet = async (watched: Watched): Promise<void> => {
  const { scene, running, witnessFile } = watched;
  const { partitions } = scene.shape;
  await until(
    'the first member has all lanes',
    () => assignmentsIn(running.log).at(-1)?.length === partitions,
    watched,
  );
  const ends = await scene.admin.fetchTopicOffsets(scene.source);
  const passed = async () => {
    const [of] = await scene.admin.fetchOffsets({ groupId: scene.settings.kafka.group, topics: [scene.source] });
    const offsets = new Map(of?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return ends.every(({ partition, high }) => (offsets.get(partition) ?? -1) >= Number(high));
  };
  await until('all lanes go on', passed, watched);
  const looks = testimonyIn(witnessFile)?.looks ?? 0;
  await until('it has looked at itself', () => (testimonyIn(witnessFile)?.looks ?? 0) >= looks + 2, watched);
};

const until = async (what: string, holds: () => boolean | Promise<boolean>, { running }: Watched): Promise<void> => {
  const deadline = Date.now() + conditionWithinMs;
  while (!(await holds())) {
    if (running.pid() === undefined || Date.now() > deadline)
      throw new Error(
        `Cannot go on with the rebalances as it did not come to pass within ${conditionWithinMs / 1000} s that ${what}. The first member said:\n${lastLines(running.log)}`,
      );
    await wait(50);
  }
};

/** The lanes of each assignment so far, as its log tells. */
const assignmentsIn = (log: string): (readonly number[])[] =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter(line => line.includes('"lanes assigned"'))
    .map(line => (JSON.parse(line) as { lanes: number[] }).lanes);

const guestSettings = (env: Readonly<Record<string, string>>, directory: string): Settings => {
  const settings = loadSettings({
    env: { ...env, ODP_ORDERS_STATE_STORE: 'level', ODP_ORDERS_STATE_DIR: directory },
  });
  if (settings instanceof SettingsProblems) throw settings;
  return settings;
};

const tell = ({ rebalances, anonMb, heapMb, files, resources, warnings }: RebalanceSample) =>
  say(
    `${rebalances} rebalances: RssAnon ${anonMb.toFixed(0)} MB, heap ${heapMb.toFixed(1)} MB, ${files} files, ${resources} resources, ${warnings} warnings`,
  );
