import { leaksOf } from '../../../bench/soak/leaks';
import type { RebalanceSample } from '../../../bench/soak/rebalance';

const samples = (change: (at: number) => Partial<RebalanceSample> = () => ({})): RebalanceSample[] =>
  Array.from(
    { length: 101 },
    (_, at) =>
      ({
        rebalances: 1 + 2 * at,
        heapMb: 40 + ((at * 7) % 11) / 10,
        anonMb: 200 + ((at * 7) % 11),
        files: 30 + (at % 3),
        resources: 20,
        warnings: 0,
        ...change(at),
      }) as RebalanceSample,
  );
const broken = (all: readonly RebalanceSample[]) =>
  leaksOf(all)
    .bounds.filter(({ held }) => !held)
    .map(({ bound }) => bound.split(':')[0]);

test('what comes and goes is no leak, nor is what warms up', () => {
  expect(broken(samples())).toEqual([]);
  expect(broken(samples(at => (at < 20 ? { files: 20, heapMb: 20 } : {})))).toEqual([]);
});

test.each<[string, (at: number) => Partial<RebalanceSample>, string]>([
  ['a socket in ten rebalances', at => ({ files: 30 + (at % 3) + Math.floor(at / 5) }), 'no file descriptors leak'],
  ['a timer in ten rebalances', at => ({ resources: 20 + Math.floor(at / 5) }), 'no sockets and timers leak'],
  ['a warning', at => ({ warnings: at > 50 ? 1 : 0 }), 'Node.js raises no warnings'],
  ['50 KB of heap a rebalance', at => ({ heapMb: 40 + at / 10 }), 'the heap after collecting garbage is flat'],
  ['500 KB of memory a rebalance', at => ({ anonMb: 200 + at }), 'RssAnon is flat'],
])('%s is found', (_, change, bound) => {
  expect(broken(samples(change))).toEqual([bound]);
});
