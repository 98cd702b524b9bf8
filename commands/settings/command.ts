/** `settings`: what is in force, or the reference page of all there are. */
import type { Command } from 'commander';
import { requestOf } from '../shell';

export const register = (program: Command): void => {
  program
    .command('settings')
    .summary('show the settings in force, or the reference of all')
    .description('Shows the settings in force and where each comes from, secrets hidden.')
    .option('--reference', 'print the reference page of all settings (Markdown) instead')
    .option('--json', 'one JSON object: value and source by name')
    .action(async (options: { reference?: true; json?: true }, command: Command) => {
      if (options.reference) {
        const { settingsReference } = await import('./reference.js');
        process.stdout.write(settingsReference());
        return;
      }
      const { loadWithSources } = await import('./load.js');
      const { SettingsProblems } = await import('./problem.js');
      const { printSettings, settingsAsJson } = await import('./print.js');
      const loaded = loadWithSources(requestOf(command));
      if (loaded instanceof SettingsProblems) throw loaded;
      process.stdout.write(options.json ? `${JSON.stringify(settingsAsJson(loaded))}\n` : printSettings(loaded));
    });
};
