/** `topics`: creates and checks the topics we read and write. */
import type { Command } from 'commander';
import { settingsOf } from '../shell';

export interface TopicsOptions {
  readonly create?: true;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('topics')
    .summary('check the topics we read and write; --create makes the missing ones')
    .description(
      'Checks source topics, inbox, events and failures: partitions, cleanup, retention, record size, copies.',
    )
    .option('--create', 'create the missing ones first; those that are there are left as they are')
    .option('--json', 'one JSON object: {"created":[…],"topics":[…],"problems":[…]}')
    .action(async (options: TopicsOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { topics } = await import('./topics.js');
      await topics(options, settings);
    });
};
