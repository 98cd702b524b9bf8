/**
 * Batches taken through the steps in parts. A batch is a transaction, and large, so that transactions are few; but what the steps
 * make of it would all live at once, and outlive the garbage collector's young generation, which then copies most of what it
 * should have thrown away. Parts are small: what is made of one is gone when the next comes.
 */
import { map, type Observable, of } from 'rxjs';
import type { Batch, SourceRecord } from './batch';
import { Failure } from './failure';

type Pull = () => Observable<Batch<SourceRecord>>;

/** A pull that answers a batch of the given one in parts, each with its position: they are a batch only together. */
export const inParts = (pull: Pull, recordsMax: number): Pull => {
  let rest: Batch<SourceRecord> | undefined;
  const next = (batch: Batch<SourceRecord>): Batch<SourceRecord> => {
    rest = undefined;
    if (batch.outcomes.length <= recordsMax) return batch;
    const idle = quiet(batch);
    rest = {
      ...batch,
      outcomes: batch.outcomes.slice(recordsMax),
      read: batch.read - recordsMax,
      moment: { ...batch.moment, idle },
    };
    return {
      ...batch,
      outcomes: batch.outcomes.slice(0, recordsMax),
      read: recordsMax,
      skipped: 0,
      moment: { idle, clockMs: undefined, end: false, more: true },
    };
  };
  return () => (rest === undefined ? pull().pipe(map(next)) : of(next(rest)));
};

/** Idle topics but those with records in the batch, whichever part they are in. */
const quiet = ({ moment: { idle }, outcomes }: Batch<SourceRecord>): readonly string[] => {
  if (idle.length === 0) return idle;
  const busy = new Set(
    outcomes.map(outcome =>
      outcome instanceof Failure ? outcome.source.topic : (outcome.value.arrivedOn ?? outcome.value.topic),
    ),
  );
  return idle.filter(topic => !busy.has(topic));
};
