import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue, variableOf } from '../../../commands/settings/catalogue';
import { type LoadedSettings, loadWithSources, type SettingsRequest } from '../../../commands/settings/load';
import { printSettings, settingsAsJson } from '../../../commands/settings/print';
import { SettingsProblems } from '../../../commands/settings/problem';
import { settingsReference } from '../../../commands/settings/reference';

const root = join(__dirname, '../../..');
const directory = mkdtempSync(join(tmpdir(), 'print-'));
afterAll(() => rmSync(directory, { recursive: true }));

const load = (request: SettingsRequest): LoadedSettings => {
  const loaded = loadWithSources({ workingDirectory: directory, ...request });
  if (loaded instanceof SettingsProblems) throw loaded;
  return loaded;
};

const secrets = {
  ODP_ORDERS_KAFKA_SECURITY_SASL_MECHANISM: 'plain',
  ODP_ORDERS_KAFKA_SECURITY_SASL_USERNAME: 'user',
  ODP_ORDERS_KAFKA_SECURITY_SASL_PASSWORD: 'hunter2',
  ODP_ORDERS_REGISTRY_USERNAME: 'user',
  ODP_ORDERS_REGISTRY_PASSWORD_FILE: 'secret',
};

test('what is in force is printed with its source, secrets hidden', () => {
  writeFileSync(join(directory, 'secret'), 'opensesame');
  const loaded = load({ env: secrets, overrides: ['kafka.group=trial'] });
  const text = printSettings(loaded);
  expect(text).toContain('  group: trial # --set kafka.group\n');
  expect(text).toContain('  session_timeout_ms: 30000 # default\n');
  expect(text).toContain('      # password: (hidden) # ODP_ORDERS_KAFKA_SECURITY_SASL_PASSWORD\n');
  expect(text).toContain('topics:\n  sources: [commerce.orders] # default\n');
  for (const output of [text, JSON.stringify(settingsAsJson(loaded))]) {
    expect(output).not.toContain('hunter2');
    expect(output).not.toContain('opensesame');
  }
});

test('what is printed can be read back and says the same', () => {
  const { settings } = load({ env: { ODP_ORDERS_TOPICS_SOURCES: 'a,b', ODP_ORDERS_EVENT_CURRENCY_FIELD: 'null' } });
  writeFileSync(join(directory, 'printed.yaml'), printSettings({ settings, sources: new Map(), file: undefined }));
  expect(load({ env: {}, configPath: 'printed.yaml' }).settings).toEqual(settings);
});

test('no two settings share a variable, and none is a variable of another kind', () => {
  const variables = catalogue.map(({ path }) => variableOf(path));
  expect(new Set(variables).size).toBe(variables.length);
  expect(variables).not.toContain('ODP_ORDERS_CONFIG');
});

test.each(catalogue.map(setting => [setting.path, setting] as const))(
  '%s is named, bounded and explained',
  (path, setting) => {
    expect(path).toMatch(/^[a-z_.]+$/);
    expect(setting.sentence).toMatch(/[.`]$/);
    if (setting.kind === 'number') expect(setting.unit).not.toBeNull();
    if (setting.unit === 'ms') expect(path).toMatch(/_ms$/);
    if (setting.unit === 'bytes') expect(path).toMatch(/_bytes(_per_order)?(_max)?$|bytes_per_order_max$/);
    if (setting.secret) expect(catalogue.some(other => other.path === `${path}_file` && other.file)).toBe(true);
  },
);

test('docs/settings.md is fresh: odp-orders settings --reference > docs/settings.md', () => {
  expect(readFileSync(join(root, 'docs/settings.md'), 'utf8')).toBe(settingsReference());
});

test('the example is accepted', () => {
  expect(load({ env: {}, configPath: join(root, 'examples/odp-orders.yaml') }).settings.topics.events).toBe(
    'odp.order-events',
  );
});
