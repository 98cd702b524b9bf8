/** Settings → what the lanes and the preflight of a run need. */
import type { LanesSettings } from '../../connectors/kafka/lanes';
import type { TopicsNeeded } from '../../connectors/kafka/preflight';
import { groupSettingsOf, laneSettingsOf } from '../connections';
import type { Settings } from '../settings/schema';

/** Topics that must exist, with the setting that names each. */
export const topicsNeeded = ({ topics }: Settings): TopicsNeeded => ({
  sources: new Map([
    ...topics.sources.map(topic => [topic, 'topics.sources'] as const),
    [topics.inbox, 'topics.inbox'],
  ]),
  outputs: new Map([
    [topics.events, 'topics.events'],
    [topics.failures, 'topics.failures'],
  ]),
});

/** @param partitions By topic, as the cluster says. @param acceptReset `--accept-reset`. */
export const lanesSettings = (
  settings: Settings,
  partitions: ReadonlyMap<string, number>,
  acceptReset: boolean,
): LanesSettings => {
  const { topics, retry } = settings;
  const count = (topic: string) => partitions.get(topic) ?? 0;
  return {
    group: groupSettingsOf(settings),
    lane: laneSettingsOf(settings, acceptReset),
    topics: { events: topics.events, failures: topics.failures },
    partitions: { sources: count(topics.inbox), events: count(topics.events), failures: count(topics.failures) },
    restartDelayMs: retry.first_delay_ms,
    restartDelayMaxMs: retry.delay_max_ms,
    restartsMax: retry.attempts_max,
  };
};
