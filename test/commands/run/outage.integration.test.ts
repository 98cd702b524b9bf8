/** Broker or registry are gone for a while: a running member waits, tries again and goes on; no record is at fault for it. */
import { exitCodes } from '../../../commands/exit';
import { type Stack, startStack } from '../../../dev/stack';
import { killAll, type Program, start } from './program';
import { Scene, until, type Verdict } from './scene';

let stack: Stack;
let scene: Scene;

beforeAll(async () => {
  stack = await startStack();
});
afterEach(async () => {
  await killAll();
  await scene.close();
});
afterAll(() => stack.stop());

const allOnce = (records: number, { wanted }: Verdict) => ({
  produced: records,
  unaccounted: 0,
  problems: [],
  wanted,
  written: wanted,
});

/** What it warned of, each as one text: lanes that began anew, and why. */
const warnings = ({ stderr }: Program) => stderr.split('\n').filter(line => line.includes('"level":"warn"'));

const endsInOrder = async (member: Program) => {
  member.send('SIGTERM');
  expect(await member.ended).toMatchObject({ code: 0, signal: null });
};

test.each(['stop', 'kill'] as const)('the broker is gone (%s), and comes back', async end => {
  const records = 12_000;
  scene = await Scene.open({ place: stack });
  await scene.produce(records);
  const member = start(['run'], { ...scene.settings, 'kafka.transactions_per_second_max': '20' });
  await scene.behindAtMost(0.8 * records, member);
  expect(await scene.behind()).toBeGreaterThan(0.3 * records);

  await stack.node(1)[end]();
  // All four lanes have tried more than once.
  await until(
    () => warnings(member).length >= 12,
    () => `it warned of ${warnings(member).join('\n')}`,
  );
  await stack.node(1).start();

  await scene.behindAtMost(0, member);
  for (const warning of warnings(member)) expect(warning).toMatch(/lane failed, begins anew|Consumer/);
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(records, verdict));
  await endsInOrder(member);
});

test('the registry is gone: known schemas are enough, records of a new one wait until it is back', async () => {
  scene = await Scene.open({ place: stack, badPercent: 0, untidyPercent: 0 });
  const produceByNewSchemas = await scene.evolve();
  const member = start(['run'], scene.settings);
  await scene.produce(2_000);
  await scene.behindAtMost(0, member);

  await stack.registry().kill();
  await scene.produce(2_000);
  await scene.behindAtMost(0, member);
  expect(warnings(member)).toEqual([]);

  produceByNewSchemas();
  await scene.produce(2_000);
  await until(
    () => warnings(member).length >= 8,
    () => `it warned of ${warnings(member).join('\n')}`,
  );
  for (const warning of warnings(member))
    expect(warning).toMatch(/Cannot read schema \d+ at the schema registry.*nothing listens/);
  expect(await scene.behind()).toBe(2_000);
  await stack.registry().start();

  await scene.behindAtMost(0, member);
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(6_000, verdict));
  expect(await scene.written('failures')).toEqual([]);
  await endsInOrder(member);
});

test('the broker does not come back: the tries are bounded, then the run ends with the reason', async () => {
  scene = await Scene.open({ place: stack });
  await scene.produce(4_000);
  const member = start(['run'], {
    ...scene.settings,
    'retry.attempts_max': '2',
    'kafka.transactions_per_second_max': '10',
    'kafka.connection_timeout_ms': '1000',
  });
  await scene.behindAtMost(3_500, member);
  await stack.node(1).kill();
  const { code, signal, stderr } = await member.ended;
  await stack.node(1).start();
  expect({ code, signal }).toEqual({ code: exitCodes.failed, signal: null });
  const [said = '', ...more] = stderr.split('\n').filter(line => line.startsWith('odp-orders: '));
  expect(said).toMatch(/Cannot (keep lane \d running as it failed 3 times in a row|stay in group)/);
  expect(stderr).toMatch(/connect|ECONNREFUSED/i);
  expect(more).toEqual([]);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  // What it left is there for the next.
  await scene.behindAtMost(0, start(['run'], scene.settings));
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(4_000, verdict));
});

test('asked to end while the broker does not answer: it leaves after shutdown.timeout_ms, and says so', async () => {
  scene = await Scene.open({ place: stack });
  await scene.produce(4_000);
  const slow = { 'kafka.transactions_per_second_max': '10', 'shutdown.timeout_ms': '2000' };
  const member = start(['run'], { ...scene.settings, ...slow });
  await scene.behindAtMost(3_500, member);
  stack.node(1).pause();
  member.send('SIGTERM');
  const asked = performance.now();
  const { code, signal, stderr } = await member.ended.finally(() => stack.node(1).resume());
  const tookMs = performance.now() - asked;
  expect({ code, signal }).toEqual({ code: exitCodes.ok, signal: null });
  expect(stderr).toMatch(/lanes did not finish in time, leaving anyway/);
  expect(tookMs).toBeGreaterThan(1_900);
  expect(tookMs).toBeLessThan(2_000 + 3_000);
  await scene.behindAtMost(0, start(['run'], scene.settings));
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(4_000, verdict));
});
