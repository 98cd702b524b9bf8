import { unlike } from '../../../connectors/kafka/restore';

const hour = 3_600_000;
const now = 1_767_225_600_000;

test.each<[string, { offset: number; at: number }, RegExp | undefined]>([
  ['what it has is a part of what there is', { offset: 50, at: now - hour }, undefined],
  ['it stands at the beginning', { offset: 10, at: now }, undefined],
  ['what it has was deleted', { offset: 9, at: now }, /it stands at 9 of the changelog, which has 10 to 100/],
  ['the changelog is a shorter one', { offset: 100, at: now }, /it stands at 100 .* 10 to 100/],
  ['it may have missed tombstones', { offset: 50, at: now - 13 * hour }, /at 2025-12-31T11:00:00.000Z/],
  ['it is as old, but nothing was written since', { offset: 98, at: now - 13 * hour }, undefined],
])('a store where %s', (_, place, why) => {
  const found = unlike(place, 10, 100, now);
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});
