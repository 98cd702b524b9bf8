/** A lane that ends: its records before an offset, and no more. */
import { defer, EMPTY, map, tap } from 'rxjs';
import type { Lane } from '../../../pipeline/ports';

/** @param lane Of one topic, its records as they stand there. @param end The first offset of the topic that is not wanted any more. */
export const until = (lane: Lane, topic: string, end: bigint): Lane => {
  let next = lane.start.offsets.get(topic) ?? 0n;
  return {
    id: lane.id,
    start: lane.start,
    pull: () =>
      defer(() => (next >= end ? EMPTY : lane.pull())).pipe(
        map(batch => {
          const reached = batch.position.offsets.get(topic) ?? 0n;
          if (reached <= end) return batch;
          const outcomes = batch.outcomes.filter(({ source }) => source.offset < end);
          return {
            ...batch,
            outcomes,
            read: outcomes.length,
            position: { ...batch.position, offsets: new Map([[topic, end]]) },
          };
        }),
        tap(batch => {
          next = batch.position.offsets.get(topic) ?? next;
        }),
      ),
  };
};
