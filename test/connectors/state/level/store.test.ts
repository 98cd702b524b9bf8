import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { StoreInUse } from '../../../../connectors/state/level/open';
import { StateDenied } from '../../../../connectors/state/level/reason';
import { tablesOf } from '../../../../connectors/state/level/tables';
import { changesOf } from '../../../contract/changes';
import { contentOf, storeContract } from '../../../contract/store';
import { Scene } from './scene';

const scenes: Scene[] = [];
const scene = () => {
  const one = new Scene();
  scenes.push(one);
  return one;
};
afterEach(() => {
  for (const one of scenes.splice(0)) one.remove();
});

storeContract('disk', scene);

test('it is there after a restart, with its place, for nobody else to read', async () => {
  const disk = scene();
  const first = await disk.open();
  await disk.write(first, [['A', 'a']]);
  await disk.write(first, [
    ['B', 'b'],
    ['A', undefined],
  ]);
  await first.close();
  const second = await disk.open();
  expect([await contentOf(second), disk.told]).toEqual([new Map([['B', 'b']]), []]);
  await second.put(changesOf([['C', Buffer.from('c'), false]]));
  expect(await second.place()).toEqual({ offset: 1, at: disk.now });
  await second.close();
  for (const path of [disk.path, dirname(disk.path)]) expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('nothing without bytes is put: classic-level would never free it', async () => {
  const disk = scene();
  const store = await disk.open();
  await store.put(
    changesOf([
      ['A', Buffer.from('a'), true],
      ['B', Buffer.from('b'), false],
    ]),
  );
  await store.close();
  const level = new ClassicLevel<string, string>(disk.path);
  const lengths = (await level.values().all()).map(value => value.length);
  await level.close();
  expect(lengths.length).toBeGreaterThanOrEqual(4);
  expect(Math.min(...lengths)).toBeGreaterThan(0);
});

test('two cannot have it: the second is told what to do', async () => {
  const disk = scene();
  const first = await disk.open();
  await disk.write(first, [['A', 'a']]);
  await expect(disk.open()).rejects.toThrow(/as another process has it open.*state\.dir/);
  expect([await contentOf(first), disk.told]).toEqual([new Map([['A', 'a']]), []]);
  await first.close();
});

test('nor is it touched by the second where one of its tables is damaged', async () => {
  const disk = scene();
  const first = await disk.open();
  await disk.write(first, [['A', 'the state of A']]);
  await first.close();
  const holder = await disk.open(); // its log becomes a table
  const [table = ''] = tablesOf(disk.path);
  const bytes = readFileSync(join(disk.path, table));
  bytes[2]! ^= 1;
  writeFileSync(join(disk.path, table), bytes);
  await expect(disk.open()).rejects.toThrow(StoreInUse);
  expect([tablesOf(disk.path), disk.told]).toEqual([[table], []]);
  await holder.close();
  // LevelDB does not get to see it: merging it could end the process (an assertion in its C++).
  const open = jest.spyOn(ClassicLevel.prototype, 'open');
  const next = await disk.open();
  await expect(open.mock.results[0]?.value).rejects.toThrow(/failed to open/);
  open.mockRestore();
  expect(disk.told.map(({ reason }) => reason)).toEqual([`its tables ${table} are damaged`]);
  await next.close();
});

test.each([
  ['of another changelog', 'it is of another changelog or version', { offset: 0, at: 0 }, 'another'],
  ['half a changelog', 'its restore did not come to an end', undefined, undefined],
])('one that is %s is set aside', async (_, reason, place, changelog) => {
  const disk = scene();
  const first = await disk.open();
  await first.put(changesOf([['A', Buffer.from('a'), false]]), place);
  await first.close();
  const second = await disk.open(changelog);
  expect([await contentOf(second), await second.place()]).toEqual([new Map(), undefined]);
  expect(disk.told.map(told => told.reason.startsWith(reason))).toEqual([true]);
  await second.close();
});

test('only the newest of those set aside is kept', async () => {
  const disk = scene();
  const store = await disk.open();
  for (let time = 0; time < 3; time++) {
    disk.now += 1;
    await store.reset('a test wants it');
  }
  await store.close();
  expect(readdirSync(dirname(disk.path)).sort()).toEqual(['0', `0.aside-${disk.now}`]);
});

test('damage that shows while it is open ends this life, and the next begins anew', async () => {
  const disk = scene();
  const first = await disk.open();
  const orders = Array.from({ length: 400 }, (_, index) => `order ${index}`);
  await disk.write(
    first,
    orders.map(order => [order, `the state of ${order} `.repeat(8)]),
  );
  await first.close();
  const second = await disk.open(); // its log becomes a table
  const [table] = readdirSync(disk.path).filter(name => name.endsWith('.ldb'));
  const file = join(disk.path, table!);
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('state of order 200')]! ^= 1; // in no block that was read as it was opened
  writeFileSync(file, bytes);
  await expect(second.get(orders)).rejects.toThrow(/as it is damaged .*from the changelog anew/);
  await second.close();
  const third = await disk.open();
  await disk.restore(third);
  expect([await contentOf(third), disk.told.length]).toEqual([disk.content(), 1]);
  await third.close();
});

/** As the system says it, to LevelDB or to us. */
const full = Object.assign(new Error('IO error: /state/000004.log: No space left on device'), {
  code: 'LEVEL_IO_ERROR',
});

test('a full disk is an error that names the directory and what to do, and no reason to set anything aside', async () => {
  const disk = scene();
  const store = await disk.open();
  await disk.write(store, [['A', 'a']]);
  const batch = jest.spyOn(ClassicLevel.prototype, 'batch') as jest.SpyInstance;
  batch.mockReturnValue({ put() {}, del() {}, write: () => Promise.reject(full) });
  const refused = disk.write(store, [['A', 'b']]);
  await expect(refused).rejects.toThrow(StateDenied);
  await expect(refused).rejects.toThrow(`Cannot keep the state in ${disk.path} (state.dir)`);
  await expect(refused).rejects.toThrow(/No space left on device.*make room/);
  batch.mockRestore();
  await store.close();
  const open = jest.spyOn(ClassicLevel.prototype, 'open') as jest.SpyInstance;
  open.mockRejectedValueOnce(new Error('Database failed to open', { cause: full }));
  await expect(disk.open()).rejects.toThrow(StateDenied);
  open.mockRestore();
  // What was committed and did not get there comes from the changelog.
  const again = await disk.open();
  await disk.restore(again);
  expect([await contentOf(again), disk.told]).toEqual([new Map([['A', 'b']]), []]);
  await again.close();
});
