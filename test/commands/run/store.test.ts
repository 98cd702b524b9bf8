import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheShares, openStore } from '../../../commands/run/store';
import { loadSettings } from '../../../commands/settings/load';
import { SettingsProblems } from '../../../commands/settings/problem';
import { changesOf } from '../../contract/changes';

const directory = mkdtempSync(join(tmpdir(), 'store-'));
afterAll(() => rmSync(directory, { recursive: true }));

const settingsOf = (kind: string, group: string) => {
  const overrides = [`state.store=${kind}`, `state.dir=${join(directory, 'state')}`, `kafka.group=${group}`];
  const settings = loadSettings({ env: {}, overrides, workingDirectory: directory });
  if (settings instanceof SettingsProblems) throw settings;
  return settings;
};
const cluster = (clusterId: string, topicId = 't') => ({ clusterId, topicId });
const reasons: unknown[] = [];
const log = { warn: (fields: object) => reasons.push(fields) };

test('in memory nothing is written', async () => {
  await (await openStore(settingsOf('memory', 'g'), cluster('c'), 3, log)).close();
  expect(existsSync(join(directory, 'state'))).toBe(false);
});

test('on disk each group and lane has a directory, whatever the group is called', async () => {
  for (const group of ['g', '..']) await (await openStore(settingsOf('level', group), cluster('c'), 3, log)).close();
  expect(readdirSync(join(directory, 'state')).sort()).toEqual(['.._', 'g']);
  expect(readdirSync(join(directory, 'state', 'g'))).toEqual(['3']);
  expect(readdirSync(directory)).toEqual(['state']);
});

test('what is of another cluster is set aside, and the log says so', async () => {
  const settings = settingsOf('level', 'g');
  const one = await openStore(settings, cluster('c'), 4, log);
  await one.put(changesOf([['A', Buffer.from('a'), false]]), { offset: 0, at: 0 });
  await one.close();
  await (await openStore(settings, cluster('c'), 4, log)).close();
  expect(reasons).toEqual([]);
  const another = await openStore(settings, cluster('d'), 4, log);
  expect(await another.get(['A'])).toEqual([undefined]);
  expect(reasons).toEqual([
    {
      lane: 4,
      store: join(directory, 'state', 'g', '4'),
      aside: expect.stringContaining('4.aside-'),
      reason: expect.stringMatching(/another changelog .* cluster c; .* cluster d/),
    },
  ]);
  await another.close();
});

test('what is of a topic that was made anew under its name is set aside', async () => {
  reasons.splice(0);
  const settings = settingsOf('level', 'g');
  const one = await openStore(settings, cluster('c'), 5, log);
  await one.put(changesOf([['A', Buffer.from('a'), false]]), { offset: 0, at: 0 });
  await one.close();
  const anew = await openStore(settings, cluster('c', 'u'), 5, log);
  expect(await anew.get(['A'])).toEqual([undefined]);
  expect(reasons.splice(0)).toHaveLength(1);
  await anew.close();
});

test.each([
  ['as it is by default', settingsOf('level', 'g').state.cache_bytes_max, 4 * 2 ** 20, 2 ** 20],
  ['more: for orders', 64 * 2 ** 20, 63 * 2 ** 20, 2 ** 20],
  ['too little for both', 5 * 2 ** 20 - 1, 0, 5 * 2 ** 20 - 1],
])('its cache, %s', (_, bytes, orders, blocks) => {
  expect(cacheShares(bytes)).toEqual({ orders, blocks });
});
