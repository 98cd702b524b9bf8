/** What one batch comes to, and what is said of it once it is committed. */
import { map, type Observable, of } from 'rxjs';
import type { OrderEvent, OrderState } from '../schemas/types';
import type { Batch, Outcome } from './batch';
import { Failure } from './failure';
import type { OrderStates, Ports, Settlement, Written } from './ports';

/** Of a batch that changes nothing of what is remembered. */
export const unremembered = (batch: Batch<OrderEvent>): Settlement => ({
  ...batch,
  changes: NO_CHANGES,
  summaries: [],
  duplicates: NO_DUPLICATES,
  held: 0,
  closedEarly: 0,
});

/** Stages parts, writes what ends a batch; emits once for each, undefined for a part. */
export const writing =
  ({ stage, write }: Pick<Ports, 'stage' | 'write'>) =>
  (settlement: Settlement): Observable<Written | undefined> =>
    settlement.moment.more ? stage(settlement).pipe(map(() => undefined)) : write(settlement);

/** For writers that have a batch whole: keeps its parts until the last comes. */
export const wholly = (states: OrderStates, write: Ports['write']): Pick<Ports, 'stage' | 'write' | 'states'> => {
  let staged: Settlement | undefined;
  const together = (part: Settlement): Settlement => {
    const whole = staged === undefined ? part : joined(staged, part);
    staged = undefined;
    return whole;
  };
  return {
    stage: part => {
      staged = together(part);
      return of(undefined);
    },
    write: settlement => write(together(settlement)),
    states: {
      waiting: () => states.waiting(),
      load: orderIds => states.load(orderIds).pipe(map(found => withChanges(found, orderIds, staged?.changes))),
    },
  };
};

const withChanges = (
  found: ReadonlyMap<string, OrderState>,
  orderIds: readonly string[],
  changes: Settlement['changes'] = NO_CHANGES,
): ReadonlyMap<string, OrderState> => {
  const all = new Map(found);
  for (const orderId of orderIds) {
    if (!changes.has(orderId)) continue;
    const state = changes.get(orderId);
    if (state === undefined) all.delete(orderId);
    else all.set(orderId, state);
  }
  return all;
};

/** As one batch: lists behind each other, counts added up, all else as the last part says. */
const joined = (before: Settlement, last: Settlement): Settlement => ({
  ...last,
  outcomes: [...before.outcomes, ...last.outcomes],
  read: before.read + last.read,
  skipped: before.skipped + last.skipped,
  summaries: [...before.summaries, ...last.summaries],
  changes: new Map([...before.changes, ...last.changes]),
  duplicates: [...before.duplicates, ...last.duplicates],
  closedEarly: before.closedEarly + last.closedEarly,
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

/** Of a transaction in parts. */
export const addedUp = (before: Written | undefined, last: Written): Written =>
  before === undefined
    ? last
    : {
        ...last,
        records: before.records + last.records,
        events: before.events + last.events,
        failures: before.failures + last.failures,
        skipped: before.skipped + last.skipped,
        duplicates: before.duplicates + last.duplicates,
        late: before.late + last.late,
        summaries: before.summaries + last.summaries,
        closedEarly: before.closedEarly + last.closedEarly,
        byAction: countedTogether(before.byAction, last.byAction),
        byCode: countedTogether(before.byCode, last.byCode),
      };

const countedTogether = (
  before: ReadonlyMap<string, number>,
  last: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> => {
  const counts = new Map(before);
  for (const [name, more] of last) count(counts, name, more);
  return counts;
};

const count = (counts: Map<string, number>, name: string, more = 1) => counts.set(name, (counts.get(name) ?? 0) + more);
