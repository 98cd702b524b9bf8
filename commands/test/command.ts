/** `test`: stories, and whether of each comes what it expects. */
import type { Command } from 'commander';
import { CommandError, exitCodes } from '../exit';
import { requestOf } from '../shell';

export interface TestOptions {
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('test')
    .summary('tell stories to the pipeline: facts in, events and failures expected')
    .description(
      'Runs story files (docs/stories.md) through the pipeline, in memory; the facts’ own time is the only clock. Says of each what came otherwise than expected. Connects to nothing.',
    )
    .argument('[paths...]', 'story files, and folders, in which all files that end in .story.yaml are meant')
    .option('--json', 'one line: {"stories":[{"file","story","ok","differences"}],"failed"}')
    .addHelpText(
      'after',
      `
The settings in force apply, mappings too; what a story sets itself wins. Exit code 0: all as expected, 3: not all, 2: a story
cannot be understood, and none was told.`,
    )
    .action(async (paths: string[], options: TestOptions, command: Command) => {
      if (paths.length === 0)
        throw new CommandError(
          'Cannot test as no story is named: give at least one file or folder',
          'odp-orders test examples/stories',
          exitCodes.usage,
        );
      await (await import('./test.js')).test(paths, options, requestOf(command));
    });
};
