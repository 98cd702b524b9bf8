/** What is wrong at the start is told once, clearly, with the setting and what to try, and the exit code says so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../../../dev/stack';
import { brokers, registryUrl, unique } from '../../stack/address';
import { call, type GivenSettings, killAll } from '../run/program';

afterEach(killAll);

const directory = mkdtempSync(join(tmpdir(), 'start-errors-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const names = (name: string): GivenSettings => ({
  'kafka.brokers': brokers().join(','),
  'registry.url': registryUrl(),
  'kafka.group': name,
  'topics.sources': `${name}.orders`,
  'topics.events': `${name}.events`,
  'topics.failures': `${name}.failures`,
});

const refused = async (settings: GivenSettings, code: number, ...says: RegExp[]) => {
  const ended = await call(['run'], settings);
  const lines = ended.stderr.split('\n').filter(line => line.startsWith('odp-orders: '));
  expect({ code: ended.code, told: lines.length, stderr: ended.stderr }).toMatchObject({ code, told: 1 });
  for (const pattern of says) expect(ended.stderr).toMatch(pattern);
  expect(ended.stderr).not.toMatch(/\n\s+at /); // no stack
};

test('a mapping that is wrong: file, line and field', async () => {
  const path = file('wrong.yaml', 'shop.Order:\n  fact: placed\n  fields:\n    order_id: number\n    totall: cents\n');
  await refused({ ...names(unique('mapping')), mappings: path }, 2, /wrong\.yaml:5:\d+/, /totall/, /lint/);
});

test('several settings that are wrong, all at once', async () => {
  const wrong = { ...names(unique('settings')), 'kafka.compression': 'zip', 'kafka.fetch_wait_max_ms': 'soon' };
  await refused(wrong, 2, /KAFKA_COMPRESSION/, /KAFKA_FETCH_WAIT_MAX_MS/);
});

test('a broker that is not there', async () => {
  await refused({ ...names(unique('broker')), 'kafka.brokers': '127.0.0.1:1' }, 1, /127\.0\.0\.1:1/, /kafka\.brokers/);
});

test('a topic that is not there', async () => {
  const name = unique('topic');
  await refused(names(name), 1, new RegExp(`${name}\\.orders`), /topics\.sources/, /topics create/);
});

test('a registry that is not there', async () => {
  const settings = names(unique('registry'));
  expect((await call(['topics', 'create'], settings)).code).toBe(0);
  await refused({ ...settings, 'registry.url': 'http://127.0.0.1:1' }, 1, /127\.0\.0\.1:1/, /registry\.url/);
});

test('a schema whose readers ours would break', async () => {
  const name = unique('schema');
  expect((await call(['topics', 'create'], names(name))).code).toBe(0);
  const other = { type: 'record', name: 'OrderEvent', namespace: 'odp', fields: [{ name: 'action', type: 'int' }] };
  const answer = await fetch(`${registryUrl()}/subjects/${name}.events-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(other) }),
  });
  expect(answer.ok).toBe(true);
  await refused(names(name), 1, new RegExp(`${name}\\.events-value`), /schema/);
});

describe('a secured listener', () => {
  let stack: Awaited<ReturnType<typeof startStack>>;
  beforeAll(async () => {
    stack = await startStack({ security: true, registry: false });
  }, 120_000);
  afterAll(() => stack.stop());

  const secured = (more: GivenSettings): GivenSettings => ({
    ...names(unique('secured')),
    'kafka.brokers': stack.security?.brokers.join(',') ?? '',
    ...more,
  });
  const tls = () => ({
    'kafka.security.tls.enabled': 'true',
    'kafka.security.tls.ca_file': stack.security?.caFile ?? '',
  });
  const login = (mechanism: string, password: string) => ({
    'kafka.security.sasl.mechanism': mechanism,
    'kafka.security.sasl.username': 'orders',
    'kafka.security.sasl.password': password,
  });

  test('a wrong password', async () => {
    const settings = secured({ ...tls(), ...login('scram-sha-512', 'not-the-password') });
    await refused(settings, 1, /orders/, /kafka\.security\.sasl/);
    expect((await call(['run'], settings)).stderr).not.toContain('not-the-password');
  });

  test('no TLS where it is wanted', async () => {
    await refused(secured({}), 1, /kafka\.security/);
  });

  test.each(['plain', 'scram-sha-256', 'scram-sha-512'])('the right password by %s', async mechanism => {
    const { code, stderr } = await call(
      ['topics', 'create'],
      secured({ ...tls(), ...login(mechanism, stack.security?.users.orders ?? '') }),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
