/** `preview`: records and what the pipeline would make of them, writing nothing. */
import type { Command } from 'commander';
import { settingsOf } from '../shell';

export interface PreviewOptions {
  readonly file?: string;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('preview')
    .summary('show records and the events they would become, writing nothing')
    .description('Shows records and the ODP events or failures that the pipeline makes of them. Nothing is written.')
    .requiredOption('--file <facts.jsonl>', 'a line each: {"schema","key","timestamp","value"}; - reads standard input')
    .option('--json', 'one line per outcome: {"event":…} or {"failure":{stage,code,message}}')
    .addHelpText(
      'after',
      `
Each line of the file is a JSON object; blank lines are left out. "schema" is the record's full name, "value" its fields as
people write them: decimals as text or numbers, times as ISO 8601 or epoch milliseconds, fields with defaults left out. "key" is
the value's order_id where it is not given, "timestamp" its occurred_at. Lines that are no such object are told with their
number, all of them, and nothing is previewed (exit code 2).`,
    )
    .action(async (options: PreviewOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { previewFile } = await import('./from-file.js');
      await previewFile(options, settings);
    });
};
