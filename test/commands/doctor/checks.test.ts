/** What the doctor makes of what it saw, and how it tells it. */
import {
  type Check,
  checkLine,
  checksJson,
  ok,
  problem,
  remark,
  summaryLine,
  unchecked,
} from '../../../commands/doctor/check';
import { partitioningCheck, type Sampled } from '../../../commands/doctor/sample';
import { subjectCheck } from '../../../commands/doctor/schemas';
import { loadSettings } from '../../../commands/settings/load';
import { SettingsProblems } from '../../../commands/settings/problem';
import type { SubjectCheck } from '../../../connectors/registry/subjects';
import type { SourceRecord } from '../../../pipeline/batch';
import { partitionOf } from '../../../pipeline/order/murmur2';

describe('a line each', () => {
  const checks = [
    ok('brokers', 'let us in'),
    remark('schema x', 'not there yet'),
    problem('topic t', 'is not there', 'create it'),
    unchecked('rights', 'no broker\n  could be asked'),
  ];

  test('with what it says, and the fix of a problem', () => {
    expect(checks.map(checkLine)).toEqual([
      'ok           brokers: let us in',
      'remark       schema x: not there yet',
      'problem      topic t: is not there; try: create it',
      'not checked  rights: no broker; could be asked',
    ]);
  });

  test('and a sum', () => {
    expect(summaryLine(checks)).toBe('1 ok, 1 remark, 1 problem, 1 not checked');
    expect(summaryLine([ok('a', 'b')])).toBe('1 ok, 0 problems');
    expect(JSON.parse(checksJson(checks))).toEqual({ checks, problems: 1 });
  });
});

describe('partitioning', () => {
  const partitions = 4;
  const right = (key: string) => partitionOf(Buffer.from(key), partitions);
  const sampled = (key: string | null, partition: number, orderId?: string): Sampled => ({
    record: { topic: 'orders', partition, offset: 7n, key: key === null ? null : Buffer.from(key) } as SourceRecord,
    orderId,
  });
  const good = ['A', 'B', 'C'].map(key => sampled(key, right(key), key));
  const misplaced = sampled('A', (right('A') + 1) % 4, 'A');
  const othersKey = sampled('customer', right('customer'), 'A');
  const unread = sampled('D', right('D'));

  const check = (records: readonly Sampled[], refused = true) =>
    partitioningCheck({ topic: 'orders', partitions, records }, refused);

  test.each<[string, readonly Sampled[], Check['state'], RegExp]>([
    ['all in order', good, 'ok', /^all 3 records .*, all 3 that tell an order have its id as their key$/],
    ['what tells no order has no key to compare', [...good, unread], 'ok', /^all 4 records .*, all 3 that tell/],
    ['nothing that tells an order', [unread], 'ok', /murmur2 of their key gives$/],
    [
      'out of place',
      [...good, misplaced],
      'problem',
      /^1 of 4 records do not stand .*\(such as orders\[\d\] at offset 7\): a run refuses those/,
    ],
    ['without a key', [...good, sampled(null, 0)], 'problem', /^1 of 4 records have no key \(/],
    [
      'without a key, although its order is told',
      [...good, sampled(null, 0, 'A')],
      'problem',
      /^1 of 4 records have no key \(.*, 1 of 4 records have another key than/,
    ],
    ['another key than the order’s', [...good, othersKey, unread], 'problem', /^1 of 4 records have another key than/],
    ['no records', [], 'unchecked', /holds no records/],
  ])('%s', (_, records, state, text) => {
    expect(check(records)).toMatchObject({ state, about: 'partitioning of orders', text: expect.stringMatching(text) });
  });

  test('the fix re-keys where keys are wrong, and only then', () => {
    const command = /^odp-orders repartition --from orders --to orders\.by-key,/;
    expect(check([misplaced]).fix).toMatch(command);
    for (const record of [othersKey, sampled(null, 0, 'A')])
      expect(check([record]).fix).toMatch(/^odp-orders repartition --from orders --to orders\.by-key --key order-id,/);
  });

  test('of one source topic it is a remark', () => {
    expect(check([...good, misplaced], false)).toEqual({
      state: 'remark',
      about: 'partitioning of orders',
      text: expect.stringMatching(/^1 of 4 records do not stand/),
    });
  });

  test('where order ids could not be read, the places are told all the same', () => {
    const sample = { topic: 'orders', partitions, records: [unread], orderIdsUnread: 'the registry is down' };
    expect(partitioningCheck(sample, true)).toMatchObject({
      state: 'ok',
      text: expect.stringMatching(
        /^all 1 records .*; whether keys are order ids was not checked: the registry is down$/,
      ),
    });
  });
});

describe('schemas', () => {
  const settings = (register: boolean) => {
    const loaded = loadSettings({
      env: { ODP_ORDERS_REGISTRY_REGISTER: String(register) },
      workingDirectory: __dirname,
    });
    if (loaded instanceof SettingsProblems) throw loaded;
    return loaded;
  };
  const written = 'odp.order-events-value';
  const read = 'commerce.orders-commerce.orders.OrderPlaced';

  test.each<[string, string, SubjectCheck['state'], readonly string[], boolean, Check['state']]>([
    ['registered', written, 'registered', [], true, 'ok'],
    ['a run will register it', written, 'new', [], true, 'remark'],
    ['nobody will register it', written, 'new', [], false, 'problem'],
    ['changed, and nobody will register it', written, 'changed', [], false, 'problem'],
    ['producers register theirs', read, 'new', [], false, 'remark'],
    ['readers would break', written, 'changed', ['total is gone'], true, 'problem'],
    ['readers of facts would break', read, 'changed', ['total is gone'], true, 'problem'],
  ])('%s', (_, subject, state, problems, register, expected) => {
    const fullName = subject === read ? 'commerce.orders.OrderPlaced' : 'odp.OrderEvent';
    const found = { subject, fullName, state, id: 7, problems } as const;
    const check = subjectCheck(found, settings(register));
    expect(check).toMatchObject({ state: expected, about: `schema ${subject}` });
    expect(check.fix === undefined).toBe(expected !== 'problem');
  });
});
