/** Several topics as one: no topic runs ahead of the others. */
import type { Entry, SourceRecord } from '../../pipeline/batch';
import { fromInbox } from './inbox';
import type { Source } from './source';

/**
 * Moves waiting records to `taken`, until it has `max`, in the order of their timestamps; of equal ones, in the order of
 * the sources: so the order does not depend on how much of each was fetched. A topic's own order stays as it is. Stops
 * short where the next record of a topic is not here yet (unless nothing was taken before: somebody has to begin).
 */
export const takeByTime = (sources: readonly Source[], taken: Entry<SourceRecord>[], max: number): void => {
  while (taken.length < max) {
    let oldest: Source | undefined;
    let least = Number.POSITIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    for (const source of sources) {
      const time = source.nextTimestamp();
      if (time === undefined) {
        // Its next records may be older than all others.
        if (source.isBehind() && taken.length > 0) return;
      } else if (oldest === undefined || time < least) {
        // The one before goes first where both have one time: this one is left just before it.
        until = Math.min(until, least - 1);
        least = time;
        oldest = source;
      } else if (time < until) until = time;
    }
    if (oldest === undefined) return;
    takeFrom(oldest, taken, max, until);
  }
};

/** @param until Newest timestamp that is not left there. */
export const takeFrom = (
  source: Source,
  taken: Entry<SourceRecord>[],
  max: number,
  until = Number.POSITIVE_INFINITY,
): void => {
  while (taken.length < max) {
    const record = source.next();
    if (record === undefined || (until !== Number.POSITIVE_INFINITY && record.timestamp > until)) return;
    source.advance();
    const value = source.tellsPlaces ? fromInbox(record) : record;
    taken.push({ source: value, value });
  }
};
