import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMappings } from '../../../connectors/mappings/load';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'mappings-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

test('functions of a module, by full name', async () => {
  const path = file(
    'good.js',
    "module.exports = { 'shop.Order': value => ({ type: 'commerce.orders.OrderPlaced', value: { order_id: value.id } }) };",
  );
  const { mappings, problems } = await loadMappings([path]);
  expect(problems).toEqual([]);
  expect(mappings.get('shop.Order')?.({ id: 'A7' }, {} as never)).toMatchObject({ value: { order_id: 'A7' } });
});

test.each([
  ['missing.js', undefined, /^cannot be loaded/],
  ['syntax.cjs', 'module.exports = {', /^cannot be loaded/],
  ['throws.js', 'throw new Error("no")', /^cannot be loaded: no/],
  ['nothing.js', '', /^must export mappings/],
  ['value.js', "exports['shop.Order'] = 5", /^must be a function, but is number/],
  ['ours.js', "exports['commerce.orders.OrderPlaced'] = x => x", /^is ours already/],
  ['types.ts', 'export default {}', /^is TypeScript/],
  ['what.txt', '', /^must be a \.yaml/],
  ['none.yaml', undefined, /^cannot be read \(ENOENT\)/],
  ['wrong.yaml', 'shop.Order: 5', /^must be a group/],
])('%s is told, not thrown', async (name, text, message) => {
  const path = text === undefined ? join(directory, name) : file(name, text);
  const { mappings, problems } = await loadMappings([path]);
  expect(mappings.size).toBe(0);
  expect(problems[0]?.source).toContain(path);
  expect(problems[0]?.message).toMatch(message);
});

test('a record that two files map', async () => {
  const paths = ['one.js', 'two.js'].map(name => file(name, "exports['shop.Order'] = x => x"));
  const { problems } = await loadMappings(paths);
  expect(problems).toEqual([
    { source: paths[1], name: 'shop.Order', message: `is mapped twice: ${paths[0]} has a mapping for it too` },
  ]);
});
