/** What must hold over many rebalances, and whether it did. The first fifth is for warming up. */
import { isFlat, type Trend, trendOf } from '../trend';
import type { RebalanceSample } from './rebalance';
import type { Bound } from './verdict';

export interface Leaks {
  readonly bounds: readonly Bound[];
  /** After the garbage was collected, KB a rebalance. */
  readonly heapKb: Trend;
  readonly anonKb: Trend;
}

const warmUpShare = 0.2;
/** KB a rebalance. A lane's life that was held on to would be hundreds; a rebalance a minute for a month gains 40 MB of one. */
const negligibleKb = 4;
/** Of a process whose allocator keeps what it was given. */
const negligibleAnonKb = 40;

export const leaksOf = (samples: readonly RebalanceSample[]): Leaks => {
  const later = samples.slice(Math.floor(samples.length * warmUpShare));
  const perRebalance = (figure: 'heapMb' | 'anonMb') =>
    trendOf(later.map(sample => ({ x: sample.rebalances, y: 1024 * sample[figure] })));
  const [first, last] = [later[0], later.at(-1)] as [RebalanceSample, RebalanceSample];
  const heapKb = perRebalance('heapMb');
  const anonKb = perRebalance('anonMb');
  const least = (figure: 'files' | 'resources', of: readonly RebalanceSample[]) =>
    Math.min(...of.map(sample => sample[figure]));
  const [early, late] = [later.slice(0, later.length >> 1), later.slice(later.length >> 1)];
  const asBefore = (name: string, figure: 'files' | 'resources'): Bound => ({
    bound: `no ${name} leak: the fewest seen in the second half are no more than in the first`,
    held: least(figure, late) <= least(figure, early),
    found: `${least(figure, early)}, then ${least(figure, late)} (at the end ${last[figure]})`,
  });
  const flat = (name: string, trend: Trend, negligible: number, from: number, to: number): Bound => ({
    bound: `${name} is flat: within twice its standard error, or ${negligible} KB a rebalance`,
    held: isFlat(trend, negligible),
    found: `${trend.slope.toFixed(1)} ± ${trend.standardError.toFixed(1)} KB a rebalance (${from.toFixed(0)} MB, then ${to.toFixed(0)} MB)`,
  });
  return {
    heapKb,
    anonKb,
    bounds: [
      asBefore('file descriptors', 'files'),
      asBefore('sockets and timers', 'resources'),
      {
        bound: 'Node.js raises no warnings: no listeners leak',
        held: last.warnings === 0,
        found: String(last.warnings),
      },
      flat('the heap after collecting garbage', heapKb, negligibleKb, first.heapMb, last.heapMb),
      flat('RssAnon', anonKb, negligibleAnonKb, first.anonMb, last.anonMb),
    ],
  };
};
