/** `reset` and `forget` as their users have them: refused while the group runs, shown first, then done, and what follows. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../commands/exit';
import { groupOffsets, readCommitted } from '../stack/java';
import { call, killAll, type Program, start } from './run/program';
import { Scene } from './run/scene';

let scene: Scene;
let directory: string;

beforeEach(async () => {
  scene = await Scene.open({ badPercent: 0, untidyPercent: 0 });
  directory = mkdtempSync(join(tmpdir(), 'at-rest-'));
});
afterEach(async () => {
  await killAll();
  await scene.close();
  rmSync(directory, { recursive: true });
});

const settings = () => ({ ...scene.settings, 'state.store': 'level', 'state.dir': directory });

/** Of the changelog: the last value of each key, of those that have one. */
const remembered = async () => {
  const last = new Map<string, Buffer>();
  for (const { key, value } of await readCommitted(`${scene.name}.state`)) {
    if (value === null) last.delete(String(key));
    else last.set(String(key), value);
  }
  return last;
};

const run = async (records: number): Promise<Program> => {
  await scene.produce(records);
  const member = start(['run'], settings());
  await scene.behindAtMost(0, member);
  await scene.settled();
  return member;
};

const stop = async (member: Program) => {
  member.send('SIGTERM');
  expect(await member.ended).toMatchObject({ code: exitCodes.ok });
};

test('reset: refused while a member is there, shown without --yes, then the group begins anew', async () => {
  const member = await run(1_000);
  const events = (await scene.written('events')).length;
  const refused = await call(['reset', '--yes'], settings());
  expect(refused).toMatchObject({ code: exitCodes.failed, stdout: '' });
  expect(refused.stderr).toMatch(
    /^odp-orders: Cannot reset group \S+ as a process of the group is running: odp-orders at 127\.0\.0\.1\n {2}try: stop/,
  );
  await stop(member);
  const before = await remembered();
  const offsets = await groupOffsets(scene.name);
  const stores = join(directory, scene.name);
  mkdirSync(join(stores, '0.aside-1'));
  writeFileSync(join(stores, 'notes of somebody'), '');

  const shown = await call(['reset'], settings());
  expect(shown).toMatchObject({ code: exitCodes.ok, stderr: '' });
  expect(shown.stdout).toMatch(
    /: 8 offsets, 0 members\n.*at most [\d,]+ records in 4 lanes\n.*: 5\nNothing was changed/,
  );
  expect([await remembered(), await groupOffsets(scene.name)]).toEqual([before, offsets]);

  const done = await call(['reset', '--yes', '--json'], settings());
  expect(done).toMatchObject({ code: exitCodes.ok, stderr: '' });
  expect(JSON.parse(done.stdout)).toEqual({
    group: scene.name,
    done: true,
    members: [],
    offsets: 8,
    changelog: { topic: `${scene.name}.state`, lanes: 4, orders: before.size - 1 },
    stores: { directory: stores, count: 5 },
  });
  expect([[...(await remembered()).keys()], await groupOffsets(scene.name)]).toEqual([[], []]);
  expect(readdirSync(stores)).toEqual(['notes of somebody']);
  const again = await call(['reset', '--yes', '--json'], settings());
  expect(JSON.parse(again.stdout)).toMatchObject({ done: true, offsets: 0, changelog: { orders: 0 } });

  const anew = start(['run'], settings());
  await scene.settled(2 * events);
  await stop(anew);
  expect((await scene.written('events')).length).toBe(2 * events);
  expect([...(await remembered()).keys()].sort()).toEqual([...before.keys()].sort());
});

test('forget: shown without --yes, refused while a member is there, then gone, and the group goes on where it stood', async () => {
  const member = await run(1_000);
  const [order = '', other = ''] = [...(await remembered()).keys()].filter(key => key !== '');
  const asked = ['forget', order, 'never heard of', order];
  const shown = await call(asked, settings());
  expect(shown).toMatchObject({ code: exitCodes.ok, stderr: '' });
  const line = `order "${order}": lane \\d, newest fact of 20\\S+Z, \\d+ facts? seen, 0 waiting`;
  expect(shown.stdout).toMatch(
    new RegExp(`^${line}\norder "never heard of": nothing is remembered\nNothing was changed; .* 1 member of group`),
  );
  const refused = await call([...asked, '--yes'], settings());
  expect(refused).toMatchObject({ code: exitCodes.failed, stdout: '' });
  expect(refused.stderr).toMatch(/^odp-orders: Cannot forget orders of group \S+ as a process of the group is running/);
  await stop(member);

  const before = await remembered();
  const offsets = await groupOffsets(scene.name);
  const done = await call([...asked, '--yes', '--json'], settings());
  expect(done).toMatchObject({ code: exitCodes.ok, stderr: '' });
  expect(JSON.parse(done.stdout)).toEqual({
    group: scene.name,
    done: true,
    orders: [
      {
        order_id: order,
        lane: expect.any(Number),
        newest: expect.any(String),
        facts: expect.any(Number),
        waiting: 0,
      },
      { order_id: 'never heard of', lane: null },
    ],
  });
  before.delete(order);
  expect([await remembered(), await groupOffsets(scene.name)]).toEqual([before, offsets]);

  // The stores on disk had it.
  const goesOn = start(['run'], settings());
  await goesOn.said(/"started"/);
  await stop(goesOn);
  expect(goesOn.stderr).not.toMatch(/set aside/);
  expect((await remembered()).has(order)).toBe(false);
  await stop(await run(500));
  expect((await remembered()).has(other)).toBe(true);
});

test.each([[['forget', '']], [['forget']]])('%j is told what it lacks', async args => {
  expect(await call(args, settings())).toMatchObject({ code: exitCodes.usage, stdout: '' });
});

test('forget without a changelog says which is missing', async () => {
  const { code, stderr } = await call(['forget', 'A'], { ...settings(), 'topics.state': 'no.such.topic' });
  expect([code, stderr]).toEqual([exitCodes.failed, expect.stringMatching(/changelog no\.such\.topic is not there/)]);
});
