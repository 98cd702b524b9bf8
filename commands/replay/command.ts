/** `replay`: a range of the order topics through the pipeline once more, beside the running group. */
import type { Command } from 'commander';
import { wholeNumber } from '../run';
import { settingsOf } from '../shell';

export interface ReplayOptions {
  readonly from?: string;
  readonly to: string;
  readonly dryRun?: true;
  readonly rebuild?: true;
  readonly into?: string;
  readonly acceptFailures: number;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('replay')
    .summary('run a range of the order topics through the pipeline once more, into other topics or only to see')
    .description(
      'Reads the source topics from a place to a place, and runs the pipeline over that: with a fresh state, beside the running group, which is left alone.',
    )
    .option('--from <where>', 'earliest, or a time: of each partition from its first record that is not older')
    .option('--to <where>', 'end (what is committed now), or a time: up to the first record that is not older', 'end')
    .option('--dry-run', 'write nothing, only report what would be')
    .option('--rebuild', 'write what comes out to the topics of --into')
    .option('--into <topic>', 'for events; failures go to <topic>.failures, summaries to <topic>.summaries')
    .option('--accept-failures <n>', 'accept so many more failures in a row', wholeNumber, 0)
    .option('--json', 'the report as one JSON object, as the last line')
    .addHelpText(
      'after',
      `
Times are those of the records: ISO 8601 with a zone (2026-01-31T00:00:00Z), or a day (from its midnight, UTC). The inbox is not read.
Only data moves time, so the same range gives the same events again, byte by byte; where the range begins, what was
before is not known: take it early enough to hold the purchases of what is given back in it. At its end, all that waits is let go.

The topics of --into are created where they are missing, with as many partitions as topics.events; they must be empty. Each batch is
written in a transaction, so a read_committed reader sees whole batches. A replay that was ended before its end is not gone on with:
begin again, into another topic. What is known of the orders is kept in memory: those of four partitions at a time, some 200
bytes an order. A dry one does not find what is too large to be written (kafka.record_bytes_max).`,
    )
    .action(async (options: ReplayOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { replay } = await import('./replay.js');
      await replay(options, settings);
    });
};
