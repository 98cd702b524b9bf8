import { soakOptionsOf } from '../../../bench/soak/options';

test('an hour at 5,000 facts a second over five million orders is the default', () => {
  expect(soakOptionsOf([])).toEqual({
    minutes: 60,
    rate: 5_000,
    orders: 5_000_000,
    partitions: 4,
    rebalances: 0,
    csv: 'soak.csv',
    json: false,
  });
});

test('rebalances need neither the rate nor the orders of the long run', () => {
  expect(soakOptionsOf(['--rebalances', '200'])).toMatchObject({ rebalances: 200, rate: 500, orders: 20_000 });
  expect(soakOptionsOf(['--rebalances', '20', '--rate=50'])).toMatchObject({ rebalances: 20, rate: 50 });
});

test('each can be given', () => {
  const args = [
    '--minutes',
    '5',
    '--orders',
    '200000',
    '--rate',
    '100',
    '--partitions',
    '2',
    '--csv',
    'a.csv',
    '--json',
  ];
  expect(soakOptionsOf(args)).toMatchObject({
    minutes: 5,
    orders: 200_000,
    rate: 100,
    partitions: 2,
    csv: 'a.csv',
    json: true,
  });
});

test.each([
  [['--minutes', '0'], /--minutes 0 as it must be a whole number/],
  [['--rebalances', '-1'], /--rebalances/],
  [['--hours', '1'], /--hours/],
])('%j is refused', (args, message) => {
  expect(() => soakOptionsOf(args)).toThrow(message);
});

test('--help asks for nothing else', () => {
  expect(soakOptionsOf(['--help'])).toBeUndefined();
});
