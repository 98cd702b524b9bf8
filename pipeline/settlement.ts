/** What one batch comes to, and what is said of it once it is committed. */
import type { OrderEvent } from '../schemas/types';
import type { Batch, Outcome } from './batch';
import { Failure } from './failure';
import type { Settlement, Written } from './ports';

/** Of a batch that changes nothing of what is remembered. */
export const unremembered = (batch: Batch<OrderEvent>): Settlement => ({
  ...batch,
  changes: NO_CHANGES,
  summaries: [],
  duplicates: NO_DUPLICATES,
  held: 0,
  closedEarly: 0,
});

const NO_CHANGES: Settlement['changes'] = new Map();
const NO_DUPLICATES: Settlement['duplicates'] = [];

/** @param outcomes As they were written: an event may have become a failure at the last moment. */
export const writtenOf = (
  { lane, read, skipped, position, duplicates, held, summaries, closedEarly, outcomes: settled }: Settlement,
  outcomes: readonly Outcome<OrderEvent>[] = settled,
): Written => {
  const byAction = new Map<string, number>();
  const byCode = new Map<string, number>();
  let failures = 0;
  let late = 0;
  for (const outcome of outcomes)
    if (outcome instanceof Failure) {
      failures += 1;
      count(byCode, outcome.code);
    } else {
      if (outcome.value.late) late += 1;
      count(byAction, outcome.value.action);
    }
  return {
    lane,
    records: read,
    events: outcomes.length - failures,
    failures,
    skipped,
    duplicates: duplicates.length,
    held,
    late,
    summaries: summaries.length,
    closedEarly,
    byAction,
    byCode,
    position,
  };
};

const count = (counts: Map<string, number>, name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
