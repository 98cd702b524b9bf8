/** Stops the lane when everything fails: then the fault is ours (a mapping, a schema), and not the data's. */
import { map, type OperatorFunction } from 'rxjs';
import type { Batch } from './batch';
import { Failure } from './failure';

/** Thrown when `limit` records in a row failed; nothing of the batch in hand is committed. */
export class HaltLimitReached extends Error {
  override readonly name = 'HaltLimitReached';
  constructor(
    readonly limit: number,
    readonly last: Failure,
  ) {
    super(
      `Cannot go on with ${last.source.topic}[${last.source.partition}] as ${limit} records in a row failed, the last ` +
        `at offset ${last.source.offset} with ${last.stage}/${last.code}: ${last.message}. When so many fail, the cause is ` +
        'more often a mapping, a schema or a setting than the data. Repair it and start again: the records of this batch ' +
        'are not committed. If the data is to blame, go on with --accept-failures N (N more failures are accepted)',
    );
  }
}

/**
 * Counts failures in a row over batches, from `before` (kept with the position over restarts), and writes the count into
 * each batch's position.
 */
export const haltAfter = <T>(limit: number, before: number): OperatorFunction<Batch<T>, Batch<T>> => {
  let inARow = before;
  return map(batch => {
    for (const outcome of batch.outcomes) {
      inARow = outcome instanceof Failure ? inARow + 1 : 0;
      if (outcome instanceof Failure && inARow >= limit) throw new HaltLimitReached(limit, outcome);
    }
    return { ...batch, position: { ...batch.position, failuresInARow: inARow } };
  });
};
