/** The accounts: what is missing, doubled or not as expected is told, and nothing else is. */
import { Accounts } from '../../../dev/demo/accounts';
import { duplicate, event, failure, skipped } from '../../../dev/demo/expected';

/** Six records on two partitions: a purchase, a refund, a corrupt one, a tombstone, a purchase without items, a repeated one. */
const six = (): Accounts => {
  const accounts = new Accounts('orders');
  accounts.stands(0, event('purchase'), 0, 100);
  accounts.stands(1, event('refund'), 1, 7);
  accounts.stands(2, failure('decode', 'corrupt'), 0, 101);
  accounts.stands(3, skipped, 1, 8);
  accounts.stands(4, failure('map', 'no_items'), 1, 9);
  accounts.stands(5, duplicate, 0, 102);
  return accounts;
};

type Writing = (accounts: Accounts) => void;
const purchase: Writing = to => to.event(0, 'purchase', 'fact');
const refund: Writing = to => to.event(1, 'refund', 'fact');
const corrupt: Writing = to => to.failure('orders', 0, 101, 'decode', 'corrupt');
const noItems: Writing = to => to.failure('orders', 1, 9, 'map', 'no_items');
const all = [purchase, refund, corrupt, noItems];

test('all as expected', () => {
  const accounts = six();
  expect(accounts.complete).toBe(false);
  for (const write of all) write(accounts);
  expect(accounts.complete).toBe(true);
  expect(accounts.problems()).toEqual([]);
  expect(accounts.summary()).toEqual({
    produced: 6,
    events: 2,
    failures: { corrupt: 1, no_items: 1 },
    skipped: 1,
    duplicates: 1,
    unaccounted: 0,
  });
});

test.each<[string, readonly Writing[], number, string]>([
  [
    'an event is missing',
    [refund, corrupt, noItems],
    1,
    'sample 0 (orders[0] at 100, expected: event purchase) is missing',
  ],
  [
    'a failure is missing',
    [purchase, refund, corrupt],
    1,
    'sample 4 (orders[1] at 9, expected: failure map/no_items) is missing',
  ],
  ['an event twice', [...all, refund], 1, 'sample 1 (orders[1] at 7, expected: event refund) was written 2 times'],
  [
    'a failure twice',
    [...all, corrupt],
    1,
    'sample 2 (orders[0] at 101, expected: failure decode/corrupt) was written 2 times',
  ],
  [
    'another action',
    [to => to.event(0, 'return', 'fact'), refund, corrupt, noItems],
    1,
    'sample 0 (orders[0] at 100, expected: event purchase) became: event return',
  ],
  [
    'another code',
    [purchase, refund, corrupt, to => to.failure('orders', 1, 9, 'map', 'no_identifier')],
    1,
    'sample 4 (orders[1] at 9, expected: failure map/no_items) became: failure map/no_identifier',
  ],
  [
    'a failure in place of an event',
    [purchase, to => to.failure('orders', 1, 7, 'map', 'step_failed'), corrupt, noItems],
    1,
    'sample 1 (orders[1] at 7, expected: event refund) became: failure map/step_failed',
  ],
  [
    'something of a tombstone',
    [...all, to => to.failure('orders', 1, 8, 'decode', 'not_framed')],
    1,
    'sample 3 (orders[1] at 8, expected: skipped) became: failure decode/not_framed',
  ],
  [
    'an event of what came before',
    [...all, to => to.event(5, 'purchase', 'fact')],
    1,
    'sample 5 (orders[0] at 102, expected: duplicate) became: event purchase',
  ],
  [
    'a failure of what came before',
    [...all, to => to.failure('orders', 0, 102, 'ledger', 'purchase_changed')],
    1,
    'sample 5 (orders[0] at 102, expected: duplicate) became: failure ledger/purchase_changed',
  ],
  [
    'an event of nobody',
    [...all, to => to.event(undefined, 'cancel', 'X-1')],
    1,
    'an event cancel of fact X-1, which nobody produced',
  ],
  [
    'a failure of nobody',
    [...all, to => to.failure('orders', 0, 103, 'decode', 'corrupt')],
    1,
    'a failure decode/corrupt of orders[0] at 103, where nothing of ours stands',
  ],
  [
    'a failure on a partition of nobody',
    [...all, to => to.failure('orders', 5, 0, 'decode', 'corrupt')],
    1,
    'a failure decode/corrupt of orders[5] at 0, where nothing of ours stands',
  ],
])('%s', (_, writings, unaccounted, problem) => {
  const accounts = six();
  for (const write of writings) write(accounts);
  expect(accounts.problems()).toEqual([problem]);
  expect(accounts.summary().unaccounted).toBe(unaccounted);
});

test('a record that is right and also wrong is one record', () => {
  const accounts = six();
  for (const write of [...all, (to: Accounts) => to.event(0, 'cancel', 'fact')]) write(accounts);
  expect(accounts.summary()).toMatchObject({ unaccounted: 1, events: 1 });
});

test('what stood there before, or on another topic, is not our business', () => {
  const accounts = six();
  for (const write of all) write(accounts);
  accounts.failure('orders', 0, 99, 'map', 'no_items');
  accounts.failure('other', 0, 100, 'map', 'no_items');
  expect(accounts.summary().unaccounted).toBe(0);
});

test('another producer on the topic is noticed', () => {
  const accounts = six();
  expect(() => accounts.stands(6, skipped, 1, 11)).toThrow('another producer');
});

test('a hundred thousand records, the first of them lost', () => {
  const accounts = new Accounts('orders');
  for (let number = 0; number < 100_000; number++) accounts.stands(number, event('purchase'), number % 4, number >> 2);
  for (let number = 1; number < 100_000; number++) accounts.event(number, 'purchase', 'fact');
  expect(accounts.summary()).toMatchObject({ produced: 100_000, events: 99_999, unaccounted: 1 });
  expect(accounts.problems()).toEqual(['sample 0 (orders[0] at 0, expected: event purchase) is missing']);
});

test('of many problems the first are told, and all counted', () => {
  const accounts = new Accounts('orders');
  for (let number = 0; number < 1_000; number++) accounts.stands(number, event('purchase'), 0, number);
  expect(accounts.summary().unaccounted).toBe(1_000);
  expect(accounts.problems()).toHaveLength(20);
});
