/** The end of a run: asked for, it drains and says little; unasked, it says why, and what goes on and how. */
import { exitCodes } from '../../../commands/exit';
import { killAll, start } from './program';
import { createTopics, kafkaAt, produceGarbage, Scene, until, type Verdict } from './scene';

let scene: Scene;

afterEach(async () => {
  await killAll();
  await scene.close();
});

const allOnce = ({ wanted, produced }: Verdict) => ({
  produced,
  unaccounted: 0,
  problems: [],
  wanted,
  written: wanted,
});

test.each([
  ['info', 'json'],
  ['debug', 'pretty'],
])('SIGTERM drains, and at %s in %s nothing is said of any customer', async (level, format) => {
  scene = await Scene.open({ badPercent: 20 });
  await scene.produce(8_000);
  const settings = {
    ...scene.settings,
    'log.level': level,
    'log.format': format,
    'kafka.transactions_per_second_max': '20',
  };
  const member = start(['run'], settings);
  await scene.behindAtMost(6_000, member);
  const asked = performance.now();
  member.send('SIGTERM');
  const { code, signal, stdout, stderr } = await member.ended;
  expect({ code, signal, stdout }).toEqual({ code: 0, signal: null, stdout: '' });
  // Far below the 20 s of shutdown.timeout_ms: a batch a lane is all there is to do.
  expect(performance.now() - asked).toBeLessThan(5_000);
  expect(await scene.behind()).toBeGreaterThan(0);

  const lines = stderr.trimEnd().split('\n');
  const ofRun = lines.filter(line => /\b(started|stopped)\b/.test(line));
  expect(ofRun.map(line => /started|stopped/.exec(line)?.[0])).toEqual(['started', 'stopped']);
  if (level === 'info') expect(lines.filter(line => !/lanes assigned|started|stopped/.test(line))).toEqual([]);
  expect(scene.personal.size).toBeGreaterThan(500);
  expect([...scene.personal].filter(text => stderr.includes(text))).toEqual([]);
  expect(stderr).not.toMatch(/@example/);

  // What it left is there for the next.
  await scene.behindAtMost(0, start(['run'], scene.settings));
  await scene.settled();
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
});

test('a topic of garbage halts the run before it is emptied, restarts leak nothing, --accept-failures goes on', async () => {
  const garbage = 5_000;
  scene = await Scene.open({ partitions: 1, garbage });
  await scene.produce(500);
  const run = (...args: string[]) => start(['run', ...args], { ...scene.settings, 'failures.in_a_row_max': '1000' });
  const halted = async (...args: string[]) => {
    const { code, stderr } = await run(...args).ended;
    expect(stderr).toMatch(/^odp-orders: Cannot go on with .* records in a row failed.*--accept-failures N/m);
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(code).toBe(exitCodes.halted);
    const failed = await scene.failedOffsets();
    expect(failed).toEqual([...failed.keys()]);
    return failed.length;
  };
  const written = await halted();
  // Whole batches of 200, below the limit.
  expect(written).toBe(800);
  expect(await halted()).toBe(written);
  expect(await halted()).toBe(written);
  expect(await halted('--accept-failures', '2000')).toBe(2_800);

  const accepting = run('--accept-failures', String(garbage));
  await scene.behindAtMost(0, accepting);
  await scene.settled();
  accepting.send('SIGTERM');
  expect(await accepting.ended).toMatchObject({ code: 0 });
  expect((await scene.failedOffsets()).slice(0, garbage)).toEqual([...Array(garbage).keys()]);
  const verdict = await scene.verdict();
  expect(verdict).toEqual(allOnce(verdict));
  // Good records have ended the run of failures: no more acceptance is needed.
  const after = run();
  await after.said(/lanes assigned/);
  await scene.produce(100);
  await scene.behindAtMost(0, after);
});

/** Stops at the position that is lost, or not where the state stands; says what would go on. */
const lost = async (...reasons: readonly RegExp[]) => {
  const { code, stderr } = await start(['run'], scene.settings).ended;
  for (const reason of reasons) expect(stderr).toMatch(reason);
  expect(stderr).not.toMatch(/^\s+at .*:\d+/m);
  expect(code).toBe(exitCodes.failed);
};

const outside = /^odp-orders: Cannot go on reading as the committed offsets are outside .*--accept-reset/m;
const elsewhere =
  /^odp-orders: Cannot go on in group .* not where its state stands .*--restore-position .*--accept-reset/m;

const ranToEnd = async (args: readonly string[] = [], outputs?: number) => {
  const member = start(['run', ...args], scene.settings);
  await scene.behindAtMost(0, member);
  await scene.settled(outputs);
  member.send('SIGTERM');
  expect(await member.ended).toMatchObject({ code: 0 });
};

const asAdmin = async (act: (admin: ReturnType<ReturnType<typeof kafkaAt>['admin']>) => Promise<unknown>) => {
  const admin = kafkaAt(scene.place).admin();
  await admin.connect();
  await act(admin);
  await admin.disconnect();
};

test('records deleted before they were read stop the run, --accept-reset goes on behind them', async () => {
  scene = await Scene.open({ partitions: 1, badPercent: 0, untidyPercent: 0 });
  await scene.produce(1_000);
  await ranToEnd();
  await scene.produce(1_000);
  await asAdmin(async admin => {
    await admin.fetchTopicOffsets(scene.source); // loads what the next call takes for granted
    await admin.deleteTopicRecords({ topic: scene.source, partitions: [{ partition: 0, offset: '1400' }] });
  });
  await lost(outside, /next is 1000, there is 1400 to 2000/);
  await ranToEnd(['--accept-reset'], 1_600);
  expect(await scene.verdict()).toMatchObject({ produced: 2_000, unaccounted: 400 });
  expect((await scene.written('events')).length).toBe(1_600);
});

test('offsets past the end stop the run, --accept-reset begins anew at the earliest record', async () => {
  const garbage = 300;
  scene = await Scene.open({ partitions: 1, garbage });
  await asAdmin(admin =>
    admin.setOffsets({ groupId: scene.name, topic: scene.source, partitions: [{ partition: 0, offset: '1000' }] }),
  );
  await lost(elsewhere, /the group has 1000, the state none/);
  const member = start(['run', '--accept-reset'], scene.settings);
  await until(
    async () => (await scene.behind()) === 0 && (await scene.failedOffsets()).length === garbage,
    () => 'records are left',
  );
  member.send('SIGTERM');
  expect(await member.ended).toMatchObject({ code: 0 });
  expect(await scene.failedOffsets()).toEqual([...Array(garbage).keys()]);
});

test('a topic made anew stops the run, --accept-reset reads it from its first record: with the old one the broker forgot its offsets', async () => {
  scene = await Scene.open({ partitions: 1, badPercent: 0, untidyPercent: 0 });
  await scene.produce(1_000);
  await ranToEnd();
  await asAdmin(admin => admin.deleteTopics({ topics: [scene.source] }));
  await createTopics(scene.place, { [scene.source]: 1 });
  await produceGarbage(scene.place, scene.source, 300);
  await until(
    async () => (await scene.behind()) === 300,
    () => 'the old offsets are still there',
  );
  await lost(elsewhere, /the group has none, the state 1000/);
  await ranToEnd(['--accept-reset'], 1_300);
  expect(await scene.failedOffsets()).toEqual([...Array(300).keys()]);
});
