/** Copies until SIGTERM, or until the end as it was at the start; then says what was done. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectKafka } from '../../connectors/kafka/client';
import { type LivesSettings, type RunningLanes, runLives } from '../../connectors/kafka/lanes';
import { limiter } from '../../connectors/kafka/limiter';
import { reachCluster } from '../../connectors/kafka/preflight';
import { type OpenCopySettings, openCopy } from '../../connectors/kafka/repartition/open';
import { until } from '../../connectors/kafka/repartition/until';
import type { Cluster } from '../../connectors/kafka/wire';
import { createLogger, kafkaLog, type Logger } from '../../connectors/log';
import { decodeWith } from '../../connectors/registry/decode';
import { SchemaReaders } from '../../connectors/registry/readers';
import { groupSettingsOf, kafkaConnectionOf, laneSettingsOf, logSettingsOf, orderSettingsOf } from '../connections';
import { CommandError, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { refusalExplained } from '../rights/check';
import { rightsToRepartition } from '../rights/needed';
import { signalled } from '../run';
import { openRegistry } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { RepartitionOptions } from './command';
import { leftOf, type Plan, planOf } from './plan';
import { byOrderId, byOwnKey, type Keying, rekeyedLane } from './rekey';
import { asJson, asLines, Tally } from './report';

const lookEveryMs = 500;
const progressEveryMs = 10_000;

export const repartition = async (options: RepartitionOptions, settings: Settings): Promise<void> => {
  const { from, to, json } = options;
  if (from === to)
    throw new CommandError(
      `Cannot repartition ${from} into itself as it would never end`,
      'create another topic with as many partitions, and name it with --to',
      exitCodes.usage,
    );
  const began = performance.now();
  const tally = new Tally();
  const log = createLogger(logSettingsOf(settings));
  const asked = signalled();
  const keying = await keyingOf(options, settings);
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(log));
  try {
    const cluster = await reachCluster(kafka);
    try {
      const plan = await planOf(kafka, cluster, options, settings);
      const brake = limiter(settings.kafka.transactions_per_second_max);
      const lanes = await runLives(
        {
          kafka,
          open: (id, signal) => openCopy({ kafka, limiter: brake }, openSettings(options, settings, plan), id, signal),
          life: ({ lane, write }) => {
            const end = plan.ends?.get(lane.id);
            return rekeyedLane(end === undefined ? lane : until(lane, from, end), keying, write);
          },
          written: copied => tally.add(copied),
          log,
        },
        livesSettings(settings, plan),
      );
      log.info({ group: plan.group, from, to, key: options.key }, 'started');
      const watch = (signal: AbortSignal) => atEnd(cluster, plan, tally, log, signal);
      await ended(lanes, asked, watch, settings, log).finally(() => log.info({ records: tally.records }, 'stopped'));
      const left = await leftOf(cluster, plan).catch(() => undefined); // all is written: this is only to be told
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      const ending = { options, tally, left, seconds };
      process.stdout.write(`${json ? asJson(ending) : asLines(ending)}\n`);
    } finally {
      await cluster.disconnect();
    }
  } catch (error) {
    const needed = rightsToRepartition(settings, options);
    const doing = `repartition ${from}`;
    throw explainKafka(await refusalExplained(error, kafka, needed, settings, doing), settings, doing);
  }
};

/** Resolves once all is drained: asked to, or at the end. */
const ended = async (
  lanes: RunningLanes,
  asked: Promise<unknown>,
  watch: (signal: AbortSignal) => Promise<void>,
  settings: Settings,
  log: Logger,
): Promise<void> => {
  const timeoutMs = settings.shutdown.timeout_ms;
  const watching = new AbortController();
  try {
    await Promise.race([lanes.ended, asked, watch(watching.signal)]);
  } finally {
    watching.abort();
    const inTime = await Promise.race([lanes.drain().then(() => true), wait(timeoutMs, false, { ref: false })]);
    // What is not committed is read again by the next owner: nothing is lost by leaving now.
    if (!inTime) log.warn({ timeoutMs }, 'lanes did not finish in time, leaving anyway');
  }
};

/** Tells how far we are, from time to time. Resolves where the plan has an end and the group, whoever its members are, is there. */
const atEnd = async (cluster: Cluster, plan: Plan, tally: Tally, log: Logger, signal: AbortSignal): Promise<void> => {
  let told = performance.now();
  while (!signal.aborted) {
    // Lanes look after themselves: an outage that they get over must not end us here.
    const left = await leftOf(cluster, plan).catch(async error => {
      log.debug({ err: error }, 'cannot see how far the group is');
      await cluster.refreshMetadata().catch(() => {}); // a leader may have moved: the next look is at the new one
      return undefined;
    });
    if (left === 0 && plan.ends) return;
    if (performance.now() - told >= progressEveryMs) {
      told = performance.now();
      log.info({ records: tally.records, left }, 'copying');
    }
    await wait(lookEveryMs, undefined, { signal }).catch(() => {}); // aborted: the loop ends
  }
};

const keyingOf = async ({ key, acceptFailures }: RepartitionOptions, settings: Settings): Promise<Keying> => {
  if (key === 'record') return byOwnKey;
  const readers = new SchemaReaders(openRegistry(settings), {
    unknownIdMemoryMs: settings.registry.unknown_id_memory_ms,
  });
  return byOrderId({
    decode: decodeWith(readers),
    mappings: await loadMappings(settings),
    order: orderSettingsOf(settings),
    failuresInARowMax: settings.failures.in_a_row_max + acceptFailures,
  });
};

const openSettings = (
  { from, acceptReset }: RepartitionOptions,
  settings: Settings,
  { group, purpose }: Plan,
): OpenCopySettings => ({
  from,
  purpose,
  tellsPlaces: from === settings.topics.inbox || settings.topics.repartitioned.includes(from),
  lane: {
    ...laneSettingsOf(settings, { acceptReset: acceptReset ?? false, restorePosition: false }),
    group,
    sources: [from],
    inbox: '',
    repartitioned: [],
    startFrom: 'earliest',
  },
});

const livesSettings = (settings: Settings, { group, from, lanes }: Plan): LivesSettings => ({
  group: { ...groupSettingsOf(settings), group },
  topics: [from],
  laneCount: lanes,
  restartDelayMs: settings.retry.first_delay_ms,
  restartDelayMaxMs: settings.retry.delay_max_ms,
  restartsMax: settings.retry.attempts_max,
});
