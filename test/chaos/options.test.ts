/** What may be asked of a chaos run. */
import { kinds } from './faults/schedule';
import { optionsOf } from './options';

test('the long run: 300 faults and more over two million facts, within an hour', () => {
  const options = optionsOf([], 1_700_000_123_456);
  expect(options).toMatchObject({ seed: 123_456, kinds, bug: undefined });
  expect(options?.faults).toBeGreaterThanOrEqual(300);
  expect(options?.facts).toBeGreaterThan(2_000_000);
  expect(options?.seconds).toBeLessThan(3_600);
});

test('the short one, and what is given wins', () => {
  expect(optionsOf(['--short', '--seed', '0', '--json'], 1)).toMatchObject({ seed: 0, seconds: 50, json: true });
  const given = [
    '--short',
    '--facts',
    '9',
    '--faults',
    '0',
    '--minutes',
    '1.5',
    '--lanes',
    '3',
    '--kinds',
    'member killed',
  ];
  expect(optionsOf(given, 1)).toMatchObject({ facts: 9, faults: 0, seconds: 90, lanes: 3, kinds: ['member killed'] });
});

test('a bug has a short run of its own', () => {
  expect(optionsOf(['--bug', 'assigner'], 1)).toMatchObject({
    bug: 'assigner',
    seconds: 50,
    kinds: ['member added', 'member removed', 'member killed'],
  });
});

test.each([
  [['--bug', 'none'], /Cannot run with bug none as --bug must be of fence, /],
  [['--seed', 'x'], /Cannot use --seed x as it must be a whole number from 0 on/],
  [['--minutes', '0'], /Cannot use --minutes 0/],
  [['--kinds', 'rain'], /Cannot use --kinds rain as they must be of member killed, /],
])('%s', (args, message) => {
  expect(() => optionsOf(args, 1)).toThrow(message);
});

test('help is no run', () => {
  expect(optionsOf(['--help'], 1)).toBeUndefined();
});
