import type { Sample } from '../../../bench/soak/sample';
import { linesOf, verdictOf } from '../../../bench/soak/verdict';

const rate = 100;
/** Of an hour in which nothing grows. */
const samples = (change: (at: number) => Partial<Sample> = () => ({})): Sample[] =>
  Array.from({ length: 361 }, (_, at) => ({
    minutes: at / 6,
    anonMb: 300 + ((at * 7) % 11),
    rssMb: 350,
    heapMb: 100,
    heapHeldMb: 150,
    externalMb: 10,
    files: 40,
    stateFiles: 100,
    resources: 20,
    warnings: 0,
    stateMb: 900,
    brokerMb: 2_000,
    committed: rate * 10 * at,
    lag: 50,
    cpuSeconds: at,
    ...change(at),
  }));
const broken = (all: readonly Sample[], failures = 0) =>
  verdictOf(all, rate, failures)
    .bounds.filter(({ held }) => !held)
    .map(({ bound, found }) => `${bound.split(':')[0]} | ${found}`);

test('an hour in which nothing grows', () => {
  expect(broken(samples())).toEqual([]);
  expect(verdictOf(samples(), rate, 0).factsPerSecond).toBeCloseTo(rate, 6);
});

test('what warms up and then stays is no growth', () => {
  expect(broken(samples(at => ({ anonMb: Math.min(300, 100 + 2 * at) })))).toEqual([]);
});

test.each<[string, (at: number) => Partial<Sample>, RegExp]>([
  [
    '10 MB an hour',
    at => ({ anonMb: 300 + (at / 360) * 10 + ((at * 7) % 11) / 10 }),
    /^RssAnon is flat .* \| (9|10)\.\d ± 0\.\d MB\/h$/,
  ],
  [
    'one sample above the bound',
    at => ({ anonMb: at === 20 ? 401 : 300 }),
    /^RssAnon stays under 400 MB \| at most 401 MB$/,
  ],
  ['a store that grows', at => ({ stateMb: 5 * at }), /^the state on disk settles \| 1345 MB, then 1800 MB$/],
  ['topics that grow', at => ({ brokerMb: 5 * at }), /^the brokers’ disk settles/],
  ['a descriptor now and then', at => ({ files: 40 + Math.floor(at / 18) }), /^no file descriptors leak/],
  ['a warning', at => ({ warnings: at > 200 ? 1 : 0 }), /^Node.js raises no warnings/],
  ['falling behind', at => ({ lag: 20 * at }), /^it keeps up/],
])('%s is found, and nothing else', (_, change, found) => {
  expect(broken(samples(change))).toEqual([expect.stringMatching(found)]);
});

test('a failure is found', () => {
  expect(broken(samples(), 3)).toEqual(['no fact is a failure | 3']);
});

test('each bound is a line', () => {
  expect(
    linesOf([
      { bound: 'a', held: true, found: '1' },
      { bound: 'b', held: false, found: '2' },
    ]),
  ).toBe('PASS  a: 1\nFAIL  b: 2');
});
