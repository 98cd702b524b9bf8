/** What one group of a measurement has to itself: settings, topics, a client, and encoders by its registered schemas. */
import type { Admin, Kafka } from 'kafkajs';
import { kafkaConnectionOf, stateShapeOf } from '../commands/connections';
import { type Encoders, openRegistry, outputEncoders } from '../commands/run/registry';
import { loadSettings } from '../commands/settings/load';
import { SettingsProblems } from '../commands/settings/problem';
import type { Settings } from '../commands/settings/schema';
import { connectKafka } from '../connectors/kafka/client';
import type { StateShape } from '../connectors/state/codec';
import type { Stack } from '../dev/stack';
import { settings as settingsOf } from './odp-orders';
import { createTopics } from './topics';

/** Settings in the environment's names. */
export type Environment = Readonly<Record<string, string>>;

export interface Scene {
  /** For a process of its own. */
  readonly env: Environment;
  readonly settings: Settings;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly encoders: Encoders;
  readonly shape: StateShape;
  /** The order topic. */
  readonly source: string;
  close(): Promise<void>;
}

export interface SceneOptions {
  readonly group: string;
  readonly partitions: number;
  /** Settings besides the names. */
  readonly env?: Environment;
  /** Configuration of a topic by its part: `source`, `state` and so on. */
  readonly configs?: (part: Part) => Readonly<Record<string, string>>;
}

export type Part = 'source' | 'inbox' | 'events' | 'failures' | 'summaries' | 'state';

export const setScene = async (stack: Stack, options: SceneOptions): Promise<Scene> => {
  const { group, partitions, configs = nothing } = options;
  const source = `${group}.orders`;
  const topics = { source, events: `${group}.events`, failures: `${group}.failures` };
  const env = { ...settingsOf({ ...stack, ...topics, group, compression: 'none' }), ...options.env };
  const settings = loadSettings({ env });
  if (settings instanceof SettingsProblems) throw settings;
  const kafka = connectKafka(kafkaConnectionOf(settings), () => () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  const { inbox, summaries, state } = settings.topics;
  const names: Record<Part, string> = { ...topics, inbox, summaries, state };
  const plans = (Object.keys(names) as Part[]).map(part => ({ topic: names[part], configs: configs(part) }));
  await createTopics(admin, plans, partitions);
  const encoders = await outputEncoders(openRegistry(settings), settings);
  const shape = { settings: stateShapeOf(settings), partitions };
  return { env, settings, kafka, admin, encoders, shape, source, close: () => admin.disconnect() };
};

const nothing = (): Readonly<Record<string, string>> => ({});
