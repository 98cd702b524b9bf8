import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkTables, isWhole, tablesOf } from '../../../../connectors/state/level/tables';
import { contentOf } from '../../../contract/store';
import { Scene } from './scene';

let disk: Scene;
beforeEach(async () => {
  disk = new Scene();
});
afterEach(() => disk.remove());

/** A log becomes a table when the store is opened again. */
const oneTable = async (): Promise<string> => {
  const store = await disk.open();
  await disk.write(
    store,
    Array.from({ length: 200 }, (_, index) => [`order ${index}`, `state ${index}`]),
  );
  await store.close();
  await (await disk.open()).close();
  return join(disk.path, tablesOf(disk.path)[0]!);
};

test('a table is whole as LevelDB wrote it, and not with any byte of its blocks flipped, or shortened', async () => {
  const bytes = readFileSync(await oneTable());
  expect(isWhole(bytes)).toBe(true);
  const unseen: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    bytes[at]! ^= 4;
    if (isWhole(bytes)) unseen.push(at);
    bytes[at]! ^= 4;
  }
  // The footer is padded, and its last 8 bytes are what makes it one.
  const padding = bytes.length - 43;
  expect(unseen.filter(at => at < padding)).toEqual([]);
  expect(isWhole(bytes.subarray(1))).toBe(false);
  expect(isWhole(bytes.subarray(0, 60))).toBe(false);
});

test('a table without its end is told apart: it may be what a dying process was writing', async () => {
  const file = await oneTable();
  const bytes = readFileSync(file);
  writeFileSync(join(disk.path, '000999.ldb'), bytes.subarray(0, 100));
  expect(await checkTables(disk.path)).toMatchObject({ damaged: [], unfinished: [{ name: '000999.ldb' }] });
  const store = await disk.open();
  expect([await contentOf(store), disk.told]).toEqual([disk.content(), []]);
  await store.close();
});

test('a table that cannot be read is damaged', async () => {
  const file = await oneTable();
  rmSync(file);
  mkdirSync(file);
  expect(await checkTables(disk.path)).toEqual({ damaged: [basename(file)], unfinished: [] });
  const store = await disk.open();
  expect([await contentOf(store), disk.told.map(({ reason }) => reason)]).toEqual([
    new Map(),
    [expect.stringMatching(/^it cannot be opened|tables .* are damaged/)],
  ]);
  await store.close();
});

test('nor is one whose name LevelDB takes for another', async () => {
  const first = await disk.open();
  await disk.write(first, [['A', 'a']]);
  await first.close();
  for (let number = 4; number < 30; number++)
    writeFileSync(join(disk.path, `${String(number).padStart(6, '0')}.ldb`), 'unfinished');
  const again = await disk.open();
  expect(tablesOf(disk.path)).toHaveLength(1);
  expect([await contentOf(again), disk.told]).toEqual([disk.content(), []]);
  await again.close();
});

test('a filter that hides an order is found at the start', async () => {
  const file = await oneTable();
  const bytes = readFileSync(file);
  // It stands before the index of filters, which names it.
  const named = bytes.indexOf('filter.leveldb.BuiltinBloomFilter2');
  bytes.fill(0, named - 200, named - 100);
  writeFileSync(file, bytes);
  const store = await disk.open();
  expect(disk.told.map(({ reason }) => reason)).toEqual([expect.stringContaining('damaged')]);
  await disk.restore(store);
  expect((await store.get(['order 7'])).map(String)).toEqual(['state 7']);
  await store.close();
});

/** Longer than a block of LevelDB's log (32 KiB), after which it finds its way again. */
const long = 'x'.repeat(20_000);

test('writes that are missing in the middle of the log are found, though LevelDB does not mind', async () => {
  const store = await disk.open();
  for (let write = 0; write < 8; write++) await disk.write(store, [[`order ${write}`, `${write} ${long}`]]);
  await store.close();
  const log = join(disk.path, readdirSync(disk.path).find(name => name.endsWith('.log'))!);
  const bytes = readFileSync(log);
  bytes[50_000]! ^= 1;
  writeFileSync(log, bytes);
  const again = await disk.open();
  expect(disk.told.map(({ reason }) => reason)).toEqual(['some of what it got is missing']);
  await disk.restore(again);
  expect(await contentOf(again)).toEqual(disk.content());
  await again.close();
});

test.each([0.3, 0.6, 0.9])(
  'a manifest cut short (%d) does not bring back an older store with newer writes',
  async share => {
    const store = await disk.open();
    // Enough that the log is changed several times.
    for (let write = 0; write < 80; write++)
      await disk.write(store, [[`order ${write % 30}`, `${write} ${long.repeat(10)}`]]);
    await store.close();
    const manifest = join(disk.path, readdirSync(disk.path).find(name => name.startsWith('MANIFEST'))!);
    const bytes = readFileSync(manifest);
    writeFileSync(manifest, bytes.subarray(0, Math.floor(bytes.length * share)));
    const again = await disk.open();
    await disk.restore(again);
    expect(await contentOf(again)).toEqual(disk.content());
    expect(disk.told).toHaveLength(1);
    await again.close();
  },
);
