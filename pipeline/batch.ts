/**
 * What travels through the pipeline: consecutive records of one lane, each either a value that still knows its record
 * or a failure that has taken its place. One batch in, one batch out, at every step; an empty batch is time passing.
 */
import type { OrderSummary } from '../schemas/types';
import { Failure, Rejection, type Stage, stepFailed } from './failure';
import type { KeptTime } from './window/window';

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
  /** Of key and value, in bytes: for records that make those anew each time. */
  readonly size?: number;
  /** 1 on the first time through; a redriven record counts up. */
  readonly attempt: number;
  /** The topic it was read from, where it stands for the record it first was, on `topic`. */
  readonly arrivedOn?: string;
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
  /** Of a value made of several records: the others. */
  readonly others?: readonly SourceRecord[];
  /** It came after its window had closed. */
  readonly late?: true;
}

export type Outcome<T> = Entry<T> | Failure;

/** How far a lane has read, and what must survive a restart with it. */
export interface Position {
  /** Next offset to read, by source topic. */
  readonly offsets: ReadonlyMap<string, bigint>;
  /** Length of the run of failures that ends here: kept, so that restarts do not leak past the halt limit. */
  readonly failuresInARow: number;
  /** How far event time has come. */
  readonly time: KeptTime;
  /** Of summary windows that are still open. */
  readonly summaries: readonly OrderSummary[];
}

/** Where nothing was read yet. */
export const startPosition = (offsets: ReadonlyMap<string, bigint>): Position => ({
  offsets,
  failuresInARow: 0,
  time: NO_TIME,
  summaries: [],
});

const NO_TIME: KeptTime = { watermark: null, topics: [] };

/** What the source knows of time when it hands on a batch. */
export interface Moment {
  /** Source topics with nothing to read for a while: at their end, and the broker says so. */
  readonly idle: readonly string[];
  /** The wall clock, epoch ms; undefined where only data moves time. */
  readonly clockMs: number | undefined;
  /** Nothing comes after this, for good: what waits is let go. (A revoked lane just ends.) */
  readonly end: boolean;
  /** Of a part of a batch (parts.ts): another one follows, and nothing is committed before the last. */
  readonly more?: true;
}

/** Of a source that only moves by its data. */
export const DATA_ONLY: Moment = { idle: [], clockMs: undefined, end: false };
export const AT_THE_END: Moment = { idle: [], clockMs: undefined, end: true };

export interface Batch<T> {
  readonly lane: number;
  /** In the order of the lane. */
  readonly outcomes: readonly Outcome<T>[];
  /** Where the lane stands once this batch is written. */
  readonly position: Position;
  /** Source records that were read for this batch, whatever became of them. */
  readonly read: number;
  /** Tombstones and empty values: read, counted, not used. */
  readonly skipped: number;
  readonly moment: Moment;
}

/** The batch with other outcomes. */
export const withOutcomes = <A, B>(batch: Batch<A>, outcomes: readonly Outcome<B>[]): Batch<B> => ({
  lane: batch.lane,
  outcomes,
  position: batch.position,
  read: batch.read,
  skipped: batch.skipped,
  moment: batch.moment,
});

/** A batch of records as a source hands it on. */
export const pulled = (
  lane: number,
  records: readonly SourceRecord[],
  position: Position,
  moment: Moment = DATA_ONLY,
): Batch<SourceRecord> =>
  pulledEntries(
    lane,
    records.map(source => ({ source, value: source })),
    position,
    moment,
  );

/** The same of what was made entries already. */
export const pulledEntries = <T>(
  lane: number,
  outcomes: readonly Entry<T>[],
  position: Position,
  moment: Moment = DATA_ONLY,
): Batch<T> => ({ lane, outcomes, position, read: outcomes.length, skipped: 0, moment });

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
