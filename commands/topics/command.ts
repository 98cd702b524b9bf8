/** `topics`: creates and checks the topics we read and write. */
import { Argument, type Command } from 'commander';
import { settingsOf } from '../shell';

export type TopicsAction = 'create' | 'check';

export interface TopicsOptions {
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('topics')
    .summary('create the topics we read and write where they are missing, and check them all')
    .description(
      'Creates missing source topics, inbox, outputs and changelog, and checks all: partitions, cleanup, retention, record size, copies. What is there is left as it is.',
    )
    .addArgument(new Argument('[action]', 'check: change nothing').choices(['create', 'check']).default('create'))
    .option('--json', 'one JSON object: {"created":[…],"topics":[…],"problems":[…]}')
    .action(async (action: TopicsAction, options: TopicsOptions, command: Command) => {
      const settings = await settingsOf(command);
      const { topics } = await import('./topics.js');
      await topics(action, options, settings);
    });
};
