import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaint, exitCodeOf } from '../../commands/complain';
import { CommandError, exitCodes } from '../../commands/exit';
import { createProgram } from '../../commands/main';
import { catalogue } from '../../commands/settings/catalogue';
import { SettingsProblems } from '../../commands/settings/problem';
import { call } from './call';

const directory = mkdtempSync(join(tmpdir(), 'main-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string, content: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};

const names = createProgram().commands.map(command => command.name());

test('--help lists every command, and every command has a --help with the options of all', async () => {
  const { code, out } = await call('--help');
  expect(code).toBe(exitCodes.ok);
  for (const name of names) expect(out).toMatch(new RegExp(`^  ${name}\\b.+`, 'm'));
  for (const name of names) {
    const help = await call(name, '--help');
    expect(help.code).toBe(exitCodes.ok);
    for (const option of ['--config', '--set', '--print-config', '--debug', '--help'])
      expect(help.out).toContain(option);
  }
});

test('--version is the one of package.json', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  expect(await call('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test.each([
  ['nothing', [], /^Usage: odp-orders/],
  ['an unknown command', ['previw'], /there is no command "previw": did you mean preview\?/],
  ['an unknown option', ['lint', '--jsn'], /unknown option '--jsn'/],
  ['a missing option', ['preview'], /--file/],
  ['another missing option', ['repartition', '--from', 'a'], /--from and --to are needed/],
  ['a choice that is none', ['repartition', '--key', 'x'], /record, order-id/],
  [
    'wrong settings',
    ['topics', '--set', 'kafka.brokrs=x'],
    /--set kafka\.brokrs: is not a setting \(did you mean kafka\.brokers\?\)/,
  ],
  ['no settings file', ['topics', '--config', 'none.yaml'], /none\.yaml: cannot be read: there is no such file/],
])('usage: %s', async (_, args, expected) => {
  const { code, out, err } = await call(...args);
  expect(code).toBe(exitCodes.usage);
  expect(out).toBe('');
  expect(err).toMatch(expected);
});

test.each(names)('--print-config of %s prints the settings, hides secrets, and does nothing else', async name => {
  const config = file('secret.yaml', 'registry: {username: u, password: hunter2}');
  const { code, out, err } = await call(
    name,
    '--config',
    config,
    '--print-config',
    ...(name === 'preview' ? ['--file', 'x'] : []),
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('  # password: (hidden)');
  expect(out).not.toContain('hunter2');
});

test('settings --json has every setting with its source', async () => {
  const { out } = await call('settings', '--json', '--set', 'kafka.group=trial');
  const settings = JSON.parse(out);
  expect(Object.keys(settings)).toEqual(catalogue.map(({ path }) => path));
  expect(settings['kafka.group']).toEqual({ value: 'trial', source: '--set kafka.group' });
});

test('an error says what could not be done, why and what to try; a stack only when asked for', () => {
  const error = new CommandError('Cannot do X on Y as Z', 'this', exitCodes.failed, {
    cause: new Error('no route', { cause: new Error('EHOSTUNREACH') }),
  });
  const expected = 'odp-orders: Cannot do X on Y as Z\n  because: no route\n  because: EHOSTUNREACH\n  try: this';
  expect(complaint(error, false)).toBe(expected);
  expect(complaint(error, true)).toContain('    at ');
  expect(complaint(new AggregateError([new Error('a'), new Error('b')]), false)).toBe('odp-orders: a; b');
});

test.each([
  [new Error('x'), exitCodes.failed],
  ['text', exitCodes.failed],
  [new CommandError('x', undefined, exitCodes.found), exitCodes.found],
  [new SettingsProblems([]), exitCodes.usage],
  [Object.assign(new Error('x'), { name: 'HaltLimitReached' }), exitCodes.halted],
])('exit code of %p', (error, expected) => {
  expect(exitCodeOf(error)).toBe(expected);
});

test('docs/exit-codes.md has every code', () => {
  const page = readFileSync(join(__dirname, '../../docs/exit-codes.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) +\| (\w+) +\|/gm)].map(([, code, name]) => [name, Number(code)]);
  expect(Object.fromEntries(rows)).toEqual(exitCodes);
});

describe('lint', () => {
  test('finds nothing where nothing is wrong', async () => {
    const config = file('good.yaml', 'kafka: {group: trial}');
    expect(await call('lint', '--config', config)).toEqual({
      code: 0,
      out: 'No problems in settings, mappings and schemas\n',
      err: '',
    });
  });

  test('tells every problem of mappings with its place', async () => {
    const mapping = file('bad-mapping.yaml', 'mappings:\n  shop.Order:\n    fields: {}\n');
    const script = file('bad-mapping.js', 'exports["shop.Return"] = 7');
    const config = file('mapped.yaml', `mappings: [${mapping}, ${script}]`);
    const { code, out } = await call('lint', '--config', config, '--json');
    expect(code).toBe(exitCodes.found);
    const { problems } = JSON.parse(out);
    const of = (path: string) => problems.filter(({ source }: { source: string }) => source.startsWith(path));
    expect(of(mapping).length).toBeGreaterThan(0);
    for (const { source } of of(mapping)) expect(source).toMatch(/bad-mapping\.yaml:\d+:\d+$/);
    expect(of(script)).toEqual([{ source: script, name: 'shop.Return', message: 'must be a function, but is number' }]);
  });

  test('tells every problem of settings and schemas with its place', async () => {
    const config = file('bad.yaml', 'kafka:\n  grup: x\nresults:\n  format: xml\n');
    const schema = file('bad.avsc', '{"type":"record","name":"A",\n "fields":[{"name":"x","type":"strng"}]}');
    const { code, out } = await call('lint', schema, '--config', config, '--json');
    expect(code).toBe(exitCodes.found);
    expect(JSON.parse(out).problems.map(({ source }: { source: string }) => source)).toEqual([
      `${config}:2:3`,
      `${config}:4:11`,
      `${schema}:2:31`,
    ]);
    expect((await call('lint', schema, '--config', config)).out).toMatch(
      /\n3 problems in settings, mappings and schemas\n$/,
    );
  });
});
