/** Processes that die or freeze at any moment: restarting is always right. Every sum stays, nothing is there twice. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../dev/stack';
import { killAll, start } from './program';
import { Scene, until, type Verdict } from './scene';

let stack: Stack;
let scene: Scene;
let directory: string;

// The dead are missed after a second: by default a broker allows no less than six.
beforeAll(async () => {
  stack = await startStack({ brokerSettings: { 'group.min.session.timeout.ms': '500' } });
});
beforeEach(async () => {
  scene = await Scene.open({ place: stack });
  directory = mkdtempSync(join(tmpdir(), 'crash-'));
});
afterEach(async () => {
  await killAll();
  await scene.close();
  rmSync(directory, { recursive: true });
});
afterAll(() => stack.stop());

const records = 20_000;

/** About three seconds of work for one member, in a hundred transactions. */
const settings = (store = 'memory') => ({
  ...scene.settings,
  'state.store': store,
  'state.dir': directory,
  'kafka.session_timeout_ms': '1500',
  'kafka.heartbeat_interval_ms': '300',
  'kafka.rebalance_timeout_ms': '3000',
  'kafka.transactions_per_second_max': '30',
});

const allOnce = ({ wanted }: Verdict) => ({ produced: records, unaccounted: 0, problems: [], wanted, written: wanted });

test.each(['memory', 'level'])('killed again and again, and started again (%s)', async store => {
  await scene.produce(records);
  for (const left of [0.85, 0.65, 0.45, 0.25]) {
    const member = start(['run'], settings(store));
    await scene.behindAtMost(left * records, member);
    member.send('SIGKILL');
    await member.ended;
    expect(await scene.behind()).toBeGreaterThan(0);
    expect(member.stderr).not.toMatch(/set aside/);
    expect(readdirSync(directory)).toHaveLength(store === 'level' ? 1 : 0);
  }
  await scene.behindAtMost(0, start(['run'], settings(store)));
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
});

test.each(['memory', 'level'])('of two members one is killed: the other takes over its lanes (%s)', async store => {
  const [one, other] = [start(['run'], settings(store)), start(['run'], settings(store))];
  await Promise.all([one.said(/"lanes":\[\d,\d\]/), other.said(/"lanes":\[\d,\d\]/)]);
  await scene.produce(records);
  await scene.behindAtMost(0.7 * records, one, other);
  one.send('SIGKILL');
  await one.ended;
  expect(await scene.behind()).toBeGreaterThan(0);
  await scene.behindAtMost(0, other);
  expect(other.stderr).toMatch(/"lanes":\[0,1,2,3\]/);
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
});

test('frozen past its session while another takes over, and awake again: fenced, not lost, not twice', async () => {
  await scene.produce(records);
  const frozen = start(['run'], settings());
  await scene.behindAtMost(0.9 * records, frozen);
  frozen.send('SIGSTOP');
  const other = start(['run'], settings());
  await other.said(/"lanes":\[0,1,2,3\]/);
  // It has begun: the frozen one wakes into the middle of its work.
  await scene.behindAtMost(0.6 * records, other);
  frozen.send('SIGCONT');
  await scene.behindAtMost(0, frozen, other);
  // Both are members again, and neither takes what is the other's.
  await until(
    () => [frozen, other].every(({ stderr }) => /"lanes":\[\d,\d\]/.test(lastAssignment(stderr))),
    () => `${lastAssignment(frozen.stderr)} and ${lastAssignment(other.stderr)}`,
  );
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
  for (const member of [frozen, other]) {
    member.send('SIGTERM');
    expect(await member.ended).toMatchObject({ code: 0 });
  }
});

const lastAssignment = (stderr: string) => stderr.split('\n').findLast(line => line.includes('lanes assigned')) ?? '';
