/** `schemas`: registers the schemas of what we read and write, after checking that no reader would break. */
import { Argument, type Command } from 'commander';
import { settingsOf } from '../shell';

export type SchemasAction = 'register' | 'check';

export interface SchemasOptions {
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('schemas')
    .summary('register our schemas, after checking that no reader would break')
    .description(
      'Checks our schemas against those in the registry, field by field; registers what is missing where nothing would break.',
    )
    .addArgument(new Argument('[action]', 'check: change nothing').choices(['register', 'check']).default('register'))
    .option('--json', 'one JSON object: {"schemas":[{"subject","schema","state","id","problems"}],"registered":[…]}')
    .action(async (action: SchemasAction, options: SchemasOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { schemas } = await import('./schemas.js');
      await schemas(action, options, settings);
    });
};
