/**
 * `npm run chaos`: a group of members on three real brokers, facts whose truth is known, and everything that production does to
 * them, drawn from a seed. At the end Java's `read_committed` consumer says whether anything was lost, duplicated or wrong.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../dev/stack/process';
import { type BugName, bugNames, bugs, programWith } from './bugs';
import { schedule } from './faults/schedule';
import { type Options, optionsOf, usage } from './options';
import { jsonOf, type Result, tableOf } from './report';
import { run } from './run';

const say = (text: string) => process.stderr.write(`${text}\n`);

const runWith = async (options: Options, bug: BugName | undefined): Promise<Result> => {
  const { seed, seconds } = options;
  const root = packageRoot();
  const logs = join(root, '.cache/chaos', bug === undefined ? String(seed) : `${seed}-${bug}`);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const told: string[] = [];
  const tell = (text: string) => {
    told.push(text);
    say(text);
  };
  const faults = schedule(seed, {
    faults: options.faults,
    from: 2_000,
    until: seconds * 1_000 - 8_000,
    kinds: bug !== undefined && options.bugs ? bugs[bug].faults : options.kinds,
  });
  let kept = true;
  try {
    const program = bug === undefined ? join(root, 'dist/commands/main.js') : programWith(bug);
    const result = await run({ ...options, faults, program, logs, say: tell });
    kept = !result.verdict.right;
    return result;
  } catch (error) {
    tell(error instanceof Error ? `${error.stack}` : String(error));
    throw error;
  } finally {
    writeFileSync(join(logs, 'run.log'), `${told.join('\n')}\n`);
    if (kept) say(`The logs of seed ${seed} are kept in ${logs}`);
    else rmSync(logs, { recursive: true, force: true });
  }
};

const main = async (): Promise<boolean> => {
  const options = optionsOf(process.argv.slice(2), Date.now());
  if (!options) {
    process.stdout.write(`${usage}\n`);
    return true;
  }
  if (options.bugs) return allBugs(options);
  const result = await runWith(options, options.bug);
  process.stdout.write(`${tableOf(result)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(result))}\n`);
  return result.verdict.right;
};

/** Right is when each is caught. */
const allBugs = async (options: Options): Promise<boolean> => {
  const rows: string[] = [];
  let all = true;
  for (const name of bugNames) {
    const { verdict, struck, seconds } = await runWith(options, name);
    all &&= !verdict.right;
    const { lost, duplicated, misordered, wrong } = verdict;
    rows.push(
      `| ${name} | ${bugs[name].what} | ${struck.length} | ${lost} | ${duplicated} | ${misordered} | ${wrong} | ${seconds} s | ${verdict.right ? '**no**' : 'yes'} |`,
    );
  }
  process.stdout.write(
    `| bug (seed ${options.seed}) | is | faults | lost | duplicated | misordered | wrong | took | caught |\n|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`,
  );
  return all;
};

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => reject(new Error(`Ended by ${signal}.`)));
});

Promise.race([main(), interrupted]).then(
  right => process.exit(right ? 0 : 1),
  error => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
