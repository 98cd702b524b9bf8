/**
 * What travels through the pipeline: consecutive records of one lane, each either a value that still knows its record
 * or a failure that has taken its place. One batch in, one batch out, at every step; an empty batch is time passing.
 */
import { Failure, Rejection, type Stage } from './failure';

/** A Kafka record as it was read. Reading a field may decode it from the fetched bytes, so read each one once. */
export interface SourceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of the record, epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** 1 on the first time through; a redriven record counts up. */
  readonly attempt: number;
}

/** A name may occur several times, in order. */
export interface Header {
  readonly name: string;
  readonly value: Uint8Array | null;
}

/** A value and the record it came from. */
export interface Entry<T> {
  readonly source: SourceRecord;
  readonly value: T;
}

export type Outcome<T> = Entry<T> | Failure;

/** How far a lane has read, and what must survive a restart with it. */
export interface Position {
  /** Next offset to read, by source topic. */
  readonly offsets: ReadonlyMap<string, bigint>;
  /** Length of the run of failures that ends here: kept, so that restarts do not leak past the halt limit. */
  readonly failuresInARow: number;
}

export interface Batch<T> {
  readonly lane: number;
  /** In the order of the lane. */
  readonly outcomes: readonly Outcome<T>[];
  /** Where the lane stands once this batch is written. */
  readonly position: Position;
  /** Tombstones and empty values: read, counted, not used. */
  readonly skipped: number;
}

/** The batch with other outcomes. */
export const withOutcomes = <A, B>(batch: Batch<A>, outcomes: readonly Outcome<B>[]): Batch<B> => ({
  lane: batch.lane,
  outcomes,
  position: batch.position,
  skipped: batch.skipped,
});

/**
 * Lifts a rule for one value to a batch: failures ride along, a `Rejection` becomes a failure of its record, and so does
 * an exception (`step_failed`): one bad record never stops a lane.
 */
export const each =
  <A, B>(stage: Stage, rule: (value: A, source: SourceRecord) => B | Rejection) =>
  (batch: Batch<A>): Batch<B> => {
    const outcomes: Outcome<B>[] = [];
    for (const outcome of batch.outcomes) {
      if (outcome instanceof Failure) {
        outcomes.push(outcome);
        continue;
      }
      const { source } = outcome;
      let result: B | Rejection;
      try {
        result = rule(outcome.value, source);
      } catch (error) {
        result = stepFailed(stage, error);
      }
      if (result instanceof Rejection) outcomes.push(new Failure(stage, result, source));
      // A rule that only checks makes no garbage.
      else
        outcomes.push(
          (result as unknown) === outcome.value ? (outcome as unknown as Entry<B>) : { source, value: result },
        );
    }
    return withOutcomes(batch, outcomes);
  };

// The exception's own message may quote customer fields: only its kind is told, the bytes are in the failure.
const stepFailed = (stage: Stage, error: unknown) =>
  new Rejection(
    'step_failed',
    `Cannot ${stage} the record as the step threw ${error instanceof Error ? error.name : typeof error}`,
  );
