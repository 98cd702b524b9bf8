/** State on disk of real processes: no room for it, two that want the same, and files that break under one that runs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes } from '../../../commands/exit';
import { environmentOf, killAll, mainFile, start, startProcess } from './program';
import { Scene, until, type Verdict } from './scene';

let scene: Scene;
let directory: string;
let mounted = false;

beforeEach(async () => {
  scene = await Scene.open();
  directory = mkdtempSync(join(tmpdir(), 'disk-'));
});
afterEach(async () => {
  await killAll();
  await scene.close();
  if (mounted) execFileSync('umount', [directory]);
  mounted = false;
  rmSync(directory, { recursive: true });
});

const settings = (more = {}) => ({ ...scene.settings, 'state.store': 'level', 'state.dir': directory, ...more });

const allOnce = (produced: number, { wanted }: Verdict) => ({
  produced,
  unaccounted: 0,
  problems: [],
  wanted,
  written: wanted,
});

const isAllThere = async (records: number) => {
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(records, verdict));
};

/** A file system of one megabyte. False: we may not mount. */
const mountSmall = (): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
    mounted = true;
  } catch {
    mounted = false;
  }
  return mounted;
};

/** In its place: LevelDB says so after its first writes. */
const saysFull = (): string => {
  const file = join(directory, 'full.cjs');
  writeFileSync(
    file,
    `const { ClassicLevel } = require(${JSON.stringify(require.resolve('classic-level'))});
    const { batch } = ClassicLevel.prototype;
    let writes = 0;
    ClassicLevel.prototype.batch = function () {
      const made = batch.call(this);
      const { write } = made;
      made.write = () => (writes++ < 12 ? write.call(made) : Promise.reject(
        Object.assign(new Error('IO error: 000004.log: No space left on device'), { code: 'LEVEL_IO_ERROR' })));
      return made;
    };`,
  );
  return `--require ${file}`;
};

test('no room for the state: one message that says where and what to do, exit 1, and nothing is lost', async () => {
  const records = 8_000;
  await scene.produce(records);
  const env = environmentOf(settings());
  if (!mountSmall()) env.NODE_OPTIONS = saysFull();
  const full = startProcess(process.execPath, [mainFile, 'run'], { env, cwd: dirname(mainFile) });
  const { code, stderr } = await full.ended;
  const said = stderr.split('\n').filter(line => line.startsWith('odp-orders: '));
  expect(said).toEqual([expect.stringContaining(`Cannot keep the state in ${join(directory, scene.name)}`)]);
  expect(said[0]).toMatch(/No space left on device.*make room/);
  expect(stderr).not.toMatch(/^\s+at .*:\d+|set aside|begins anew/m);
  expect(code).toBe(exitCodes.failed);
  expect(await scene.behind()).toBeGreaterThan(0);

  if (mounted) execFileSync('mount', ['-o', 'remount,size=64m', directory]);
  const after = start(['run'], settings());
  await scene.behindAtMost(0, after);
  await isAllThere(records);
  expect(after.stderr).not.toMatch(/set aside/);
});

test('a process that froze holds on to its stores: the next is told, gives up in the end, and the frozen one goes on', async () => {
  const records = 8_000;
  const short = { 'kafka.session_timeout_ms': '6000', 'kafka.heartbeat_interval_ms': '500' };
  await scene.produce(records / 2);
  const frozen = start(['run'], settings(short));
  await scene.behindAtMost(0, frozen);
  frozen.send('SIGSTOP');
  const other = start(['run'], settings({ ...short, 'retry.attempts_max': '3' }));
  const { code, stderr } = await other.ended;
  expect(code).toBe(exitCodes.failed);
  expect(stderr).toMatch(/lane failed, begins anew/);
  expect(stderr).toMatch(
    /^odp-orders: Cannot keep lane \d running as it failed 4 times in a row: .*Cannot open the state in .* another process has it open.*state\.dir/m,
  );
  frozen.send('SIGCONT');
  await scene.produce(records / 2);
  await scene.behindAtMost(0, frozen);
  await isAllThere(records);
});

test('files shortened under a process that runs: its lanes say so, begin anew from the changelog, and go on', async () => {
  const records = 3_000;
  await scene.produce(records);
  const first = start(['run'], settings());
  await scene.behindAtMost(0, first);
  first.send('SIGTERM');
  await first.ended;
  const member = start(['run'], settings());
  // What was a log is a table once it is opened again.
  await until(
    () => tables().length >= 4,
    () => `there are ${tables()}`,
  );
  await member.said(/"started"/);
  await scene.produce(200);
  await scene.behindAtMost(0, member);
  for (const table of tables()) truncateSync(table, Math.floor(statSync(table).size / 3));
  await scene.produce(1_000);
  await scene.behindAtMost(0, member);
  await isAllThere(records + 1_200);
  expect(member.stderr).toMatch(/is damaged \(Corruption: /);
  expect(member.stderr).toMatch(/"state on disk set aside, comes from the changelog anew"/);
  member.send('SIGTERM');
  expect(await member.ended).toMatchObject({ code: exitCodes.ok });
});

const tables = (): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => /\/\d\/\d+\.ldb$/.test(name))
    .map(name => join(directory, name));
