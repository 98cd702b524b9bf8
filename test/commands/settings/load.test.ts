import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, loadWithSources } from '../../../commands/settings/load';
import { type Problem, SettingsProblems } from '../../../commands/settings/problem';
import type { Settings } from '../../../commands/settings/schema';

const workingDirectory = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(workingDirectory, { recursive: true }));

const load = (yaml: string | undefined, env: Record<string, string> = {}, overrides: string[] = []) => {
  const name = 'given.yaml';
  if (yaml !== undefined) writeFileSync(join(workingDirectory, name), yaml);
  return loadSettings({ env, overrides, workingDirectory, configPath: yaml === undefined ? undefined : name });
};
const good = (...given: Parameters<typeof load>): Settings => {
  const settings = load(...given);
  if (settings instanceof SettingsProblems) throw settings;
  return settings;
};
const bad = (...given: Parameters<typeof load>): readonly Problem[] => {
  const settings = load(...given);
  if (!(settings instanceof SettingsProblems)) throw new Error('these settings should not have been accepted');
  return settings.problems;
};
const pem = (name: string, content = 'PEM\n') => {
  writeFileSync(join(workingDirectory, name), content);
  return name;
};

test('lanes remember on disk unless told otherwise', () => {
  const settings = loadSettings({ env: {} });
  expect(settings).toMatchObject({ state: { store: 'level', dir: 'odp-orders-state' } });
});

test('defaults will do, and derived topics follow the group', () => {
  const settings = good(undefined);
  expect(settings.kafka).toMatchObject({
    brokers: ['127.0.0.1:9092'],
    group: 'odp-orders',
    transactions_per_second_max: 100,
  });
  expect(settings.topics).toMatchObject({ inbox: 'odp-orders.inbox', state: 'odp-orders.state' });
  expect(good(undefined, { ODP_ORDERS_KAFKA_GROUP: 'trial' }).topics.inbox).toBe('trial.inbox');
  expect(good('').failures.in_a_row_max).toBe(1_000);
  expect(good('kafka:\n# nothing yet\n').failures.in_a_row_max).toBe(1_000);
});

test('a hundred windows of a summary may overlap', () => {
  const summary = { size_ms: 100_000, hop_ms: 1_000 };
  expect(good('summary: {size_ms: 100000, hop_ms: 1000}').summary).toEqual(summary);
});

test('the later source wins: default, file, environment, command line', () => {
  const yaml = 'kafka: {group: file, client_id: file, fetch_wait_max_ms: 1}';
  const env = {
    ODP_ORDERS_KAFKA_GROUP: 'env',
    ODP_ORDERS_KAFKA_FETCH_WAIT_MAX_MS: '2',
    ODP_ORDERS_KAFKA_CLIENT_ID: '',
  };
  const request = { env, overrides: ['kafka.group=option'], workingDirectory, configPath: 'given.yaml' };
  expect(good(yaml, env, request.overrides).kafka).toMatchObject({
    group: 'option',
    client_id: 'file',
    fetch_wait_max_ms: 2,
  });
  const loaded = loadWithSources(request);
  if (loaded instanceof SettingsProblems) throw loaded;
  expect(Object.fromEntries(loaded.sources)).toEqual({
    'kafka.group': '--set kafka.group',
    'kafka.client_id': 'given.yaml:1:33',
    'kafka.fetch_wait_max_ms': 'ODP_ORDERS_KAFKA_FETCH_WAIT_MAX_MS',
  });
});

test('the environment has lists, flags, numbers and null', () => {
  const settings = good(undefined, {
    ODP_ORDERS_KAFKA_BROKERS: 'a:1, b:2',
    ODP_ORDERS_KAFKA_ACCEPT_OLDER: 'true',
    ODP_ORDERS_EVENT_CURRENCY_FIELD: 'null',
    ODP_ORDERS_FAILURES_HEADER_NAMES: 'connect,spring',
    ODP_ORDERS_KAFKA_SECURITY_SASL_MECHANISM: 'plain',
    ODP_ORDERS_KAFKA_SECURITY_SASL_USERNAME: 'u',
    ODP_ORDERS_KAFKA_SECURITY_SASL_PASSWORD: ' a,b=true ',
    OTHER: 'x',
  });
  expect(settings.kafka.brokers).toEqual(['a:1', 'b:2']);
  expect(settings.kafka.accept_older).toBe(true);
  expect(settings.event.currency_field).toBeNull();
  expect(settings.failures.header_names).toEqual(['connect', 'spring']);
  expect(settings.kafka.security.sasl.password).toBe(' a,b=true ');
});

test('what Kubernetes tells of a service that has our name is no setting, and a mistake in one stays a mistake', () => {
  const service = {
    ODP_ORDERS_SERVICE_HOST: '10.0.0.1',
    ODP_ORDERS_SERVICE_PORT: '80',
    ODP_ORDERS_SERVICE_PORT_HTTP: '80',
    ODP_ORDERS_PORT: 'tcp://10.0.0.1:80',
    ODP_ORDERS_PORT_80_TCP: 'tcp://10.0.0.1:80',
    ODP_ORDERS_PORT_80_TCP_ADDR: '10.0.0.1',
    ODP_ORDERS_RELAY_PORT: 'udp://10.0.0.1:80',
  };
  expect(good(undefined, service)).toEqual(good(undefined));
  for (const mistake of [{ ODP_ORDERS_KAFKA_PORT: '9092' }, { ODP_ORDERS_SERVICE: 'x' }])
    expect(loadSettings({ env: mistake, workingDirectory })).toMatchObject({
      message: expect.stringContaining('is not a setting'),
    });
});

test('the file is found by option, by variable, or in the working directory', () => {
  const at = (name: string, group: string) => writeFileSync(join(workingDirectory, name), `kafka: {group: ${group}}`);
  at('a.yaml', 'a');
  at('b.yaml', 'b');
  const groupOf = (configPath: string | undefined, env = {}) => {
    const settings = loadSettings({ configPath, env, workingDirectory });
    return settings instanceof SettingsProblems ? settings.message : settings.kafka.group;
  };
  expect(groupOf('a.yaml', { ODP_ORDERS_CONFIG: 'b.yaml' })).toBe('a');
  expect(groupOf(undefined, { ODP_ORDERS_CONFIG: 'b.yaml' })).toBe('b');
  expect(groupOf(undefined)).toBe('odp-orders');
  at('odp-orders.yaml', 'c');
  expect(groupOf(undefined)).toBe('c');
  rmSync(join(workingDirectory, 'odp-orders.yaml'));
  expect(groupOf('none.yaml')).toContain('none.yaml: cannot be read: there is no such file');
});

test.each<[string, string, Partial<Problem>]>([
  [
    'wrong type',
    'kafka:\n  session_timeout_ms: soon',
    {
      source: 'given.yaml:2:23',
      name: 'kafka.session_timeout_ms',
      message: 'must be a whole number from 1,000 to 1,800,000, but is "soon"',
    },
  ],
  [
    'too small',
    'retry: {attempts_max: -1}',
    { source: 'given.yaml:1:23', message: 'must be a whole number from 0 to 1,000,000, but is -1' },
  ],
  [
    'a fraction',
    'kafka: {batch_records_max: 1.5}',
    { message: 'must be a whole number from 1 to 1,000,000, but is 1.5' },
  ],
  ['number for text', 'kafka: {client_id: 7}', { message: 'must be text, but is 7', hint: 'put it in quotes' }],
  ['flag in words', 'registry: {register: yes}', { message: 'must be true or false, but is "yes"' }],
  ['not a choice', 'results: {format: xml}', { message: 'must be one of avro, json, but is "xml"' }],
  ['scalar for a list', 'kafka: {brokers: "a:1"}', { message: 'must be a list of host:port, but is "a:1"' }],
  ['bad element', 'kafka: {brokers: ["a:1", b]}', { message: 'must be a list of host:port, but is a list with "b"' }],
  ['empty list', 'topics: {sources: []}', { message: 'must be a list of topic names, but is a list of 0' }],
  [
    'null where needed',
    'kafka: {group: null}',
    { message: expect.stringMatching(/^must be a group id .*but is nothing$/) },
  ],
  [
    'scalar for a group',
    'kafka: localhost',
    { source: 'given.yaml:1:1', name: 'kafka', message: 'must be a group of settings, but is a single value' },
  ],
  ['group for a scalar', 'kafka: {group: {id: x}}', { message: expect.stringContaining('but is a group') }],
  [
    'slip',
    'kafka:\n  brokrs: []',
    {
      source: 'given.yaml:2:3',
      name: 'kafka.brokrs',
      message: 'is not a setting',
      hint: 'did you mean kafka.brokers?',
    },
  ],
  ['other case', 'kafka: {clientId: x}', { hint: 'did you mean kafka.client_id?' }],
  ['wrong place', 'brokers: []', { name: 'brokers', hint: 'did you mean kafka.brokers?' }],
  ['far from all', 'zebra: 1', { name: 'zebra', message: 'is not a setting' }],
  ['given twice', 'kafka: {group: a}\nkafka: {group: b}', { source: 'given.yaml:2:1', message: 'is given twice' }],
  ['not YAML', 'kafka: [', { message: expect.stringMatching(/^is not YAML/) }],
  ['not a map', '- kafka', { message: 'The file must be a map of settings' }],
  [
    'user in URL',
    'registry: {url: "http://u:p@host"}',
    { message: expect.stringContaining('an http or https URL without user and password') },
  ],
  ['no such month', 'event_time: {min: "2026-13-01"}', { message: expect.stringContaining('ISO 8601') }],
  ['date without zone', 'event_time: {min: "2020-01-01T00:00:00"}', { message: expect.stringContaining('ISO 8601') }],
  [
    'heartbeat',
    'kafka: {heartbeat_interval_ms: 20000}',
    {
      source: 'given.yaml:1:32',
      name: 'kafka.heartbeat_interval_ms',
      message: 'must be at most a third of kafka.session_timeout_ms, which is 30000',
    },
  ],
  [
    'same topic',
    'topics: {events: commerce.orders}',
    { name: 'topics.events', message: 'is the same topic as topics.sources: each needs its own' },
  ],
  [
    'more facts of an order than its record has room for',
    'ledger: {facts_per_order_max: 62277}',
    {
      name: 'kafka.record_bytes_max',
      message:
        'must be at least 1000016 with ledger.facts_per_order_max of 62277, as the state of an order is one record: ' +
        'raise it, or remember fewer facts of an order',
    },
  ],
  [
    'too many windows of a summary',
    'summary: {size_ms: 100001, hop_ms: 1000}',
    {
      source: 'given.yaml:1:36',
      name: 'summary.hop_ms',
      message:
        'must be at least a hundredth of summary.size_ms, which is 100001: each event would be in 101 windows, and all ' +
        'that are open are written with every transaction; try 1001, or a shorter size',
    },
  ],
  [
    'too many windows of a summary by default',
    'summary: {size_ms: 6000001}',
    { name: 'summary.hop_ms', message: expect.stringMatching(/^must be at least .* in 101 windows, .*; try 60001,/) },
  ],
  [
    'no user',
    'kafka: {security: {sasl: {mechanism: plain, password: x}}}',
    { name: 'kafka.security.sasl.username', message: 'is needed for mechanism plain' },
  ],
  [
    'no password',
    'kafka: {security: {sasl: {mechanism: plain, username: x}}}',
    { name: 'kafka.security.sasl.password', message: '(or password_file) is needed for mechanism plain' },
  ],
  ['no mechanism', 'kafka: {security: {sasl: {username: x}}}', { message: 'has no effect without a mechanism' }],
  ['tls off', 'kafka: {security: {tls: {server_name: x}}}', { message: 'has no effect unless tls.enabled is true' }],
  [
    'no such file',
    'kafka: {security: {tls: {enabled: true, ca_file: none.pem}}}',
    {
      name: 'kafka.security.tls.ca_file',
      message: expect.stringMatching(/cannot be read: .*none\.pem: there is no such file/),
    },
  ],
  [
    'no such mapping',
    'mappings: [none.yaml]',
    { name: 'mappings', message: expect.stringContaining('there is no such file') },
  ],
  [
    'http with certificates',
    `registry: {tls: {ca_file: ${pem('ca.pem')}}}`,
    { message: 'has no effect unless registry.url is https' },
  ],
  [
    'certificate without key',
    `registry: {url: "https://r", tls: {cert_file: ${pem('cert.pem')}}}`,
    { name: 'registry.tls.key_file', message: 'is needed with cert_file' },
  ],
  [
    'two passwords',
    `registry: {username: u, password: a, password_file: ${pem('pw', 'b\n')}}`,
    { name: 'registry.password_file', message: 'and registry.password are both given: leave one out' },
  ],
  [
    'empty secret',
    `registry: {username: u, password_file: ${pem('none', '\n')}}`,
    { message: expect.stringMatching(/^names a file that is empty/) },
  ],
])('one problem: %s', (_, yaml, expected) => {
  const problems = bad(yaml);
  expect(problems).toEqual([expect.objectContaining(expected)]);
});

test.each<[string, Record<string, string>, string[], Partial<Problem>]>([
  [
    'unknown variable',
    { ODP_ORDERS_KAFKA_GROUPE: 'x' },
    [],
    { source: 'ODP_ORDERS_KAFKA_GROUPE', hint: 'did you mean ODP_ORDERS_KAFKA_GROUP?' },
  ],
  [
    'wrong variable',
    { ODP_ORDERS_KAFKA_BATCH_RECORDS_MAX: '1e9' },
    [],
    {
      source: 'ODP_ORDERS_KAFKA_BATCH_RECORDS_MAX',
      message: 'must be a whole number from 1 to 1,000,000, but is "1e9"',
    },
  ],
  ['unknown option', {}, ['kafka.grupo=x'], { source: '--set kafka.grupo', hint: 'did you mean kafka.group?' }],
  ['option without value', {}, ['kafka.group'], { message: 'needs a value: --set name=value' }],
])('one problem: %s', (_, env, overrides, expected) => {
  expect(bad(undefined, env, overrides)).toEqual([expect.objectContaining(expected)]);
});

test('all problems at once, from all sources', () => {
  const problems = bad('kafka: {brokrs: 1, group: "a b"}\nresults: {format: xml}', { ODP_ORDERS_LOG_LEVEL: 'loud' }, [
    'x=1',
  ]);
  expect(problems.map(({ source }) => source)).toEqual([
    'given.yaml:1:9',
    'given.yaml:1:27',
    'given.yaml:2:19',
    'ODP_ORDERS_LOG_LEVEL',
    '--set x',
  ]);
  expect(new SettingsProblems(problems).message).toMatch(
    /^Cannot use the settings as 5 are wrong:\n {2}given\.yaml:1:9: kafka\.brokrs is/,
  );
});

describe('secrets', () => {
  test('come from a file, relative to the settings file, without its last line end', () => {
    pem('secret', 'opensesame\n');
    const settings = good('registry: {username: u, password_file: secret}');
    expect(settings.registry.password).toBe('opensesame');
  });

  test('a later layer may say it the other way', () => {
    pem('secret', 'from file');
    const yaml = 'registry: {username: u, password_file: secret}';
    expect(good(yaml, { ODP_ORDERS_REGISTRY_PASSWORD: 'from env' }).registry.password).toBe('from env');
    expect(
      good('registry: {username: u, password: x}', { ODP_ORDERS_REGISTRY_PASSWORD_FILE: 'secret' }).registry.password,
    ).toBe('from file');
  });

  test.each([
    ['of the wrong type', 'registry: {username: u, password: {hunter2: hunter2}}'],
    ['a number', 'registry: {username: u, password: 4242424242}'],
    ['beginning with *', 'registry: {username: u, password: *hunter2}'],
    ['beginning with !', 'registry: {username: u, password: !hunter2 hunter2}'],
    ['beginning with @', 'registry: {username: u, password: @hunter2}'],
    ['without closing quote', 'registry:\n  password: "hunter2\n'],
    ['in a misspelt setting', 'registry: {pasword: hunter2}'],
    ['in a group', 'registry: hunter2'],
    ['as a list', 'registry: {username: u, password: [hunter2]}'],
  ])('are not quoted in problems: %s', (_, yaml) => {
    const text = JSON.stringify(bad(yaml));
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('4242424242');
  });
});
