/** `doctor` on a real broker and registry: all in order, records out of place, rights that are lacking, a world that is not there. */
import { exitCodes } from '../../../commands/exit';
import { encoderOf } from '../../../connectors/registry/encode';
import { httpRegistry } from '../../../connectors/registry/http';
import { type Stack, startStack } from '../../../dev/stack';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { completeSchema } from '../../../schemas/schemas';
import { orderPlaced } from '../../records';
import { unique } from '../../stack/address';
import { produceForeign, produceWith } from '../../stack/java';
import { grant, settingsAs } from '../../stack/secured';
import { call, type GivenSettings, killAll } from '../run/program';

let stack: Stack;
const type = 'commerce.orders.OrderPlaced';

beforeAll(async () => {
  stack = await startStack({ security: true });
});
afterEach(killAll);
afterAll(() => stack.stop());

/** A group with its topics and schemas, all in order. */
const scene = async (...sources: string[]) => {
  const name = unique('doctor');
  const settings: GivenSettings = {
    'kafka.brokers': stack.brokers.join(','),
    'registry.url': stack.registryUrl,
    'kafka.group': name,
    'topics.sources': sources.map(source => `${name}.${source}`).join(','),
    'topics.events': `${name}.events`,
    'topics.failures': `${name}.failures`,
    'topics.summaries': `${name}.summaries`,
  };
  for (const command of ['topics', 'schemas']) expect((await call([command], settings)).code).toBe(0);
  return { name, settings };
};

/** Orders in Avro, each keyed and placed as `where` says. */
const produceOrders = async (
  topic: string,
  count: number,
  where: (at: number) => { key: string | null; partition: number },
) => {
  const registry = httpRegistry({ url: stack.registryUrl, timeoutMs: 10_000 });
  const encode = encoderOf(type, await registry.register(`${topic}-${type}`, completeSchema(type)));
  const records = Array.from({ length: count }, (_, at) => ({
    topic,
    ...where(at),
    value: Buffer.from(encode(orderPlaced(`SO-${at}`))),
  }));
  await produceWith('gzip', records, stack);
};

const rightly = (at: number) => ({ key: `SO-${at}`, partition: partitionOf(Buffer.from(`SO-${at}`), 4) });

interface Told {
  readonly state: string;
  readonly about: string;
  readonly text: string;
  readonly fix?: string;
}

const examined = async (settings: GivenSettings, ...args: string[]) => {
  const { code, stdout, stderr } = await call(['doctor', '--json', ...args], settings);
  expect(stderr).toBe('');
  const { checks, problems }: { checks: Told[]; problems: number } = JSON.parse(stdout);
  return { code, checks, problems, of: (about: string) => checks.filter(check => check.about === about) };
};

test('all in order: a line for each thing looked at, and exit code 0', async () => {
  const { name, settings } = await scene('orders', 'refunds');
  await produceOrders(`${name}.orders`, 300, rightly);
  await produceOrders(`${name}.refunds`, 3, rightly);
  const { code, stdout } = await call(['doctor', '--sample', '50'], settings);
  expect(
    stdout
      .replaceAll(/id \d+/g, 'id N')
      .trimEnd()
      .split('\n'),
  ).toEqual([
    'ok           settings: no problems in settings, mappings and schemas',
    `ok           registry: ${stack.registryUrl} answers`,
    ...['orders', 'refunds'].flatMap(source =>
      ['Cancelled', 'Placed', 'Refunded', 'Returned'].map(
        fact => `ok           schema ${name}.${source}-commerce.orders.Order${fact}: registered, id N`,
      ),
    ),
    `ok           schema ${name}.events-value: registered, id N`,
    `ok           schema ${name}.failures-value: registered, id N`,
    `ok           schema ${name}.summaries-value: registered, id N`,
    `ok           schema ${name}.state-odp.state.OrderState: registered, id N`,
    `ok           schema ${name}.state-odp.state.LanePosition: registered, id N`,
    `ok           brokers: ${stack.brokers.join(', ')} let us in`,
    'ok           versions: the brokers take every request that we send',
    ...['orders', 'refunds', 'inbox', 'events', 'failures', 'summaries', 'state'].map(
      topic => `ok           topic ${name}.${topic}: 4 partitions, 1 copies`,
    ),
    'ok           rights: all 10 that a run needs',
    ...[
      ['orders', 200],
      ['refunds', 3],
    ].map(
      ([source, count]) =>
        `ok           partitioning of ${name}.${source}: all ${count} records looked at stand on the partition that murmur2 of their key gives, all ${count} that tell an order have its id as their key`,
    ),
    '27 ok, 0 problems',
  ]);
  expect(code).toBe(exitCodes.ok);
});

test('records out of place: a remark with one source topic, a problem with its repair with several; repaired, none', async () => {
  const { name, settings } = await scene('orders', 'refunds');
  const orders = `${name}.orders`;
  await produceOrders(orders, 40, at => {
    if (at < 10) return { key: `SO-${at}`, partition: (rightly(at).partition + 1) % 4 };
    if (at < 15) return { key: 'customer', partition: partitionOf(Buffer.from('customer'), 4) };
    return at < 17 ? { key: null, partition: at % 4 } : rightly(at);
  });
  const about = `partitioning of ${orders}`;
  const counts = [
    /10 of 40 records do not stand on the partition that murmur2 of their key gives \(such as \S+orders\[\d\] at offset \d+\)/,
    /2 of 40 records have no key/,
    /7 of 40 records have another key than the id of their order/,
  ];

  const one = await examined({ ...settings, 'topics.sources': orders });
  expect(one).toMatchObject({ code: exitCodes.ok, problems: 0 });
  const [remark] = one.of(about);
  expect(remark).toEqual({ state: 'remark', about, text: expect.any(String) });
  for (const count of counts) expect(remark?.text).toMatch(count);

  const several = await examined(settings);
  expect(several).toMatchObject({ code: exitCodes.found, problems: 1 });
  const [problem] = several.of(about);
  expect(problem).toMatchObject({ state: 'problem' });
  for (const count of counts) expect(problem?.text).toMatch(count);
  const fix = /^odp-orders (repartition --from (\S+) --to (\S+) --key order-id),/.exec(problem?.fix ?? '');
  expect(fix?.[2]).toBe(orders);

  // The repair that it names, as it names it.
  const to = fix?.[3] ?? '';
  const repaired = { ...settings, 'topics.sources': `${to},${name}.refunds` };
  await call(['topics'], repaired);
  const { code } = await call([...(fix?.[1] ?? '').split(' '), '--until-end'], settings);
  expect(code).toBe(0);
  const after = await examined(repaired);
  expect(after).toMatchObject({ code: exitCodes.ok, problems: 0 });
  expect(after.of(`partitioning of ${to}`)).toEqual([
    { state: 'ok', about: `partitioning of ${to}`, text: expect.stringMatching(/^all 40 records .* all 40 that tell/) },
  ]);
});

test('only the last records are looked at, also where aborted ones and markers take the offsets', async () => {
  const { name, settings } = await scene('orders', 'refunds');
  const topic = `${name}.orders`;
  await produceWith(
    'none',
    [{ topic, partition: (rightly(0).partition + 1) % 4, key: 'SO-0', value: 'old, and wrong' }],
    stack,
  );
  const send = (at: number) => ({ do: 'send', producer: 'p', topic, ...rightly(at % 10), value: 'x' }) as const;
  const commit = (at: number) => [{ do: 'begin', producer: 'p' }, send(at), { do: 'commit', producer: 'p' }] as const;
  const abort = (at: number) => [{ do: 'begin', producer: 'p' }, send(at), { do: 'abort', producer: 'p' }] as const;
  await produceForeign(
    [
      { do: 'open', producer: 'p', settings: { 'transactional.id': unique('p') } },
      ...Array.from({ length: 60 }, (_, at) => [...commit(at), ...abort(at), ...abort(at + 1)]).flat(),
    ],
    stack,
  );
  const about = `partitioning of ${topic}`;
  const few = await examined(settings, '--sample', '4');
  expect(few.of(about)[0]).toMatchObject({ state: 'ok', text: expect.stringMatching(/^all (8|12|16) records/) });
  expect((await examined(settings)).of(about)[0]).toMatchObject({
    text: expect.stringMatching(/^1 of 61 records do not/),
  });
  expect((await examined(settings, '--sample', '0')).of(about)[0]).toMatchObject({ state: 'unchecked' });
});

test('a user who lacks one right: that one, and what cannot be checked without it', async () => {
  const { name, settings } = await scene('orders');
  await produceOrders(`${name}.orders`, 5, rightly);
  const topic = (of: string, operation: 'Read' | 'Write' | 'Describe') =>
    ({ operation, on: 'topic', name: `${name}.${of}` }) as const;
  await grant(stack, 'guest', [
    topic('orders', 'Read'),
    topic('inbox', 'Read'),
    topic('events', 'Describe'),
    topic('failures', 'Write'),
    topic('summaries', 'Write'),
    topic('state', 'Read'),
    topic('state', 'Write'),
    { operation: 'Read', on: 'group', name },
    { operation: 'Write', on: 'transactional ids', name: `${name}-` },
  ]);
  const { code, of, problems } = await examined({ ...settings, ...settingsAs('guest', stack) });
  expect({ code, problems }).toEqual({ code: exitCodes.found, problems: 1 });
  expect(of('rights')).toMatchObject([
    { state: 'problem', text: `our user lacks Write on topic ${name}.events (topics.events)` },
  ]);
  expect(of('topics')).toMatchObject([{ state: 'unchecked', text: expect.stringMatching(/DescribeConfigs/) }]);
  expect(of(`partitioning of ${name}.orders`)).toMatchObject([{ state: 'ok' }]);
});

test('a user without rights: each that is lacking, with its grant', async () => {
  const { name, settings } = await scene('orders');
  const { code, of } = await examined({ ...settings, ...settingsAs('guest', stack) });
  expect(code).toBe(exitCodes.found);
  const grants = `kafka-acls.sh --bootstrap-server ${stack.security?.brokers.join(',')} --command-config admin.properties --add --allow-principal User:guest --operation`;
  expect(of('rights').map(({ text, fix }) => [text, fix?.replace(grants, '')])).toEqual(
    [
      ['Read', 'topic', `${name}.orders`, 'topics.sources'],
      ['Read', 'topic', `${name}.inbox`, 'topics.inbox'],
      ['Read', 'topic', `${name}.state`, 'topics.state'],
      ['Write', 'topic', `${name}.state`, 'topics.state'],
      ['Write', 'topic', `${name}.events`, 'topics.events'],
      ['Write', 'topic', `${name}.failures`, 'topics.failures'],
      ['Write', 'topic', `${name}.summaries`, 'topics.summaries'],
      ['Read', 'group', name, 'kafka.group'],
    ]
      .map(([operation, on, what, by]) => [
        `our user lacks ${operation} on ${on} ${what} (${by})`,
        ` ${operation} --${on} ${what}`,
      ])
      .concat([
        [
          `our user lacks Write on transactional ids ${name}-… (kafka.group)`,
          ` Write --transactional-id ${name}- --resource-pattern-type prefixed`,
        ],
      ]),
  );
  expect(of(`topic ${name}.orders`)).toEqual([expect.objectContaining({ state: 'unchecked' })]);
  expect(of(`partitioning of ${name}.orders`)).toEqual([expect.objectContaining({ state: 'unchecked' })]);
});

test('nothing is there: each thing once, what depends on it is not checked, and nothing hangs', async () => {
  const settings = {
    'kafka.brokers': '127.0.0.1:1',
    'registry.url': 'http://127.0.0.1:1',
    mappings: '/nowhere/mapping.yaml',
  };
  const nothing = await examined(settings);
  expect(nothing.code).toBe(exitCodes.found);
  expect(nothing.checks.map(({ state, about }) => `${state} ${about}`)).toEqual([
    'problem settings',
    'unchecked brokers',
    'unchecked registry',
  ]);
  const { mappings: _, ...reachable } = settings;
  const unreachable = await examined(reachable);
  expect(unreachable.code).toBe(exitCodes.found);
  expect(unreachable.checks.map(({ state, about }) => `${state} ${about}`)).toEqual([
    'ok settings',
    'problem registry',
    'unchecked schemas',
    'problem brokers',
    'unchecked topics',
    'unchecked rights',
    'unchecked partitioning',
  ]);
  for (const { state, fix } of unreachable.checks) expect(fix === undefined).toBe(state !== 'problem');
});
