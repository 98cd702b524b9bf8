/** Where the demo happens: a stack of its own or one that is there; settings for it, topics in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { connectKafka } from '../../connectors/kafka/client';
import { createTopics, readTopics } from '../../connectors/kafka/topics';
import { kafkaLog, type Logger } from '../../connectors/log';
import { kafkaConnectionOf } from '../connections';
import { CommandError, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { type LoadedSettings, loadWithSources } from '../settings/load';
import { printSettings } from '../settings/print';
import { type GlobalOptions, requestOf } from '../shell';
import { topicsPlanOf } from '../topics/topics';
import type { DemoOptions } from './command';

export interface Place {
  readonly loaded: LoadedSettings;
  /** A settings file of what is in force, for other commands. */
  readonly configFile: string;
  /** Temporary; also where the log is. */
  readonly directory: string;
  /** Ends what was started and removes what is temporary. */
  close(): Promise<void>;
}

/** Takes some seconds where a stack is started. */
export const openPlace = async (options: DemoOptions, command: Command): Promise<Place> => {
  if ((options.brokers === undefined) !== (options.registry === undefined))
    throw new CommandError(
      `Cannot use ${options.brokers === undefined ? '--registry without --brokers' : '--brokers without --registry'} as one belongs to the other`,
      'give both, or neither: then a stack of its own is started',
      exitCodes.usage,
    );
  return options.brokers !== undefined && options.registry !== undefined
    ? existingPlace(options.brokers, options.registry, command)
    : ownPlace(command);
};

const existingPlace = async (brokers: string, registry: string, command: Command): Promise<Place> => {
  const directory = mkdtempSync(join(tmpdir(), 'odp-orders-demo-'));
  const close = async () => rmSync(directory, { recursive: true, force: true });
  try {
    const request = requestOf(command);
    return settled(
      { ...request, overrides: [...placed(brokers, registry, directory), ...(request.overrides ?? [])] },
      directory,
      close,
    );
  } catch (error) {
    await close();
    throw error;
  }
};

/** Settings of the environment and of the working directory are for other clusters. */
const ownPlace = async (command: Command): Promise<Place> => {
  const { startStack } = await import('../../dev/stack.js');
  const stack = await startStack();
  const { config, set } = command.optsWithGlobals<GlobalOptions>();
  try {
    const request = {
      configPath: config === undefined ? undefined : resolve(config),
      env: {},
      overrides: [...placed(stack.brokers.join(','), stack.registryUrl, stack.directory), ...(set ?? [])],
      workingDirectory: stack.directory,
    };
    return settled(request, stack.directory, () => stack.stop());
  } catch (error) {
    await stack.stop();
    throw error;
  }
};

const placed = (brokers: string, registry: string, directory: string) => [
  `kafka.brokers=${brokers}`,
  `registry.url=${registry}`,
  `state.dir=${join(directory, 'state')}`,
];

const settled = (
  request: Parameters<typeof loadWithSources>[0],
  directory: string,
  close: () => Promise<void>,
): Place => {
  const loaded = loadWithSources(request);
  if (loaded instanceof Error) throw loaded;
  const configFile = join(directory, 'odp-orders.yaml');
  writeFileSync(configFile, printSettings(loaded), { mode: 0o600 });
  return { loaded, configFile, directory, close };
};

/** Creates the topics that are not there. */
export const makeTopics = async ({ loaded: { settings } }: Place, log: Logger): Promise<void> => {
  const plan = topicsPlanOf(settings);
  const admin = connectKafka(kafkaConnectionOf(settings), kafkaLog(log)).admin();
  try {
    await admin.connect();
    await createTopics(
      admin,
      plan,
      await readTopics(
        admin,
        plan.topics.map(({ name }) => name),
      ),
    );
  } catch (error) {
    throw explainKafka(error, settings, 'create the topics of the demo');
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
};
