/** `reset`: the group begins anew, as if it had never been. */
import type { Command } from 'commander';
import { settingsOf } from '../shell';

export interface ResetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const register = (program: Command): void => {
  program
    .command('reset')
    .summary('let the group begin anew: its offsets, its state and its stores are removed')
    .description(
      'Removes what the group has kept: its offsets, its state in the changelog, and its stores on this machine. Topics, and what was written to them, stay. Without --yes it only shows what there is.',
    )
    .option('--yes', 'do it; all processes of the group must have been stopped')
    .option(
      '--json',
      'one JSON object {"group","done","members":[{"client_id","host"}],"offsets","changelog":{"topic","lanes","records"|"orders"},"stores":{"directory","count"}}',
    )
    .addHelpText('after', '\nWhat it is for, and what it leaves: docs/state.md.')
    .action(async (options: ResetOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { reset } = await import('./reset.js');
      await reset(options, settings);
    });
};
