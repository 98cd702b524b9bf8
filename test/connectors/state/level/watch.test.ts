/** Tables of an open store that change under it: told before LevelDB reads them, in little of the time. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tablesOf } from '../../../../connectors/state/level/tables';
import { TableWatch } from '../../../../connectors/state/level/watch';
import { contentOf } from '../../../contract/store';
import { Scene } from './scene';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const table = (name: string) => join(directory, name);

test('a table may grow, come and go; one that becomes shorter is told', async () => {
  let now = 0;
  const watch = new TableWatch(directory, () => (now += 10));
  await watch.compareLengths();
  for (const [name, bytes] of [
    ['000005.ldb', 10],
    ['000005.ldb', 20],
    ['000007.ldb', 5],
  ] as const) {
    writeFileSync(table(name), Buffer.alloc(bytes));
    await watch.compareLengths();
  }
  rmSync(table('000005.ldb'));
  await watch.compareLengths();
  truncateSync(table('000007.ldb'), 4);
  await expect(watch.compareLengths()).rejects.toThrow('table 000007.ldb was shortened');
});

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

test('a look is followed by a pause, as long as there are many tables', async () => {
  let now = 0;
  const watch = new TableWatch(directory, () => now);
  for (let number = 10; number < 20; number++) writeFileSync(table(`0000${number}.ldb`), Buffer.alloc(9));
  await watch.compareLengths();
  truncateSync(table('000015.ldb'), 8);
  for (; now < 3.3; now += 0.55) await watch.compareLengths();
  await expect(watch.compareLengths()).rejects.toThrow('table 000015.ldb was shortened');
});

test('a store whose tables were shortened while it was open says so, is set aside, and comes back', async () => {
  const disk = new Scene();
  try {
    const first = await disk.open();
    const all = Array.from({ length: 400 }, (_, index): [string, string] => [
      `order ${index}`,
      'x'.repeat(200 + index),
    ]);
    await disk.write(first, all);
    await first.close();
    const second = await disk.open(); // its log becomes a table
    expect(await contentOf(second)).toEqual(disk.content()); // LevelDB has mapped it
    const [name = ''] = tablesOf(disk.path);
    expect(readFileSync(join(disk.path, name)).length).toBeGreaterThan(100_000);
    truncateSync(join(disk.path, name), 4_096);
    await new Promise(resolve => setTimeout(resolve, 10)); // it has looked a moment ago
    // Without a look before the read this process would end here.
    await expect(second.get(all.map(([orderId]) => orderId))).rejects.toThrow(
      /is damaged \(table \d+\.ldb was shortened\)/,
    );
    await second.close();
    const third = await disk.open();
    expect(disk.told.map(({ reason }) => reason)).toEqual([expect.stringMatching(/was shortened/)]);
    await disk.restore(third);
    expect(await contentOf(third)).toEqual(disk.content());
    await third.close();
  } finally {
    disk.remove();
  }
});
