import { lanesOptionsOf } from '../../bench/lanes/options';
import { restoreOptionsOf } from '../../bench/restore/options';

test('lanes: 4, 16 and 64 at 5,000 facts a second are the default', () => {
  expect(lanesOptionsOf([])).toEqual({ lanes: [4, 16, 64], rate: 5_000, seconds: 30, orders: 500_000, json: false });
  expect(lanesOptionsOf(['--lanes', '2', '--seconds=5', '--json'])).toMatchObject({
    lanes: [2],
    seconds: 5,
    json: true,
  });
});

test('restore: a million ledgers on four lanes are the default', () => {
  expect(restoreOptionsOf([])).toEqual({ ledgers: 1_000_000, partitions: 4, rounds: 3, json: false });
  expect(restoreOptionsOf(['--ledgers', '10', '--partitions=1', '--rounds=2', '--json'])).toEqual({
    ledgers: 10,
    partitions: 1,
    rounds: 2,
    json: true,
  });
});

test.each([
  [() => lanesOptionsOf(['--lanes', '4,,16']), /--lanes {2}as it must be a whole number/],
  [() => lanesOptionsOf(['--rate', 'fast']), /--rate fast/],
  [() => restoreOptionsOf(['--ledgers', '0']), /--ledgers 0 as it must be a whole number/],
  [() => restoreOptionsOf(['--orders', '5']), /--orders/],
])('%s is refused', (parse, message) => {
  expect(parse).toThrow(message);
});

test('--help asks for nothing else', () => {
  expect([lanesOptionsOf(['--help']), restoreOptionsOf(['--help'])]).toEqual([undefined, undefined]);
});
