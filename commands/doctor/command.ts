/** `doctor`: is everything there that a run needs, and is it as it must be? */
import type { Command } from 'commander';
import { wholeNumber } from '../run';
import { requestOf } from '../shell';

export interface DoctorOptions {
  readonly sample: number;
  readonly json?: true;
}

export const register = (program: Command): void => {
  program
    .command('doctor')
    .summary('check all that a run needs: settings, brokers, registry, topics, rights, and how records are partitioned')
    .description(
      'Checks settings, mappings, registry, schemas, brokers, topics and rights, and looks at the last records of the source topics: do they stand where their key puts them? Changes nothing.',
    )
    .option('--sample <n>', 'so many records of each partition of each source topic; 0: none', wholeNumber, 200)
    .option('--json', 'one JSON object: {"checks":[{"state","about","text","fix"}],"problems":n}')
    .action(async (options: DoctorOptions, command: Command) => {
      const { doctor } = await import('./doctor.js');
      await doctor(options, requestOf(command));
    });
};
