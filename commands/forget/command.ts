/** `forget`: what is remembered of some orders is dropped. */
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError, exitCodes } from '../exit';
import { settingsOf } from '../shell';

export interface ForgetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const register = (program: Command): void => {
  program
    .command('forget')
    .summary('drop what is remembered of orders')
    .description(
      'Drops what the group remembers of some orders: ledger, open windows, and what waits in them. Without --yes it only shows what there is.',
    )
    .argument('[order...]', 'order ids', orderIds)
    .option('--yes', 'do it; all processes of the group must have been stopped')
    .option(
      '--json',
      'one JSON object {"group","done","orders":[{"order_id","lane","newest","facts","waiting"}]}; lane is null where nothing is remembered',
    )
    .addHelpText('after', '\nWhat remains elsewhere: docs/state.md.')
    .action(async (orders: readonly string[], options: ForgetOptions, command: Command) => {
      if (orders.length === 0)
        throw new CommandError('Cannot forget as no order is named', 'odp-orders forget A7', exitCodes.usage);
      const settings = await settingsOf(command);
      const { forget } = await import('./forget.js');
      await forget([...new Set(orders)], options, settings);
    });
};

const orderIds = (text: string, before: readonly string[] = []): readonly string[] => {
  // The position of a lane stands where an order without an id would.
  if (text === '') throw new InvalidArgumentError('An order id is not empty.');
  return [...before, text];
};
