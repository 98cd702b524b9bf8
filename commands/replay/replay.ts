/** A bounded run beside the group: the same pipeline, another source of lanes, and other topics or none to write to. */
import { connectKafka } from '../../connectors/kafka/client';
import { createLogger, kafkaLog } from '../../connectors/log';
import { stateCodec } from '../../connectors/state/codec';
import { LaneState } from '../../connectors/state/lane-state';
import { memoryStore } from '../../connectors/state/memory-store';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import { exitCodeOf } from '../complain';
import { kafkaConnectionOf, laneCheckOf, logSettingsOf, pipelineSettingsOf } from '../connections';
import { interruption } from '../demo/interruption';
import { CommandError } from '../exit';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { decoderOf, openRegistry } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { ReplayOptions } from './command';
import { type ReplayLanesPorts, replayLanes } from './lanes';
import { prepare } from './prepare';
import { Counts, type Report, reportText } from './report';
import { type ReplayRequest, requestOf } from './request';

export const replay = async (options: ReplayOptions, settings: Settings): Promise<void> => {
  const request = requestOf(options, settings);
  try {
    const report = await replayed(request, options.acceptFailures, settings);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
  } catch (error) {
    throw explainKafka(error, settings, `replay ${settings.topics.sources.join(', ')}`);
  }
};

const replayed = async (request: ReplayRequest, acceptFailures: number, settings: Settings): Promise<Report> => {
  const mappings = await loadMappings(settings);
  const log = createLogger(logSettingsOf(settings));
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(log));
  const registry = openRegistry(settings);
  const { ranges, lane, target } = await prepare(kafka, registry, request, settings);
  const decode = decoderOf(registry, settings);
  const pipeline: PipelineSettings = {
    ...pipelineSettingsOf(settings, mappings),
    failuresInARowMax: settings.failures.in_a_row_max + acceptFailures,
    laneCheck: laneCheckOf(settings, ranges.size),
  };
  const counts = new Counts();
  const ports: ReplayLanesPorts = {
    kafka,
    log,
    state: () => new LaneState(memoryStore(), stateCodec(registry, noIds), settings.state.retention_ms),
    life: ({ lane, ...ports }) => orderLane(lane, { decode, ...ports }, pipeline),
    written: one => counts.add(one),
  };
  const into = request.into?.events ?? null;
  const began = performance.now();
  const interrupted = interruption();
  interrupted.begin();
  try {
    await replayLanes(ports, ranges, lane, target, interrupted.signal);
    if (interrupted.signal.aborted)
      throw new CommandError('Cannot replay the range to its end as it was stopped before');
  } catch (error) {
    throw into === null ? error : unfinished(into, explainKafka(error, settings, 'replay the range to its end'));
  } finally {
    interrupted.release();
  }
  return counts.report(into, ranges.size, Math.round(performance.now() - began) / 1_000);
};

/** Nobody else reads this state, so nobody looks for its schemas. */
const noIds = { 'odp.state.OrderState': 0, 'odp.state.LanePosition': 0 } as const;

const unfinished = (into: string, cause: unknown): CommandError => {
  const hint = cause instanceof CommandError && cause.hint !== undefined ? `${cause.hint}; then ` : '';
  return new CommandError(
    `Cannot finish the rebuild into ${into}: its topics hold a part of the range`,
    `${hint}begin again into another topic, or delete these first`,
    exitCodeOf(cause),
    { cause },
  );
};
