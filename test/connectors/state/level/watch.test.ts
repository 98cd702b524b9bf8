/** Tables of an open store that rot: told, in little of the time. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableWatch } from '../../../../connectors/state/level/watch';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const table = (name: string) => join(directory, name);

test('all tables are read, one after the other', async () => {
  let now = 0;
  const watch = new TableWatch(directory, () => now);
  await watch.readOne();
  writeFileSync(table('000001.ldb'), 'being written');
  mkdirSync(table('000002.ldb'));
  const found = [];
  for (let times = 0; times < 4; times++) {
    now += 1_000;
    found.push(await watch.readOne().catch(({ message }) => message));
  }
  expect(found.sort()).toEqual(
    ['table 000002.ldb is damaged', 'table 000002.ldb is damaged', undefined, undefined].sort(),
  );
});

test('a look is followed by a pause', async () => {
  let now = 0;
  const watch = new TableWatch(directory, () => now);
  await watch.readOne();
  mkdirSync(table('000001.ldb'));
  for (; now < 1_000; now += 250) await watch.readOne();
  await expect(watch.readOne()).rejects.toThrow('table 000001.ldb is damaged');
});
