/** Tables are read and not mapped. In a process of its own, as one that reads behind the end of a mapped table ends there. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { contentOf } from '../../../contract/store';
import { Scene } from './scene';

const built = (name: string) => `require(${JSON.stringify(resolve('dist/connectors/state', name))})`;

/** Two lives of a store, as what was a log is a table once it is opened again; its tables are shortened in the second. */
const twoLives = async (
  { levelStore }: typeof import('../../../../connectors/state/level/store'),
  { Changes }: typeof import('../../../../connectors/state/changes'),
  path: string,
): Promise<object> => {
  const { readdirSync, statSync, truncateSync } = require('node:fs') as typeof import('node:fs');
  const orders = Array.from({ length: 400 }, (_, index) => `order ${index}`);
  const changes = new Changes();
  for (const order of orders) changes.add(Buffer.from(order), Buffer.alloc(200), false);
  const settings = { path, changelog: 'topic', cacheBytesMax: 1, now: Date.now, told() {} };
  const first = await levelStore(settings);
  await first.put(changes, { offset: 0, at: 0 });
  await first.close();
  const second = await levelStore(settings);
  const found = (await second.get(orders)).filter(state => state !== undefined).length;
  const tables = readdirSync(path).filter(name => name.endsWith('.ldb'));
  for (const table of tables) truncateSync(`${path}/${table}`, Math.floor(statSync(`${path}/${table}`).size / 3));
  const error = await second.get(orders).then(() => 'none', String);
  await second.close();
  return { found, tables: tables.length, error };
};

test('a table that is shortened under an open store is an error, and the process goes on', async () => {
  const disk = new Scene();
  try {
    const group = dirname(disk.path);
    for (const name of ['unmapped-old', 'unmapped-new']) mkdirSync(join(group, name), { recursive: true });
    utimesSync(join(group, 'unmapped-old'), 0, 0);
    const script = `(${twoLives})(${built('level/store.js')}, ${built('changes.js')}, ${JSON.stringify(disk.path)})
      .then(told => console.log(JSON.stringify(told)))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script]);
    expect(JSON.parse(stdout)).toEqual({
      found: 400,
      tables: 1,
      error: expect.stringMatching(/as it is damaged \(Corruption: truncated block read\).*from the changelog anew/),
    });
    // What a killed process left is gone, what another makes at this moment is not.
    expect(readdirSync(group).sort()).toEqual(['0', '0.damaged', 'unmapped-new']);
    const next = await disk.open();
    expect(disk.told.map(({ reason }) => reason)).toEqual(['Corruption: truncated block read']);
    expect(await contentOf(next)).toEqual(new Map());
    await next.close();
  } finally {
    disk.remove();
  }
});
