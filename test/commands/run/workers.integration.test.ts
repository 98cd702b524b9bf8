/** `--workers`: several members on one machine that live and end together, whichever of the processes is killed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { exitCodes } from '../../../commands/exit';
import { environmentOf, killAll, mainFile, type Program, start, startProcess } from './program';
import { Scene } from './scene';

const records = 12_000;
let scene: Scene;

beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  await killAll();
  await scene.close();
});

const working = async () => {
  const slow = {
    ...scene.settings,
    'kafka.session_timeout_ms': '6000',
    'kafka.heartbeat_interval_ms': '500',
    'kafka.transactions_per_second_max': '10',
  };
  const program = startProcess(process.execPath, [mainFile, 'run', '--workers', '2'], {
    env: environmentOf(slow),
    cwd: dirname(mainFile),
    // A process group of its own, as in a terminal or under a supervisor.
    detached: true,
  });
  // Each has its share before there is work.
  await program.said(/(?:"lanes":\[\d,\d\][\s\S]*){2}/);
  await scene.produce(records);
  await scene.behindAtMost(0.8 * records, program);
  return program;
};

const workersOf = ({ pid }: Program) =>
  execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(Number);

const drained = (stderr: string) => stderr.split('\n').filter(line => /"records":[1-9].*"stopped"/.test(line)).length;

/** What they left is done by the next, once the dead are missed. */
const goesOn = async () => {
  expect(await scene.behind()).toBeGreaterThan(0);
  await scene.behindAtMost(0, start(['run'], scene.settings));
  await scene.settled();
  const verdict = await scene.verdict();
  const { wanted } = verdict;
  expect(verdict).toEqual({ produced: records, unaccounted: 0, problems: [], wanted, written: wanted });
};

test('the parent is killed: its workers drain and end', async () => {
  const program = await working();
  program.send('SIGKILL');
  // Ended is who no longer holds our pipe: the workers as well.
  const { signal, stderr } = await program.ended;
  expect(signal).toBe('SIGKILL');
  expect(drained(stderr)).toBe(2);
  await goesOn();
});

test('a worker is killed: the other one drains, and the exit code says that something was wrong', async () => {
  const program = await working();
  const [one = -1, ...others] = workersOf(program);
  expect(others).toHaveLength(1);
  process.kill(one, 'SIGKILL');
  const { code, stderr } = await program.ended;
  expect(code).toBe(exitCodes.failed);
  expect(drained(stderr)).toBe(1);
  await goesOn();
});

/** A terminal signals the whole group, some supervisors do so one by one, and the parent passes on what it gets. */
test.each([
  ['SIGTERM', 'the parent'],
  ['SIGINT', 'the whole group'],
  ['SIGTERM', 'the workers, again and again, and the parent'],
] as const)('%s to %s drains all', async (signal, whom) => {
  const program = await working();
  if (whom === 'the workers, again and again, and the parent') {
    const workers = workersOf(program);
    for (let times = 0; times < 10; times++) {
      for (const worker of workers) process.kill(worker, signal);
      await wait(1);
    }
  }
  process.kill(whom === 'the whole group' ? -program.pid : program.pid, signal);
  const { code, stderr } = await program.ended;
  expect(code).toBe(0);
  expect(drained(stderr)).toBe(2);
  await goesOn();
});

/** Both find the same, and one may hear our signal before it has said so. */
test('what must be repaired first decides the exit code', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'odp-orders-workers-'));
  try {
    const mapping = join(directory, 'broken.yaml');
    writeFileSync(mapping, 'shop.Order: [');
    const program = start(['run', '--workers', '2'], { ...scene.settings, mappings: mapping });
    expect((await program.ended).code).toBe(exitCodes.usage);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('asked to end while they start, all end, and well', async () => {
  const program = start(['run', '--workers', '2'], scene.settings);
  const born = () => {
    try {
      return workersOf(program).length;
    } catch {
      return 0; // pgrep has found none
    }
  };
  while (born() < 2) await wait(5);
  program.send('SIGTERM');
  expect((await program.ended).code).toBe(exitCodes.ok);
});
