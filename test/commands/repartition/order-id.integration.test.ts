/** `repartition --key order-id`: wrongly keyed topics are repaired, what has no order id is kept; and how a run reads the copies. */
import { setTimeout as wait } from 'node:timers/promises';
import { Type } from 'avsc';
import { exitCodes } from '../../../commands/exit';
import { encoderOf } from '../../../connectors/registry/encode';
import { httpRegistry } from '../../../connectors/registry/http';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { completeSchema } from '../../../schemas/schemas';
import { orderPlaced } from '../../records';
import { brokers, registryUrl, unique } from '../../stack/address';
import { type ForeignRecord, type JudgedRecord, produceWith, readCommitted } from '../../stack/java';
import { call, type GivenSettings, killAll, start } from '../run/program';
import { judge, nothingWrong, problemsOf } from './judge';

const type = 'commerce.orders.OrderPlaced';
afterEach(killAll);

const scene = async (
  records: (encode: (orderId: string, but?: object) => Buffer) => Omit<ForeignRecord, 'topic'>[],
) => {
  const name = unique('rekey');
  const [from, to] = [`${name}.orders`, `${name}.by-key`];
  const settings: GivenSettings = {
    'kafka.brokers': brokers().join(','),
    'registry.url': registryUrl(),
    'kafka.group': name,
    'topics.sources': `${from},${to}`,
    'topics.events': `${name}.events`,
    'topics.failures': `${name}.failures`,
    'topics.summaries': `${name}.summaries`,
    'topics.partitions': '3',
    'log.format': 'json',
  };
  expect((await call(['topics'], settings)).code).toBe(0);
  const registry = httpRegistry({ url: registryUrl(), timeoutMs: 10_000 });
  const encode = encoderOf(type, await registry.register(`${from}-${type}`, completeSchema(type)));
  const all = records((orderId, but) => Buffer.from(encode(orderPlaced(orderId, but))));
  await produceWith(
    'gzip',
    all.map(record => ({ topic: from, ...record })),
  );
  const copy = (...args: string[]) =>
    call(['repartition', '--from', from, '--to', to, '--until-end', '--key', 'order-id', '--json', ...args], settings);
  return { name, from, to, settings, copy };
};

const nobody = { email: null, phone: null, customer_id: null, vuid: null, identifiers: {} };
const keyText = ({ key }: JudgedRecord) => key && String(key);

test('each record under the id of its order, on its partition; what has none keeps its key, and is told', async () => {
  const { from, to, copy } = await scene(encode => [
    ...Array.from({ length: 60 }, (_, at) => ({
      partition: at % 3,
      key: at % 4 === 0 ? null : `customer-${at % 7}`,
      value: encode(`SO-${at % 20}`),
    })),
    { partition: 0, key: 'SO-7', value: encode('SO-7') },
    { partition: 1, key: 'customer', value: encode('SO-nobody', { customer: nobody }) }, // fails, but its order is known
    { partition: 1, key: 'G-1', value: 'garbage' },
    { partition: 2, key: null, value: 'garbage' },
    { partition: 2, key: 'T-1', value: null },
  ]);
  const { code, stdout, stderr } = await copy();
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  const { pairs, copies, missing, twice } = await judge(from, to);
  expect({ missing, twice, copies: copies.length }).toEqual({ missing: [], twice: [], copies: 65 });
  expect(problemsOf(pairs, 3)).toEqual(nothingWrong);
  const placedType = Type.forSchema(completeSchema(type) as never);
  for (const { copy: one } of pairs) {
    const isOrder = one.value?.[0] === 0;
    if (isOrder) expect(keyText(one)).toBe(placedType.fromBuffer(one.value?.subarray(5) as Buffer).order_id);
  }
  expect(
    pairs
      .filter(({ source }) => source.value?.[0] !== 0)
      .map(({ copy: one }) => keyText(one))
      .sort(),
  ).toEqual(['G-1', 'T-1', null]);
  expect(JSON.parse(stdout)).toMatchObject({
    key: 'order-id',
    records: 65,
    rekeyed: 61,
    without_key: 1,
    kept: { not_framed: 2 },
  });
});

test('a topic of garbage halts it before all is copied as it stands; --accept-failures goes on', async () => {
  const { from, to, copy } = await scene(() =>
    Array.from({ length: 3_000 }, (_, at) => ({ partition: 0, key: `G-${at}`, value: 'garbage' })),
  );
  const { code, stdout, stderr } = await copy();
  expect({ code, stdout }).toEqual({ code: exitCodes.halted, stdout: '' });
  expect(stderr).toMatch(/1000 records in a row failed.*not_framed.*--accept-failures/);
  expect((await judge(from, to)).copies.length).toBeLessThan(1_000);
  const accepted = await copy('--accept-failures', '3000');
  expect(accepted.code).toBe(0);
  const { pairs, missing, twice } = await judge(from, to);
  expect({ missing, twice }).toEqual({ missing: [], twice: [] });
  expect(problemsOf(pairs, 3)).toEqual(nothingWrong);
});

test('a run over the copies names the original records, but only of topics that repartition wrote', async () => {
  const { name, from, to, settings, copy } = await scene(encode => [
    { partition: 1, key: null, value: encode('SO-1') },
    { partition: 1, key: 'customer', value: encode('SO-2', { customer: nobody }) },
  ]);
  expect((await copy()).code).toBe(0);
  const failureType = Type.forSchema(completeSchema('odp.OrderFailure') as never);
  const sourceOf = async (group: string, more: GivenSettings) => {
    const failures = `${name}.failures-${group}`;
    const all = {
      ...settings,
      'kafka.group': `${name}-${group}`,
      'topics.sources': to,
      'topics.failures': failures,
      'topics.events': `${name}.events-${group}`,
      'topics.summaries': `${name}.summaries-${group}`,
      ...more,
    };
    await call(['topics'], all);
    const running = start(['run'], all);
    let [failure]: JudgedRecord[] = [];
    while (!failure) {
      await wait(100);
      [failure] = await readCommitted(failures);
    }
    running.send('SIGTERM');
    expect((await running.ended).code).toBe(0);
    const { topic, partition, offset, headers, key } = failureType.fromBuffer(
      Buffer.from(failure.value ?? []).subarray(5),
    ).source;
    return { topic, partition, offset: Number(offset), headers: headers.length, key: String(key) };
  };
  const key = 'SO-2';
  expect(await sourceOf('told', { 'topics.repartitioned': to })).toEqual({
    topic: from,
    partition: 1,
    offset: 1,
    headers: 0,
    key,
  });
  expect(await sourceOf('untold', {})).toEqual({
    topic: to,
    partition: partitionOf(Buffer.from(key), 3),
    offset: expect.any(Number),
    headers: 5,
    key,
  });
});
