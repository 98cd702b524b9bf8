/** `topics` and `schemas` on a real broker and registry: made once, found afterwards, and an outage named by its setting. */
import { exitCodes } from '../../commands/exit';
import { brokers, registryUrl, unique } from '../stack/address';
import { call } from './call';

jest.setTimeout(60_000);

const group = unique('group');
const settings = () =>
  Object.entries({
    'kafka.brokers': brokers().join(','),
    'kafka.group': group,
    'topics.sources': `${group}.orders`,
    'topics.events': `${group}.events`,
    'topics.failures': `${group}.failures`,
    'topics.summaries': `${group}.summaries`,
    'topics.partitions': '3',
    'registry.url': registryUrl(),
    'log.level': 'error',
  }).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
const names = () => ['orders', 'inbox', 'events', 'failures', 'summaries', 'state'].map(topic => `${group}.${topic}`);

test('topics: missing ones are told, then created, then found as they should be', async () => {
  const before = await call('topics', 'check', '--json', ...settings());
  expect(before.code).toBe(exitCodes.found);
  expect(JSON.parse(before.out).problems.map(({ topic }: { topic: string }) => topic)).toEqual(names());

  const created = await call('topics', '--json', ...settings());
  expect(created).toMatchObject({ code: exitCodes.ok, err: '' });
  expect(JSON.parse(created.out)).toMatchObject({ created: names(), problems: [] });

  const after = await call('topics', 'check', ...settings());
  expect(after).toMatchObject({ code: exitCodes.ok, err: '' });
  expect(after.out).toBe(
    names()
      .map(name => `found ${name}: 3 partitions\n`)
      .join(''),
  );
});

test('topics: a wish that is not met is told with its fix', async () => {
  await call('topics', ...settings());
  const { code, out } = await call(
    'topics',
    'check',
    ...settings(),
    '--set',
    'topics.events_retention_ms=300000000000',
  );
  expect(code).toBe(exitCodes.found);
  expect(out).toMatch(/problem \S+\.events keeps records for \d+ ms, less than .*: kafka-configs\.sh --alter/);
});

test('schemas: registered once', async () => {
  const first = await call('schemas', '--json', ...settings());
  expect(first).toMatchObject({ code: exitCodes.ok, err: '' });
  expect(JSON.parse(first.out).registered).toHaveLength(9);
  const second = await call('schemas', 'check', '--json', ...settings());
  expect(JSON.parse(second.out)).toMatchObject({ registered: [] });
  expect(second.out).not.toMatch(/"state":"(new|changed)"/);
});

test.each([
  ['a broker that is not there', ['topics', 'check', '--set', 'kafka.brokers=127.0.0.1:1'], /kafka\.brokers/],
  ['a broker that is not there', ['lag', '--json', '--set', 'kafka.brokers=127.0.0.1:1'], /kafka\.brokers/],
  ['a registry that is not there', ['schemas', 'check', '--set', 'registry.url=http://127.0.0.1:1'], /registry\.url/],
])('%s is one clear message that names the setting: %j', async (_, args, expected) => {
  const { code, out, err } = await call(args[0] ?? '', args[1] ?? '', ...settings(), ...args.slice(2));
  expect({ code, out }).toEqual({ code: exitCodes.failed, out: '' });
  expect(err).toMatch(/^odp-orders: Cannot /);
  expect(err).toMatch(expected);
  expect(err).not.toMatch(/\n {4}at /);
});
