/** `preview --topic`: records of a topic through the very pipeline of a run, writing and committing nothing. */
import { lastValueFrom } from 'rxjs';
import { connectKafka } from '../../connectors/kafka/client';
import { partitionsOf, reachCluster } from '../../connectors/kafka/preflight';
import { createLogger, kafkaLog } from '../../connectors/log';
import { decodeWith } from '../../connectors/registry/decode';
import { SchemaReaders } from '../../connectors/registry/readers';
import { kafkaConnectionOf, laneCheckOf, logSettingsOf, pipelineSettingsOf } from '../connections';
import { CommandError, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { loadMappings } from '../mappings';
import { openRegistry } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { PreviewOptions } from './command';
import { preview } from './preview';
import { teller } from './show';
import { type From, topicLanes } from './topic-lane';

export const previewTopic = async (
  { topic = '', from = 'earliest', limit = 100, json }: PreviewOptions,
  settings: Settings,
): Promise<void> => {
  const begin = beginOf(from);
  const mappings = await loadMappings(settings);
  const log = createLogger(logSettingsOf(settings));
  const readers = new SchemaReaders(openRegistry(settings), {
    unknownIdMemoryMs: settings.registry.unknown_id_memory_ms,
  });
  try {
    const cluster = await reachCluster(connectKafka(kafkaConnectionOf(settings), kafkaLog(log)));
    try {
      await partitionsOf(cluster, new Map([[topic, '--topic']]));
      const lanes = await topicLanes(cluster, topic, begin, limit);
      const pipeline = {
        ...pipelineSettingsOf(settings, mappings, [topic]),
        laneCheck: settings.topics.sources.includes(topic) ? laneCheckOf(settings, lanes.length) : null,
      };
      for (const lane of lanes) {
        const previewed = preview(lane, decodeWith(readers), pipeline, teller(settings, json));
        await lastValueFrom(previewed, { defaultValue: undefined });
      }
    } finally {
      await cluster.disconnect();
    }
  } catch (error) {
    throw explainKafka(error, settings, `preview topic ${topic}`);
  }
};

const beginOf = (text: string): From => {
  if (text === 'earliest') return text;
  if (/^\d{1,15}$/.test(text)) return { offset: Number(text) };
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new CommandError(
    `Cannot preview from "${text}" as it is neither "earliest", nor an offset, nor a time`,
    '--from 2026-01-31T00:00:00Z, or --from 1200',
    exitCodes.usage,
  );
};
