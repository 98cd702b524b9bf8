/** `preview --topic`: records of a topic through the very pipeline of a run, writing and committing nothing. */
import { connectKafka } from '../../connectors/kafka/client';
import { partitionsOf, reachCluster } from '../../connectors/kafka/preflight';
import { type Bound, rangesOf } from '../../connectors/kafka/range';
import { RangeLane } from '../../connectors/kafka/range-lane';
import { createLogger, kafkaLog } from '../../connectors/log';
import { boundOf } from '../bound';
import { kafkaConnectionOf, laneCheckOf, logSettingsOf, pipelineSettingsOf } from '../connections';
import { CommandError, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { checkRights } from '../rights/check';
import { rightsToPreview } from '../rights/needed';
import { decoderOf, openRegistry } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { PreviewOptions } from './command';
import { preview } from './preview';
import { teller } from './show';

export const previewTopic = async (
  { topic = '', from = 'earliest', limit = 100, json }: PreviewOptions,
  settings: Settings,
): Promise<void> => {
  const begin = beginOf(from);
  const doing = `preview topic ${topic}`;
  const mappings = await loadMappings(settings);
  const log = createLogger(logSettingsOf(settings));
  const decode = decoderOf(openRegistry(settings), settings);
  try {
    const cluster = await reachCluster(connectKafka(kafkaConnectionOf(settings), kafkaLog(log)));
    try {
      await checkRights(cluster, rightsToPreview(topic), settings, doing);
      const partitions = (await partitionsOf(cluster, new Map([[topic, '--topic']]))).get(topic) ?? 0;
      const pipeline = {
        ...pipelineSettingsOf(settings, mappings, [topic]),
        laneCheck: settings.topics.sources.includes(topic) ? laneCheckOf(settings, partitions) : null,
      };
      // One after the other, as what is told is in their order.
      for (let partition = 0, recordsMax = limit; partition < partitions; partition++) {
        const ranges = await rangesOf(cluster, [topic], partition, begin, 'end');
        const lane = new RangeLane(partition, ranges, cluster, {
          ...laneLimits,
          repartitioned: settings.topics.repartitioned,
          recordsMax,
        });
        const previewed = preview(lane, decode, pipeline, teller(settings, json));
        await previewed.forEach(({ records }) => {
          recordsMax -= records;
        });
        await lane.close();
      }
    } finally {
      await cluster.disconnect();
    }
  } catch (error) {
    throw explainKafka(error, settings, doing);
  }
};

const laneLimits = { fetchBytesMax: 262_144, fetchWaitMaxMs: 500, batchRecordsMax: 1_000 } as const;

const beginOf = (text: string): Bound => {
  const begin = /^\d{1,15}$/.test(text) ? { offset: Number(text) } : boundOf(text);
  if (begin !== undefined) return begin;
  throw new CommandError(
    `Cannot preview from "${text}" as it is neither "earliest", nor an offset, nor a time with its zone`,
    '--from 2026-01-31T00:00:00Z, or --from 1200',
    exitCodes.usage,
  );
};
