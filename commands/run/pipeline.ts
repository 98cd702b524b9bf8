/**
 * The pipeline started whole, from settings to running lanes: what `run` and `demo` do. Everything that can be known to be
 * wrong is said before the first record is read.
 */
import { connectKafka } from '../../connectors/kafka/client';
import { type RunningLanes, runLanes } from '../../connectors/kafka/lanes';
import { limiter } from '../../connectors/kafka/limiter';
import { checkCluster, reachCluster } from '../../connectors/kafka/preflight';
import type { Right } from '../../connectors/kafka/rights/right';
import type { Cluster } from '../../connectors/kafka/wire';
import { kafkaLog, type Logger } from '../../connectors/log';
import type { Metrics } from '../../connectors/metrics';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import type { Written } from '../../pipeline/ports';
import { type Acceptance, kafkaConnectionOf, laneCheckOf, pipelineSettingsOf } from '../connections';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { checkRights, refusalExplained } from '../rights/check';
import { rightsToRun } from '../rights/needed';
import type { Settings } from '../settings/schema';
import { decoderOf, encodingOf, openRegistry, outputEncoders } from './registry';
import { restoreTeller } from './restoring';
import { lanesSettings, topicsNeeded } from './settings';
import { identityOf, openStore } from './store';

export interface PipelineOptions extends Acceptance {
  /** Accept so many failures in a row more than the settings do, this once. */
  readonly acceptFailures: number;
}

export interface PipelineHooks {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** After every commit. */
  readonly written?: (written: Written) => void;
}

/**
 * Resolves once the group is joined and the first lanes are on their way.
 * @throws CommandError for everything that can be known to be wrong at start.
 */
export const startPipeline = async (
  settings: Settings,
  { acceptFailures, ...acceptance }: PipelineOptions,
  { log, metrics, written }: PipelineHooks,
): Promise<RunningLanes> => {
  const mappings = await loadMappings(settings);
  const connection = kafkaConnectionOf(settings);
  const kafka = connectKafka(connection, kafkaLog(log));
  const needed = rightsToRun(settings);
  try {
    const cluster = await reachCluster(kafka);
    const { partitions, identity } = await lookAround(cluster, needed, settings).finally(() => cluster.disconnect());
    const registry = openRegistry(settings, metrics);
    const encoders = await outputEncoders(registry, settings);
    const decode = decoderOf(registry, settings); // what is no fact and has no mapping is the pipeline's to refuse
    const lanes = lanesSettings(settings, partitions, acceptance);
    const pipeline: PipelineSettings = {
      ...pipelineSettingsOf(settings, mappings),
      failuresInARowMax: settings.failures.in_a_row_max + acceptFailures,
      laneCheck: laneCheckOf(settings, lanes.partitions.sources),
    };
    const running = await runLanes(
      {
        kafka,
        encoding: () => encodingOf(encoders, settings),
        limiter: limiter(settings.kafka.transactions_per_second_max),
        state:
          pipeline.memory &&
          (async lane => ({ store: await openStore(settings, identity, lane, log), codec: encoders.state() })),
        restoring: restoreTeller(log, metrics),
        life: (lane, ports) => orderLane(lane, { decode, ...ports }, pipeline),
        written: one => {
          count(metrics, one);
          written?.(one);
        },
        log,
      },
      lanes,
    );
    const ended = running.ended.catch(async error => {
      throw await refusalExplained(error, kafka, needed, settings, 'go on');
    });
    ended.catch(() => {}); // who calls it later still gets the rejection
    return { ...running, ended };
  } catch (error) {
    throw explainKafka(await refusalExplained(error, kafka, needed, settings, 'start'), settings, 'start');
  }
};

const lookAround = async (cluster: Cluster, needed: readonly Right[], settings: Settings) => {
  await checkRights(cluster, needed, settings, 'start');
  const partitions = await checkCluster(cluster, topicsNeeded(settings), settings.kafka.accept_older);
  return { partitions, identity: await identityOf(cluster, settings) };
};

const count = (metrics: Metrics, written: Written) => {
  const { lane, records, skipped, duplicates, late, summaries, closedEarly, held, byAction, byCode } = written;
  metrics.gauge('held_facts', { lane }, held);
  if (records === 0 && byAction.size === 0 && byCode.size === 0) return; // time passed, or a marker: nothing of ours
  metrics.count('writes_total', {});
  metrics.count('records_total', { lane }, records);
  metrics.count('skipped_total', {}, skipped);
  metrics.count('duplicates_total', {}, duplicates);
  metrics.count('late_total', {}, late);
  metrics.count('summaries_total', {}, summaries);
  metrics.count('closed_early_total', {}, closedEarly);
  for (const [action, events] of byAction) metrics.count('events_total', { action }, events);
  for (const [code, failures] of byCode) metrics.count('failures_total', { code }, failures);
};
