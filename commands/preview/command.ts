/** `preview`: records and what the pipeline would make of them, writing nothing. */
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError, exitCodes } from '../exit';
import { settingsOf } from '../shell';

export interface PreviewOptions {
  readonly file?: string;
  readonly topic?: string;
  readonly from?: string;
  readonly limit?: number;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('preview')
    .summary('show records and the events they would become, writing nothing')
    .description('Shows records and the ODP events or failures that the pipeline makes of them. Nothing is written.')
    .option('--file <facts.jsonl>', 'a line each: {"schema","key","timestamp","topic","value"}; - reads standard input')
    .option('--topic <topic>', 'in place of --file: records of a topic, read as a run would read them')
    .option(
      '--from <where>',
      'earliest, or a time (ISO 8601), or an offset of every partition; with --topic',
      'earliest',
    )
    .option('--limit <n>', 'at most so many records; with --topic', limit, 100)
    .option('--json', 'one line per outcome: {"event":…} or {"failure":{stage,code,message}}')
    .addHelpText(
      'after',
      `
Each line of the file is a JSON object; blank lines are left out. "schema" is the record's full name, "value" its fields as
people write them: decimals as text or numbers, times as ISO 8601 or epoch milliseconds, fields with defaults left out. "key" is
the value's order_id where it is not given, "timestamp" its occurred_at, else now. Lines that are no such object are told with their
number, all of them, and nothing is previewed (exit code 2).

Windows and ledger run as in a run, and the facts' own time is the only clock; at the end of the file all that waits is let go. With
several topics each line names its "topic": each has a time of its own, and the slowest says what time it is.`,
    )
    .action(async (options: PreviewOptions, command: Command) => {
      const settings = await settingsOf(command);
      if ((options.file === undefined) === (options.topic === undefined))
        throw new CommandError(
          'Cannot preview as one of --file and --topic is needed, and not both',
          'odp-orders preview --file facts.jsonl',
          exitCodes.usage,
        );
      if (options.topic !== undefined) await (await import('./from-topic.js')).previewTopic(options, settings);
      else await (await import('./from-file.js')).previewFile(options, settings);
    });
};

const limit = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
};
