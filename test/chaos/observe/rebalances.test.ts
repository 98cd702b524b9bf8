/** What several members say within a moment is one rebalance. */
import { Rebalances } from './rebalances';

test.each<[string, [member: number, at: number][], number]>([
  ['one member', [[1, 0]], 1],
  [
    'three members, one after the other',
    [
      [1, 0],
      [2, 100],
      [3, 900],
    ],
    1,
  ],
  [
    'the same member again is another',
    [
      [1, 0],
      [2, 100],
      [1, 200],
      [2, 300],
    ],
    2,
  ],
  [
    'who speaks much later speaks of another',
    [
      [1, 0],
      [2, 2_500],
    ],
    2,
  ],
])('%s', (_, told, count) => {
  const rebalances = new Rebalances();
  for (const [member, at] of told) rebalances.assigned(member, at);
  expect(rebalances.count).toBe(count);
});
