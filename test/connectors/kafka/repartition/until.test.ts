import { firstValueFrom, of } from 'rxjs';
import { defaultIfEmpty } from 'rxjs/operators';
import { until } from '../../../../connectors/kafka/repartition/until';
import { pulled as pulledBatch, type SourceRecord, startPosition } from '../../../../pipeline/batch';
import type { Lane } from '../../../../pipeline/ports';

/** Batches of offsets, each with where it leads to. */
const laneOf = (start: bigint, ...batches: readonly (readonly [offsets: readonly number[], next: number])[]): Lane => {
  const waiting = [...batches];
  return {
    id: 2,
    start: { ...startPosition(new Map([['orders', start]])), failuresInARow: 3 },
    pull: () => {
      const [offsets, next] = waiting.shift() ?? [[], -1];
      const records = offsets.map(offset => ({ offset: BigInt(offset) }) as SourceRecord);
      const position = { ...startPosition(new Map([['orders', BigInt(next)]])), failuresInARow: 3 };
      return of(pulledBatch(2, records, position));
    },
  };
};

const pulled = async (lane: Lane) => {
  const batches: (readonly [number[], number])[] = [];
  for (;;) {
    const batch = await firstValueFrom(lane.pull().pipe(defaultIfEmpty(undefined)));
    if (!batch || batches.length > 9) return batches;
    batches.push([
      batch.outcomes.map(({ source }) => Number(source.offset)),
      Number(batch.position.offsets.get('orders')),
    ]);
  }
};

test.each<[string, Lane, bigint, (readonly [number[], number])[]]>([
  [
    'a batch that ends there',
    laneOf(0n, [[0, 1], 2], [[2, 3], 4], [[4], 5]),
    4n,
    [
      [[0, 1], 2],
      [[2, 3], 4],
    ],
  ],
  ['a batch that goes beyond is cut', laneOf(0n, [[0, 1, 2, 3], 4], [[4], 5]), 2n, [[[0, 1], 2]]],
  [
    'a batch behind markers',
    laneOf(0n, [[0], 3], [[5], 6]),
    4n,
    [
      [[0], 3],
      [[], 4],
    ],
  ],
  [
    'time that passes does not end it',
    laneOf(0n, [[], 0], [[], 0], [[0], 1]),
    1n,
    [
      [[], 0],
      [[], 0],
      [[0], 1],
    ],
  ],
  ['a lane that is there already', laneOf(7n, [[7], 8]), 7n, []],
  ['an empty topic', laneOf(0n, [[0], 1]), 0n, []],
])('%s', async (_, lane, end, expected) => {
  expect(await pulled(until(lane, 'orders', end))).toEqual(expected);
});
