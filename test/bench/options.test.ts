import { optionsOf } from '../../bench/options';

const known = ['odp-orders-1', 'kafka-streams-1'];

test('what the issue asks for is the default', () => {
  expect(optionsOf([], known)).toEqual({
    orders: 500_000,
    partitions: 4,
    rounds: 3,
    subjects: known,
    compression: 'none',
    json: false,
  });
});

test('each can be given', () => {
  const args = ['--orders', '1000', '--partitions=2', '--rounds', '1', '--subjects', 'odp-orders-1', '--json'];
  expect(optionsOf(args, known)).toMatchObject({
    orders: 1000,
    partitions: 2,
    rounds: 1,
    subjects: ['odp-orders-1'],
    json: true,
  });
});

test.each([
  [['--orders', '0'], /--orders 0 as it must be a whole number/],
  [['--rounds', 'many'], /--rounds many/],
  [['--subjects', 'odp-orders-1,flink'], /flink as --subjects must be of odp-orders-1, kafka-streams-1/],
  [['--fast'], /--fast/],
])('%j is refused', (args, message) => {
  expect(() => optionsOf(args, known)).toThrow(message);
});

test('--help asks for nothing else', () => {
  expect(optionsOf(['--help'], known)).toBeUndefined();
});
