import fc from 'fast-check';
import { assignLanes, type Claim } from '../../../connectors/kafka/assign';

const claim = (memberId: string, lanes: number[] = [], at = 1): Claim => ({ memberId, lanes, at });
const shares = (claims: Claim[], lanes: number) => Object.fromEntries(assignLanes(claims, lanes));

test.each<[string, Claim[], number, Record<string, number[]>]>([
  ['nobody', [], 3, {}],
  ['one takes all', [claim('a')], 3, { a: [0, 1, 2] }],
  ['two newcomers share evenly', [claim('a'), claim('b')], 4, { a: [0, 1], b: [2, 3] }],
  ['a newcomer gets only the surplus', [claim('a', [0, 1, 2, 3]), claim('b')], 4, { a: [0, 1], b: [2, 3] }],
  [
    'a leaver gives its lanes to the others',
    [claim('a', [0, 1]), claim('b', [4, 5])],
    6,
    { a: [0, 1, 2], b: [3, 4, 5] },
  ],
  ['who holds most keeps the odd lane', [claim('a', [2]), claim('b', [0, 1])], 3, { a: [2], b: [0, 1] }],
  ['of two that claim a lane the later has it', [claim('a', [0], 5), claim('b', [0], 6)], 2, { a: [1], b: [0] }],
  ['lanes that do not exist are not claimed', [claim('a', [7, -1])], 1, { a: [0] }],
  ['more members than lanes', [claim('a'), claim('b'), claim('c', [0])], 1, { a: [], b: [], c: [0] }],
])('%s', (_, claims, lanes, expected) => expect(shares(claims, lanes)).toEqual(expected));

test('any claims: every lane once, balanced, and nothing moves that need not', () => {
  const members = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(members, fc.nat(20), fc.array(fc.nat(5), { maxLength: 20 }), (ids, laneCount, owners) => {
      // A valid former assignment: every lane claimed by at most one member.
      const claims = ids.map((id, index) =>
        claim(
          id,
          owners.flatMap((owner, lane) => (owner === index ? [lane] : [])),
        ),
      );
      const result = assignLanes(claims, laneCount);
      const sizes = [...result.values()].map(lanes => lanes.length);
      expect([...result.values()].flat().sort((a, b) => a - b)).toEqual([...Array(laneCount).keys()]);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      const least = Math.floor(laneCount / ids.length);
      let odd = laneCount % ids.length;
      let mostKept = 0;
      for (const held of claims.map(c => c.lanes.filter(lane => lane < laneCount).length).sort((a, b) => b - a)) {
        mostKept += Math.min(held, least + (odd > 0 ? 1 : 0));
        odd -= odd > 0 ? 1 : 0;
      }
      const kept = claims.reduce(
        (sum, c) => sum + c.lanes.filter(lane => result.get(c.memberId)?.includes(lane)).length,
        0,
      );
      expect(kept).toBe(mostKept);
    }),
    { numRuns: 3_000 },
  );
});
