#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 node --max-semi-space-size=32 --no-allocation-site-pretenuring
/** `odp-orders`: the commands, what they share, and the end of each call as an exit code. */
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { complaint, exitCodeOf } from './complain';
import { register as registerDemo } from './demo/command';
import { register as registerDoctor } from './doctor/command';
import { Ended, exitCodes } from './exit';
import { register as registerForget } from './forget/command';
import { register as registerLag } from './lag';
import { register as registerLint } from './lint/command';
import { register as registerPreview } from './preview/command';
import { register as registerRepartition } from './repartition/command';
import { register as registerReplay } from './replay/command';
import { register as registerReset } from './reset/command';
import { register as registerRun } from './run';
import { register as registerSchemas } from './schemas/command';
import { register as registerSettings } from './settings/command';
import { nearest } from './settings/nearest';
import { addGlobalOptions, type GlobalOptions, loadedSettingsOf } from './shell';
import { register as registerTest } from './test/command';
import { register as registerTopics } from './topics/command';

/** In the order of the help. Each adds one command; what it needs it imports when it is called. */
const commands: readonly ((program: Command) => void)[] = [
  registerDemo,
  registerRun,
  registerPreview,
  registerReplay,
  registerTest,
  registerRepartition,
  registerReset,
  registerForget,
  registerLag,
  registerDoctor,
  registerLint,
  registerTopics,
  registerSchemas,
  registerSettings,
];

export const createProgram = (): Command => {
  const program = new Command('odp-orders')
    .description('Turns the order topics of a commerce stack into Optimizely Data Platform order events, exactly once.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'print this help')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help lists what there is)')
    .exitOverride();
  addGlobalOptions(program);
  for (const register of commands) register(program);
  program.hook('preAction', async (_, command) => {
    if (!command.optsWithGlobals<GlobalOptions>().printConfig) return;
    await printConfig(command);
    throw new Ended(exitCodes.ok);
  });
  // Reached when no command fits: what is there is shown, or what was meant.
  program.allowExcessArguments().action(() => {
    const [name] = program.args;
    if (name === undefined) program.outputHelp({ error: true });
    else program.error(`error: ${unknownCommand(name, program)}`, { exitCode: exitCodes.usage });
    throw new Ended(exitCodes.usage);
  });
  return program;
};

const unknownCommand = (name: string, program: Command): string => {
  const meant = nearest(
    name,
    program.commands.map(command => command.name()),
  );
  return `there is no command "${name}"${meant === undefined ? '' : `: did you mean ${meant}?`}`;
};

const printConfig = async (command: Command) => {
  const { printSettings } = await import('./settings/print.js');
  process.stdout.write(printSettings(await loadedSettingsOf(command)));
};

/**
 * Runs one call to its end. Never throws; output goes to the standard streams.
 * @param args What follows the program's name.
 * @returns The exit code.
 */
export const main = async (args: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof Ended) return error.exitCode;
    // commander has printed its own; it ends --help and --version this way, too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    process.stderr.write(`${complaint(error, args.includes('--debug') || Boolean(process.env.DEBUG))}\n`);
    return exitCodeOf(error);
  }
};

const lingerMaxMs = 1_000;

if (require.main === module) {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.ok);
  });
  main(process.argv.slice(2)).then(code => {
    if (code !== exitCodes.ok) process.exitCode = code;
    // What still runs then (a connection to a broker that hangs) must not keep us: a supervisor waits for the code.
    setTimeout(() => process.exit(), lingerMaxMs).unref();
  });
}
