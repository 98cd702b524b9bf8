/** A bounded run beside the group: the same pipeline, another source of lanes, and other topics or none to write to. */
import type { Kafka } from 'kafkajs';
import { connectKafka } from '../../connectors/kafka/client';
import { limiter } from '../../connectors/kafka/limiter';
import type { RangeTarget } from '../../connectors/kafka/open-range';
import { checkCluster, partitionsOf, reachCluster } from '../../connectors/kafka/preflight';
import { rangesOf, type TopicRange } from '../../connectors/kafka/range';
import type { Cluster } from '../../connectors/kafka/wire';
import { createLogger, kafkaLog } from '../../connectors/log';
import { decodeWith } from '../../connectors/registry/decode';
import { SchemaReaders } from '../../connectors/registry/readers';
import type { Registry } from '../../connectors/registry/registry';
import { stateCodec } from '../../connectors/state/codec';
import { LaneState } from '../../connectors/state/lane-state';
import { memoryStore } from '../../connectors/state/memory-store';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import { exitCodeOf } from '../complain';
import { kafkaConnectionOf, laneCheckOf, laneSettingsOf, logSettingsOf, pipelineSettingsOf } from '../connections';
import { CommandError } from '../exit';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { encodingOf, openRegistry, outputEncoders } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { ReplayOptions } from './command';
import { replayLanes } from './lanes';
import { Counts, reportText } from './report';
import { type ReplayRequest, requestOf } from './request';
import { makeTarget, type TargetTopics } from './target';

export const replay = async (options: ReplayOptions, settings: Settings): Promise<void> => {
  const request = requestOf(options, settings);
  const mappings = await loadMappings(settings);
  const log = createLogger(logSettingsOf(settings));
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(log));
  const doing = `replay ${settings.topics.sources.join(', ')}`;
  const { events: into } = request.into ?? {};
  try {
    const registry = openRegistry(settings);
    const { ranges, target } = await prepared(kafka, registry, request, settings);
    const decode = decodeWith(
      new SchemaReaders(registry, { unknownIdMemoryMs: settings.registry.unknown_id_memory_ms }),
    );
    const pipeline: PipelineSettings = {
      ...pipelineSettingsOf(settings, mappings),
      failuresInARowMax: settings.failures.in_a_row_max + options.acceptFailures,
      laneCheck: laneCheckOf(settings, ranges.size),
    };
    const counts = new Counts();
    const began = performance.now();
    const ports = {
      kafka,
      log,
      state: () => new LaneState(memoryStore(), stateCodec(registry, noIds), settings.state.retention_ms),
      life: ({ lane, write, states }: Parameters<Parameters<typeof replayLanes>[0]['life']>[0]) =>
        orderLane(lane, { decode, write, states }, pipeline),
      written: counts.add.bind(counts),
    };
    const interrupted = interruption();
    try {
      const { fetchBytesMax, fetchWaitMaxMs, batchRecordsMax } = laneSettingsOf(settings, nothingAccepted);
      await replayLanes(ports, ranges, { fetchBytesMax, fetchWaitMaxMs, batchRecordsMax }, target, interrupted.signal);
      if (interrupted.signal.aborted) throw new CommandError(`Cannot ${doing} to its end as it was stopped before`);
    } catch (error) {
      throw into === undefined ? error : unfinished(into, explainKafka(error, settings, doing));
    } finally {
      interrupted.release();
    }
    const seconds = Math.round(performance.now() - began) / 1_000;
    const report = counts.report(into ?? null, ranges.size, seconds);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
  } catch (error) {
    throw explainKafka(error, settings, doing);
  }
};

/** Nothing of the state is framed for others to read. */
const noIds = { 'odp.state.OrderState': 0, 'odp.state.LanePosition': 0 } as const;
const nothingAccepted = { acceptReset: false, restorePosition: false } as const;

/** All that can be known to be wrong is said here, and the range becomes offsets: from now on it is what it is. */
const prepared = async (kafka: Kafka, registry: Registry, request: ReplayRequest, settings: Settings) => {
  const { from, to, into } = request;
  const sources = settings.topics.sources;
  const cluster = await reachCluster(kafka);
  try {
    const needed = { sources: new Map(sources.map(topic => [topic, 'topics.sources'])), changelog: null };
    const partitions = await checkCluster(
      cluster,
      { ...needed, outputs: new Map(into && [[settings.topics.events, 'topics.events']]) },
      settings.kafka.accept_older,
    );
    const ranges = new Map<number, readonly TopicRange[]>();
    for (let lane = 0; lane < (partitions.get(sources[0] ?? '') ?? 0); lane++)
      ranges.set(lane, await rangesOf(cluster, sources, lane, from, to));
    const wanted = partitions.get(settings.topics.events) ?? 0;
    return { ranges, target: into && (await targetOf(kafka, cluster, registry, into, wanted, settings)) };
  } finally {
    await cluster.disconnect();
  }
};

const targetOf = async (
  kafka: Kafka,
  cluster: Cluster,
  registry: Registry,
  topics: TargetTopics,
  wanted: number,
  settings: Settings,
): Promise<RangeTarget> => {
  const remembers = settings.state.store !== 'none';
  const admin = kafka.admin();
  try {
    await admin.connect();
    await makeTarget(admin, topics, settings, wanted);
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
  const { events, failures, summaries } = topics;
  const remembered = remembers ? { summaries, state: null } : null;
  const encoders = await outputEncoders(registry, settings, { events, failures, remembered });
  const names = [events, failures, ...(remembers ? [summaries] : [])];
  const partitions = await partitionsOf(cluster, new Map(names.map(name => [name, '--into'])));
  const count = (topic: string) => partitions.get(topic) ?? 0;
  const { transactionTimeoutMs, recordBytesMax, compression } = laneSettingsOf(settings, nothingAccepted);
  return {
    group: `${settings.kafka.group}.replay.${events}`,
    topics,
    partitions: { events: count(events), failures: count(failures), summaries: count(summaries) },
    encoding: () => encodingOf(encoders, settings),
    limiter: limiter(settings.kafka.transactions_per_second_max),
    transactionTimeoutMs,
    recordBytesMax,
    compression,
  };
};

const unfinished = (into: string, cause: unknown): CommandError =>
  new CommandError(
    `Cannot finish the rebuild into ${into}: its topics hold a part of the range`,
    'begin again into another topic, or delete these first',
    exitCodeOf(cause),
    { cause },
  );

/** The first Ctrl-C or SIGTERM asks for an orderly end; the second ends at once. */
const interruption = () => {
  const controller = new AbortController();
  const asked = () => controller.abort();
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, asked);
  const release = () => {
    for (const signal of signals) process.off(signal, asked);
  };
  return { signal: controller.signal, release };
};
