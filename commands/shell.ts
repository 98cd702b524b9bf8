/**
 * What all commands share: the global options, and the way from them to settings. A command's file exports
 * `register(program)`, which adds the command; heavy modules are imported inside its action, so that `--help` is quick.
 */
import type { Command } from 'commander';
import type { LoadedSettings, SettingsRequest } from './settings/load';
import type { Settings } from './settings/schema';

export interface GlobalOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly printConfig?: true;
  readonly debug?: true;
}

/** Adds the options that every command takes. */
export const addGlobalOptions = (program: Command): void => {
  program
    .option('--config <file>', 'settings file (else ODP_ORDERS_CONFIG, else ./odp-orders.yaml if there is one)')
    .option(
      '--set <name=value>',
      'one setting, such as kafka.group=trial; may be repeated',
      (value: string, all: string[] = []) => [...all, value],
    )
    .option('--print-config', 'print the settings in force, secrets hidden, and do nothing else')
    .option('--debug', 'print stacks of errors (also: DEBUG in the environment)');
};

export const requestOf = (command: Command): SettingsRequest => {
  const { config, set } = command.optsWithGlobals<GlobalOptions>();
  return { configPath: config, env: process.env, overrides: set };
};

/** @throws SettingsProblems, all at once. */
export const loadedSettingsOf = async (command: Command): Promise<LoadedSettings> => {
  const { loadWithSources } = await import('./settings/load.js');
  const loaded = loadWithSources(requestOf(command));
  if (loaded instanceof Error) throw loaded;
  return loaded;
};

/** The settings in force for this call of a command. @throws SettingsProblems, all at once. */
export const settingsOf = async (command: Command): Promise<Settings> => (await loadedSettingsOf(command)).settings;
