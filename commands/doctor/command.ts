/** `doctor`: is everything there that a run needs, and is it as it must be? */
import { type Command, Option } from 'commander';
import { wholeNumber } from '../run';
import { requestOf, settingsOf } from '../shell';

export interface DoctorOptions {
  readonly sample: number;
  readonly json?: true;
  /** Look at nothing, print this. */
  readonly acls?: true;
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
    .addOption(
      new Option('--acls', 'only print how all rights that are needed are granted, by kafka-acls.sh').conflicts('json'),
    )
    .action(async (options: DoctorOptions, command: Command) => {
      if (options.acls) {
        const { grants } = await import('../rights/grant.js');
        process.stdout.write(grants(await settingsOf(command)));
        return;
      }
      const { doctor } = await import('./doctor.js');
      await doctor(options, requestOf(command));
    });
};
