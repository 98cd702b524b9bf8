/** Settings → what the lanes and the preflight of a run need. */
import type { LanesSettings } from '../../connectors/kafka/lanes';
import type { TopicsNeeded } from '../../connectors/kafka/preflight';
import { type Acceptance, groupSettingsOf, laneSettingsOf, stateShapeOf } from '../connections';
import type { Settings } from '../settings/schema';

/** Topics that must exist, with the setting that names each. */
export const topicsNeeded = ({ topics, state }: Settings): TopicsNeeded => ({
  sources: new Map([
    ...topics.sources.map(topic => [topic, 'topics.sources'] as const),
    [topics.inbox, 'topics.inbox'],
  ]),
  changelog: state.store === 'none' ? null : [topics.state, 'topics.state'],
  outputs: new Map([
    [topics.events, 'topics.events'],
    [topics.failures, 'topics.failures'],
    ...(state.store === 'none' ? [] : [[topics.summaries, 'topics.summaries'] as const]),
  ]),
});

/** @param partitions By topic, as the cluster says. */
export const lanesSettings = (
  settings: Settings,
  partitions: ReadonlyMap<string, number>,
  acceptance: Acceptance,
): LanesSettings => {
  const { topics, retry } = settings;
  const count = (topic: string) => partitions.get(topic) ?? 0;
  return {
    group: groupSettingsOf(settings),
    lane: laneSettingsOf(settings, acceptance),
    topics: { events: topics.events, failures: topics.failures, summaries: topics.summaries, state: topics.state },
    partitions: {
      sources: count(topics.inbox),
      events: count(topics.events),
      failures: count(topics.failures),
      summaries: count(topics.summaries),
    },
    state: { retentionMs: settings.state.retention_ms, settings: stateShapeOf(settings) },
    restartDelayMs: retry.first_delay_ms,
    restartDelayMaxMs: retry.delay_max_ms,
    restartsMax: retry.attempts_max,
  };
};
