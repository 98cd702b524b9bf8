/** `repartition`: a topic copied into another, each record to the partition of its key. */
import { type Command, Option } from 'commander';
import type { KeyChoice } from '../../connectors/kafka/repartition/purpose';
import { CommandError, exitCodes } from '../exit';
import { wholeNumber } from '../run';
import { settingsOf } from '../shell';

export interface RepartitionOptions {
  readonly from: string;
  readonly to: string;
  readonly key: KeyChoice;
  readonly untilEnd?: true;
  readonly append?: true;
  readonly acceptFailures: number;
  readonly acceptReset?: true;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('repartition')
    .summary('copy a topic into another, each record to the partition of its key, exactly once')
    .description(
      'Copies the records of a topic into another, each to the partition that Java’s partitioner (murmur2) gives to its key, exactly once. Value, headers and timestamp stay; headers say where each record first stood.',
    )
    .option('--from <topic>', 'topic to read')
    .option('--to <topic>', 'topic to write; it must be there, with as many partitions as the other sources')
    .addOption(
      new Option(
        '--key <what>',
        'record: its own key; order-id: the id of the order it is about, which becomes its key',
      )
        .choices(['record', 'order-id'])
        .default('record'),
    )
    .option('--until-end', 'stop at the end of the topic as it is now, instead of at SIGTERM')
    .option('--append', 'begin although the target holds records already (of other topics)')
    .option(
      '--accept-failures <n>',
      'accept so many more records in a row without an order id, this once',
      wholeNumber,
      0,
    )
    .option('--accept-reset', 'where committed offsets are gone, go on from the earliest record there is')
    .option(
      '--json',
      'a last line {"from","to","key","records","moved","rekeyed","without_key","kept":{code:n},"left","seconds"}',
    )
    .addHelpText(
      'after',
      `
A record without a key goes to the partition of its own number. With --key order-id, a record from which no order id can be read
keeps its key, and is counted by the reason. Group <kafka.group>.repartition.<from> keeps how far it came: start again to go on, start
several to share the work. Before and after: docs/repartition.md.`,
    )
    .action(async ({ from, to, ...others }: Partial<RepartitionOptions>, command: Command) => {
      const settings = await settingsOf(command);
      if (from === undefined || to === undefined)
        throw new CommandError(
          'Cannot repartition as both --from and --to are needed',
          'odp-orders repartition --from commerce.orders --to commerce.orders.by-key',
          exitCodes.usage,
        );
      const { repartition } = await import('./repartition.js');
      await repartition({ ...others, from, to } as RepartitionOptions, settings);
    });
};
