/**
 * `npm run chaos`: a group of members on three real brokers, facts whose truth is known, and everything that production does to
 * them, drawn from a seed. At the end Java's `read_committed` consumer says whether anything was lost, duplicated or wrong.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../dev/stack/process';
import { bugNames, bugs, programWith } from './bugs';
import { schedule } from './faults/schedule';
import { type Options, optionsOf, usage } from './options';
import { jsonOf, type Result, tableOf } from './report';
import { run } from './run';

const say = (text: string) => process.stderr.write(`${text}\n`);

const runWith = async (options: Options): Promise<Result> => {
  const { seed, seconds, bug } = options;
  const root = packageRoot();
  const logs = join(root, '.cache/chaos', bug === undefined ? String(seed) : `${seed}-${bug}`);
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  const told: string[] = [];
  const tell = (text: string) => {
    told.push(text);
    say(text);
  };
  const faults = schedule(seed, { ...options, from: 2_000, until: seconds * 1_000 - 8_000 });
  let kept = true;
  const copy = mkdtempSync(join(tmpdir(), 'odp-chaos-bug-'));
  try {
    const program = bug === undefined ? join(root, 'dist/commands/main.js') : programWith(bug, copy);
    const result = await run({ ...options, faults, program, logs, say: tell });
    kept = options.keep || !result.verdict.right;
    return result;
  } catch (error) {
    tell(error instanceof Error ? `${error.stack}` : String(error));
    throw error;
  } finally {
    rmSync(copy, { recursive: true, force: true });
    writeFileSync(join(logs, 'run.log'), `${told.join('\n')}\n`);
    if (kept) say(`The logs of seed ${seed} are kept in ${logs}`);
    else rmSync(logs, { recursive: true, force: true });
  }
};

const main = async (): Promise<boolean> => {
  const args = process.argv.slice(2);
  const options = optionsOf(args, Date.now());
  if (!options) {
    process.stdout.write(`${usage}\n`);
    return true;
  }
  if (options.bugs) return allBugs(args.filter(arg => arg !== '--bugs'));
  const result = await runWith(options);
  process.stdout.write(`${tableOf(result)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(jsonOf(result))}\n`);
  return result.verdict.right;
};

/** Right is when each is caught. */
const allBugs = async (args: readonly string[]): Promise<boolean> => {
  const rows: string[] = [];
  let all = true;
  for (const name of bugNames) {
    const options = optionsOf([...args, '--bug', name], Date.now());
    if (!options) continue;
    const { seed, verdict, struck, seconds } = await runWith(options);
    all &&= !verdict.right;
    const { lost, duplicated, misordered, wrong } = verdict;
    rows.push(
      `| ${name} | ${bugs[name].what} | ${seed} | ${struck.length} | ${lost} | ${duplicated} | ${misordered} | ${wrong} | ${seconds} s | ${verdict.right ? '**no**' : 'yes'} |`,
    );
  }
  process.stdout.write(
    `| bug | is | seed | faults | lost | duplicated | misordered | wrong | took | caught |\n|---|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`,
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
