/**
 * What a lane remembers: open windows, ledgers, and what waits. Facts go in, events come out, and with them everything that
 * changed, once per order. It is the one state of a lane, changed by nothing but the lane's batches.
 *
 * Everything happens in stream time: windows close, late facts follow and waiting ones are released in the order of the times
 * at which they are due, whatever batch brought time forward. So results do not depend on where batches were cut.
 */
import { map, type Observable, of } from 'rxjs';
import type { OrderEvent, OrderState } from '../../schemas/types';
import type { Batch, Entry, Outcome } from '../batch';
import { Failure } from '../failure';
import type { OrderStates, Settlement } from '../ports';
import { ByEnd, type Ending } from '../window/by-end';
import type { WindowReducer } from '../window/reduce';
import type { WindowState } from '../window/state';
import type { KeptTime, LateValue, WindowStep } from '../window/window';
import type { Fact } from './fact';
import { dueAt, type Ledger } from './ledger/ledger';
import type { LedgerSettings } from './ledger/settings';
import type { OrderSettings } from './settings';
import { Settling } from './settling';
import { type LateFact, type Recalled, recalled, stored } from './state';
import { type OrderWindowSettings, orderWindow, recordBytes } from './window';

export interface MemorySettings {
  readonly window: OrderWindowSettings;
  readonly ledger: LedgerSettings;
  /** Topics whose facts move time. */
  readonly timeTopics: readonly string[];
}

/** What a lane finds at its start. */
export interface Kept {
  readonly time: KeptTime;
  /** Orders in which something waits. */
  readonly waiting: ReadonlyMap<string, Recalled>;
  /** Of what waited and can no longer be used. */
  readonly failures: readonly Failure[];
}

/** An event, and what a summary must know of it. */
export interface Emitted {
  readonly event: OrderEvent;
  /** Stream time at which it went out. */
  readonly at: number;
  readonly currency: string | null;
  /** Event times of earlier events of the same action and order. */
  readonly before: readonly number[];
}

/** A batch that the ledger has settled. */
export interface Settled extends Omit<Settlement, 'summaries'> {
  readonly emitted: readonly Emitted[];
  /** Stream time up to which all is done: summaries that end by it can close. */
  readonly until: number;
}

export interface Gathered {
  readonly batch: Batch<Fact>;
  readonly step: WindowStep<Entry<Fact>>;
}

/** What is in memory of an order: while something of it waits, and while a batch has to do with it. */
interface Remembered {
  ledger: Ledger | undefined;
  late: readonly LateFact[];
  /** Whether the store has it. */
  known: boolean;
  due: Due | undefined;
}

/** An order in which something is due; queued by when. */
interface Due extends Ending {
  readonly order: Remembered;
}

export class OrderMemory {
  private windows: WindowState<Entry<Fact>>;
  private readonly reducer: WindowReducer<Entry<Fact>>;
  private readonly orders = new Map<string, Remembered>();
  private readonly due = new ByEnd<Due>();
  private waiting = 0;
  /** Orders of the batch in hand of which nothing was in memory. */
  private recalled: readonly string[] = NONE_RECALLED;
  /** To come out with the next batch. */
  private failed: readonly Failure[];
  private readonly touchedByFailures = new Set<string>();

  constructor(
    private readonly settings: MemorySettings,
    private readonly orderSettings: OrderSettings,
    private readonly states: OrderStates,
    kept: Kept,
  ) {
    this.reducer = orderWindow(settings.window, settings.timeTopics);
    const open = [...kept.waiting].map(([orderId, { windows }]) => [orderId, windows] as const);
    this.windows = this.reducer.start({ time: kept.time, open });
    this.failed = kept.failures;
    for (const [orderId, { ledger, late }] of kept.waiting) {
      const order = this.remember(orderId, ledger, true);
      order.late = late;
      this.waiting += late.length + (ledger?.held.length ?? 0);
      this.queue(orderId, order);
      if (kept.failures.length > 0) this.touchedByFailures.add(orderId);
    }
  }

  /** Step: with what is known of its orders. */
  readonly recall = (batch: Batch<Fact>): Observable<Batch<Fact>> => {
    const missing = new Set<string>();
    for (const outcome of batch.outcomes) {
      if (outcome instanceof Failure) continue;
      const { orderId } = outcome.value;
      if (!this.orders.has(orderId)) missing.add(orderId);
    }
    if (missing.size === 0) return of(batch);
    this.recalled = [...missing];
    return this.states.load(this.recalled).pipe(
      map(found => {
        for (const orderId of missing) {
          const state = found.get(orderId);
          this.remember(orderId, state && recalled(orderId, state).ledger, state !== undefined);
        }
        return batch;
      }),
    );
  };

  /** Step: facts → orders whose window closed. */
  readonly gather = (batch: Batch<Fact>): Gathered => {
    const { idle, clockMs, end } = batch.moment;
    const values: Entry<Fact>[] = [];
    for (const outcome of batch.outcomes) if (!(outcome instanceof Failure)) values.push(outcome);
    const step = this.reducer.next(this.windows, { values, idle, end, ...(clockMs !== undefined && { clockMs }) });
    this.windows = step.state;
    return { batch, step };
  };

  /** Step: orders → ODP events, or failures. */
  readonly settle = ({ batch, step }: Gathered): Settled => {
    const outcomes: Outcome<OrderEvent>[] = [...this.failed];
    for (const outcome of batch.outcomes) if (outcome instanceof Failure) outcomes.push(outcome);
    const touched = new Set<string>([...this.touchedByFailures, ...step.changes.keys()]);
    this.failed = [];
    this.touchedByFailures.clear();
    const settling = new Settling(this.settings, this.orderSettings, outcomes);
    for (const late of step.late) this.takeLate(late, settling, touched);
    for (const closed of step.closed) {
      this.releaseDue(closed.at, false, settling, touched);
      this.take(closed.key, closed.values, closed.at, false, settling, touched);
    }
    const { moment } = batch;
    const { watermark, allIdle } = this.windows.time;
    const clock = allIdle && moment.clockMs !== undefined ? moment.clockMs : Number.NEGATIVE_INFINITY;
    const until = moment.end ? Number.POSITIVE_INFINITY : Math.max(watermark, clock);
    // A late fact of another topic may still come for the very same time: it would have gone first.
    const settled = moment.end || clock > watermark || this.settings.timeTopics.length === 1;
    this.releaseDue(until, settled, settling, touched);
    const changes = this.changes(step, touched);
    this.forget(touched);
    return {
      lane: batch.lane,
      outcomes,
      position: { ...batch.position, time: step.time },
      read: batch.read,
      skipped: batch.skipped,
      moment,
      emitted: settling.emitted,
      changes,
      duplicates: settling.duplicates,
      held: step.held + this.waiting,
      until: moment.end ? until : Math.max(watermark, clock - this.settings.window.graceMs),
    };
  };

  private remember(orderId: string, ledger: Ledger | undefined, known: boolean): Remembered {
    const order: Remembered = { ledger, late: NONE_LATE, known, due: undefined };
    this.orders.set(orderId, order);
    return order;
  }

  private of(orderId: string): Remembered {
    return this.orders.get(orderId) ?? this.remember(orderId, undefined, false);
  }

  private takeLate({ value: entry, at }: LateValue<Entry<Fact>>, settling: Settling, touched: Set<string>): void {
    const { orderId } = entry.value;
    const { late, heldBytesPerOrderMax } = this.settings.window;
    // What comes by the inbox is late by its nature: it was brought back on purpose.
    if (late === 'refuse' && entry.source.byInbox !== true) {
      settling.refuseLate(entry);
      return;
    }
    const order = this.of(orderId);
    order.late = [...order.late, { entry, at }].sort(byTime(this.settings.timeTopics));
    this.waiting++;
    touched.add(orderId);
    // More may not wait: the state of an order is one record.
    while (weightOf(order.late) > heldBytesPerOrderMax) {
      const [first, ...others] = order.late as [LateFact, ...LateFact[]];
      order.late = others;
      this.waiting--;
      this.take(orderId, [first.entry], first.at, true, settling, touched);
    }
    this.queue(orderId, order);
  }

  /** Lets go what is due before `time`, and at `time` what waits for its purchase; late facts of that very time if `settled`. */
  private releaseDue(time: number, settled: boolean, settling: Settling, touched: Set<string>): void {
    for (let due = this.due.first(); due !== undefined && due.end <= time; due = this.due.first()) {
      const { key: orderId, order, end: at } = due;
      const late = order.late.filter(one => one.at === at).map(({ entry }) => entry);
      if (at === time && late.length > 0 && !settled) break;
      if (late.length > 0) {
        order.late = order.late.filter(one => one.at !== at);
        this.waiting -= late.length;
        for (const entry of late) this.take(orderId, [entry], at, true, settling, touched);
      } else this.change(orderId, order, settling.settled(order.ledger, [], at, false), touched);
      this.queue(orderId, order);
    }
  }

  private take(
    orderId: string,
    facts: readonly Entry<Fact>[],
    at: number,
    late: boolean,
    settling: Settling,
    touched: Set<string>,
  ): void {
    const order = this.of(orderId);
    this.change(orderId, order, settling.settled(order.ledger, facts, at, late), touched);
    this.queue(orderId, order);
  }

  private change(orderId: string, order: Remembered, next: Ledger | undefined, touched: Set<string>): void {
    if (next === order.ledger) return;
    this.waiting += (next?.held.length ?? 0) - (order.ledger?.held.length ?? 0);
    order.ledger = next;
    touched.add(orderId);
  }

  /** Queues the order by what is due next in it. */
  private queue(key: string, order: Remembered): void {
    if (order.due === undefined && order.late.length === 0 && !order.ledger?.held.length) return;
    const ofHeld = order.ledger === undefined ? undefined : dueAt(order.ledger);
    const ofLate = order.late[0]?.at;
    const end = ofHeld === undefined || ofLate === undefined ? (ofHeld ?? ofLate) : Math.min(ofHeld, ofLate);
    if (end !== undefined && order.due !== undefined && end >= order.due.queuedEnd) {
      order.due.end = end;
      return;
    }
    if (order.due !== undefined) order.due.open = false;
    order.due = end === undefined ? undefined : { key, end, queuedEnd: end, open: true, order };
    if (order.due !== undefined) this.due.push(order.due);
  }

  private changes(step: WindowStep<Entry<Fact>>, touched: Set<string>): Map<string, OrderState | undefined> {
    const changes = new Map<string, OrderState | undefined>();
    for (const orderId of touched) {
      const order = this.of(orderId);
      const windows = step.changes.get(orderId) ?? this.windows.of(orderId);
      const state = stored(order.ledger, order.late, windows);
      if (state === undefined && !order.known) continue;
      order.known = state !== undefined;
      changes.set(orderId, state);
    }
    return changes;
  }

  /** Ledgers in which nothing waits are the store's. */
  private forget(touched: Set<string>): void {
    for (const orderId of this.recalled) this.forgetOne(orderId);
    for (const orderId of touched) this.forgetOne(orderId);
    this.recalled = NONE_RECALLED;
  }

  private forgetOne(orderId: string): void {
    const order = this.orders.get(orderId);
    if (order?.due === undefined && this.windows.of(orderId).length === 0) this.orders.delete(orderId);
  }
}

const NONE_LATE: readonly LateFact[] = [];
const NONE_RECALLED: readonly string[] = [];

/** By when they are due; of one time by topic, and of one topic as they came. */
const byTime =
  (topics: readonly string[]) =>
  (a: LateFact, b: LateFact): number =>
    a.at - b.at || topics.indexOf(a.entry.source.topic) - topics.indexOf(b.entry.source.topic);

const weightOf = (late: readonly LateFact[]): number => {
  let sum = 0;
  for (const { entry } of late) sum += recordBytes(entry);
  return sum;
};
