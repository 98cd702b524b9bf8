/** A start that cannot be: each time one clear message that names the setting and what to try, and an exit code that says so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../commands/exit';
import { httpRegistry } from '../../../connectors/registry/http';
import { type Stack, startStack } from '../../../dev/stack';
import { unique } from '../../stack/address';
import { call, type GivenSettings, killAll } from './program';
import { createTopics } from './scene';

let stack: Stack;
const directory = mkdtempSync(join(tmpdir(), 'start-'));
const name = unique('start');
const topics = {
  ...{ [`${name}.orders`]: 2, [`${name}.inbox`]: 2, [`${name}.state`]: 2 },
  ...{ [`${name}.events`]: 2, [`${name}.failures`]: 1, [`${name}.summaries`]: 1 },
};

beforeAll(async () => {
  stack = await startStack({ security: true });
  await createTopics(stack, { ...topics, [`${name}.other`]: 3 });
});
afterEach(killAll);
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

/** Everything in order. */
const right = (): GivenSettings => ({
  'kafka.brokers': stack.brokers.join(','),
  'registry.url': stack.registryUrl,
  'kafka.group': name,
  'topics.sources': `${name}.orders`,
  'topics.events': `${name}.events`,
  'topics.failures': `${name}.failures`,
  'topics.summaries': `${name}.summaries`,
});

const security = () => {
  if (!stack.security) throw new Error('Cannot test logins as the stack has no secured listener');
  return stack.security;
};

/** The secured listener, as it wants to be talked to. */
const secured = (): GivenSettings => ({
  ...right(),
  'kafka.brokers': security().brokers.join(','),
  'kafka.security.tls.enabled': 'true',
  'kafka.security.tls.ca_file': security().caFile,
  'kafka.security.sasl.mechanism': 'scram-sha-512',
  'kafka.security.sasl.username': 'orders',
  'kafka.security.sasl.password': 'orders-secret',
});

const without = (settings: GivenSettings, prefix: string): GivenSettings =>
  Object.fromEntries(Object.entries(settings).filter(([one]) => !one.startsWith(prefix)));

const file = (fileName: string, text: string): string => {
  const path = join(directory, fileName);
  writeFileSync(path, text);
  return path;
};

interface Wrong {
  readonly what: string;
  readonly settings: () => GivenSettings | Promise<GivenSettings>;
  /** All of them are said. */
  readonly says: readonly (string | RegExp)[];
  readonly code?: number;
}

const wrongs: readonly Wrong[] = [
  {
    what: 'several settings at once',
    settings: () => ({
      ...right(),
      'kafka.batch_records_max': 'many',
      'results.format': 'xml',
      'kafka.session_timeout': '5',
    }),
    says: [
      /ODP_ORDERS_KAFKA_BATCH_RECORDS_MAX/,
      /ODP_ORDERS_RESULTS_FORMAT.*avro, json/,
      /ODP_ORDERS_KAFKA_SESSION_TIMEOUT\b.*session_timeout_ms/i,
    ],
    code: exitCodes.usage,
  },
  {
    what: 'a mapping that is wrong',
    settings: () => ({
      ...right(),
      mappings: file(
        'shop.yaml',
        'shop.checkout.Order:\n  fact: order_placed\n  fields:\n    order_id: { path: id }\n    totall: { path: amount }\n',
      ),
    }),
    says: [/shop\.yaml:2:9: fact must be one of/, 'the setting is mappings', 'odp-orders lint'],
    code: exitCodes.usage,
  },
  {
    what: 'a mapping that is not there',
    settings: () => ({ ...right(), mappings: join(directory, 'none.yaml') }),
    says: ['none.yaml', /mappings/i],
    code: exitCodes.usage,
  },
  {
    what: 'brokers that do not answer',
    settings: () => ({ ...right(), 'kafka.brokers': '127.0.0.1:1' }),
    says: ['127.0.0.1:1', 'no connection', 'kafka.brokers'],
  },
  {
    what: 'a broker whose name nobody knows',
    settings: () => ({ ...right(), 'kafka.brokers': 'nowhere.invalid:9092' }),
    says: ['nowhere.invalid:9092', 'kafka.brokers'],
  },
  {
    what: 'a registry that does not answer',
    settings: () => ({ ...right(), 'registry.url': 'http://127.0.0.1:1' }),
    says: [
      /^odp-orders: Cannot register .* at the schema registry http:\/\/127\.0\.0\.1:1 as nothing listens/,
      'registry.url',
    ],
  },
  {
    what: 'a registry that is none',
    settings: () => ({ ...right(), 'registry.url': stack.registryUrl.replace(/\/apis.*/, '/nowhere') }),
    says: ['/nowhere', 'registry.url'],
  },
  {
    what: 'a wrong password',
    settings: () => ({ ...secured(), 'kafka.security.sasl.password': 'not-the-password' }),
    says: ['refuse the login of "orders" by scram-sha-512', 'kafka.security.sasl'],
  },
  {
    what: 'no login where one is wanted',
    settings: () => without(secured(), 'kafka.security.sasl'),
    // Such a listener hangs up, and says nothing.
    says: ['no connection could be made', /wants TLS or a login.* kafka\.security/],
  },
  {
    what: 'no TLS where it is wanted',
    settings: () => without(secured(), 'kafka.security.tls'),
    says: ['no connection could be made', /wants TLS or a login.* kafka\.security/],
  },
  {
    what: 'an authority that is not trusted',
    settings: () => without(secured(), 'kafka.security.tls.ca_file'),
    says: ['TLS could not be agreed on', 'kafka.security.tls', 'ca_file'],
  },
  {
    what: 'a user without rights',
    settings: () => ({
      ...secured(),
      'kafka.security.sasl.username': 'guest',
      'kafka.security.sasl.password': 'guest-secret',
    }),
    says: [/right|may not/, 'grant'],
  },
  {
    what: 'topics that are not there',
    settings: () => ({
      ...right(),
      'topics.sources': `${name}.orders,${name}.none`,
      'topics.failures': `${name}.gone`,
    }),
    says: [`${name}.none (topics.sources)`, `${name}.gone (topics.failures)`, 'topics create'],
  },
  {
    what: 'sources of unequal partition counts',
    settings: () => ({ ...right(), 'topics.sources': `${name}.orders,${name}.other` }),
    says: [`${name}.orders has 2`, `${name}.other has 3`, 'topics.sources'],
  },
  {
    what: 'another schema under the subject of what we write',
    settings: async () => {
      const events = unique('taken');
      await createTopics(stack, { [events]: 2 });
      const fields = [{ name: 'order_id', type: 'int' }];
      await httpRegistry({ url: stack.registryUrl, timeoutMs: 10_000 }).register(`${events}-value`, {
        type: 'record',
        namespace: 'odp',
        name: 'OrderEvent',
        fields,
      });
      return { ...right(), 'topics.events': events };
    },
    says: [/taken-\w+-value/, 'break', 'odp-orders schemas check', 'topics.events'],
  },
  {
    what: 'schemas that must be there and are not',
    settings: () => ({ ...right(), 'registry.register': 'false' }),
    says: [`${name}.events-value`, `${name}.failures-value`, 'registry.register'],
  },
];

test.each(wrongs)(
  '$what',
  async ({ settings, says, code = exitCodes.failed }) => {
    const ended = await call(['run'], await settings());
    for (const part of says) expect(ended.stderr).toMatch(part);
    // One message: what, why, what to try. Nothing else, and no stack.
    expect(ended.stderr).toMatch(/^odp-orders: Cannot [\s\S]*\n$/);
    expect(ended.stderr.match(/odp-orders: /g)).toHaveLength(1);
    expect(ended.stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(ended.stderr).not.toMatch(/"level"|secret|not-the-password/);
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
  },
  60_000,
);
