/** Before the first record: all that can be known to be wrong is said, and the range becomes offsets. From then on it is what it is. */
import type { Kafka } from 'kafkajs';
import { limiter } from '../../connectors/kafka/limiter';
import type { RangeTarget } from '../../connectors/kafka/open-range';
import { checkCluster, partitionsOf, reachCluster } from '../../connectors/kafka/preflight';
import { rangesOf, type TopicRange } from '../../connectors/kafka/range';
import type { RangeLaneSettings } from '../../connectors/kafka/range-lane';
import type { Cluster } from '../../connectors/kafka/wire';
import type { Registry } from '../../connectors/registry/registry';
import { laneSettingsOf } from '../connections';
import { checkRights } from '../rights/check';
import { replayGroup, rightsToReplay } from '../rights/needed';
import { encodingOf, outputEncoders } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { ReplayRequest } from './request';
import { makeTarget, type TargetTopics } from './target';

export interface Prepared {
  /** By lane. */
  readonly ranges: ReadonlyMap<number, readonly TopicRange[]>;
  readonly lane: RangeLaneSettings;
  /** Null: nothing is written. */
  readonly target: RangeTarget | null;
}

/** Makes the topics to write to. @throws PreflightError, CommandError. */
export const prepare = async (
  kafka: Kafka,
  registry: Registry,
  { from, to, into }: ReplayRequest,
  settings: Settings,
): Promise<Prepared> => {
  const { sources, events } = settings.topics;
  const cluster = await reachCluster(kafka);
  try {
    const written = into === null ? [] : writtenOf(into, settings);
    await checkRights(cluster, rightsToReplay(settings, written), settings, `replay ${sources.join(', ')}`);
    const needed = {
      sources: new Map(sources.map(topic => [topic, 'topics.sources'])),
      changelog: null,
      outputs: new Map(into && [[events, 'topics.events']]),
    };
    const partitions = await checkCluster(cluster, needed, settings.kafka.accept_older);
    const count = (topic: string) => partitions.get(topic) ?? 0;
    const ranges = new Map<number, readonly TopicRange[]>();
    for (let lane = 0; lane < count(sources[0] ?? ''); lane++)
      ranges.set(lane, await rangesOf(cluster, sources, lane, from, to));
    const {
      repartitioned = [],
      fetchBytesMax,
      fetchWaitMaxMs,
      batchRecordsMax,
    } = laneSettingsOf(settings, noneAccepted);
    return {
      ranges,
      lane: { repartitioned, fetchBytesMax, fetchWaitMaxMs, batchRecordsMax },
      target: into && (await targetOf(kafka, cluster, registry, into, count(events), settings)),
    };
  } finally {
    await cluster.disconnect();
  }
};

/** There is no position that could be doubtful. */
const noneAccepted = { acceptReset: false, restorePosition: false } as const;

/** Where nothing is remembered there are no summaries. */
const writtenOf = ({ events, failures, summaries }: TargetTopics, { state }: Settings): readonly string[] => [
  events,
  failures,
  ...(state.store === 'none' ? [] : [summaries]),
];

const targetOf = async (
  kafka: Kafka,
  cluster: Cluster,
  registry: Registry,
  topics: TargetTopics,
  wanted: number,
  settings: Settings,
): Promise<RangeTarget> => {
  const admin = kafka.admin();
  try {
    await admin.connect();
    await makeTarget(admin, topics, settings, wanted);
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
  const { events, failures, summaries } = topics;
  const remembers = settings.state.store !== 'none';
  const remembered = remembers ? { summaries, state: null } : null;
  const encoders = await outputEncoders(registry, settings, { events, failures, remembered });
  const partitions = await partitionsOf(cluster, new Map(writtenOf(topics, settings).map(topic => [topic, '--into'])));
  const count = (topic: string) => partitions.get(topic) ?? 0;
  const { transactionTimeoutMs, recordBytesMax, compression } = laneSettingsOf(settings, noneAccepted);
  return {
    group: replayGroup(settings, events),
    topics,
    partitions: { events: count(events), failures: count(failures), summaries: count(summaries) },
    encoding: () => encodingOf(encoders, settings),
    limiter: limiter(settings.kafka.transactions_per_second_max),
    transactionTimeoutMs,
    recordBytesMax,
    compression,
  };
};
