/** `lint`: settings, mappings and schemas, without any connection. */
import type { Command } from 'commander';
import { requestOf } from '../shell';

export interface LintOptions {
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('lint')
    .summary('check settings, mappings and schemas without any connection')
    .description(
      'Checks settings, the mappings they name, and our schemas: every problem with file, line and column. Connects to nothing; JavaScript mappings are loaded.',
    )
    .argument('[files...]', 'Avro schema files (.avsc) to check as well, such as a producer’s')
    .option('--json', 'one JSON object: {"problems":[{"source","name","message","hint"}]}')
    .action(async (files: string[], options: LintOptions, command: Command) => {
      const { lint } = await import('./lint.js');
      await lint(files, options, requestOf(command));
    });
};
