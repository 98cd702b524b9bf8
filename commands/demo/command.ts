/** `odp-orders demo`: everything at once on one machine, with sample orders, to look at or to be counted. */
import type { Command } from 'commander';

export interface DemoOptions {
  /** Stop when all orders are accounted for. */
  readonly once?: true;
  readonly orders: number;
  readonly json?: true;
  /** Records a second. */
  readonly rate: number;
  readonly seed: number;
  readonly badPercent: number;
  readonly untidyPercent: number;
  readonly brokers?: string;
  readonly registry?: string;
}

export const register = (program: Command): void => {
  program
    .command('demo')
    .summary('start a local stack, produce sample orders, run the pipeline, and show it')
    .description(
      'Starts Kafka and a schema registry on this machine, makes topics and schemas, produces sample orders (some of them bad or untidy, in every way we know), runs the pipeline, and shows what happens until Ctrl-C.',
    )
    .option('--once', 'produce so many orders as --orders says, wait until each is accounted for, and stop')
    .option('--orders <n>', 'records to produce with --once', wholeNumber(1, 100_000_000), 10_000)
    .option('--json', 'with --once: one JSON object as the last line')
    .option('--rate <n>', 'records a second, without --once', wholeNumber(1, 100_000), 200)
    .option('--seed <n>', 'the same seed makes the same orders', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--bad-percent <n>', 'of 100 records so many are bad', percentage, 1)
    .option('--untidy-percent <n>', 'of 100 others so many are repeated, swapped, late or too much', percentage, 3)
    .option(
      '--brokers <host:port,…>',
      'use these instead of starting any; its topics must be nobody else’s (settings apply)',
    )
    .option('--registry <url>', 'use this one; needed with --brokers')
    .action(async (options: DemoOptions, command: Command) => {
      const { demo } = await import('./demo.js');
      await demo(options, command);
    });
};

const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text.replaceAll('_', ''));
    if (!/^[\d_]+$/.test(text) || value < min || value > max)
      throw invalid(`It must be a whole number from ${min} to ${max}.`);
    return value;
  };

const percentage = (text: string): number => {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value > 100) throw invalid('It must be a number from 0 to 100.');
  return value;
};

const invalid = (message: string): Error => {
  const { InvalidArgumentError } = require('commander') as typeof import('commander');
  return new InvalidArgumentError(message);
};
