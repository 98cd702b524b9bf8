/**
 * What a lane remembers: open windows, ledgers, and what waits. Facts go in, events come out, and with them everything that
 * changed, once per order. It is the one state of a lane, changed by nothing but the lane's batches.
 *
 * Everything happens in stream time: windows close, late facts follow and waiting ones are released in the order of the times
 * at which they are due, whatever batch brought time forward. So results do not depend on where batches were cut.
 */
import { map, type Observable, of } from 'rxjs';
import type { OrderEvent, OrderState } from '../../schemas/types';
import type { Batch, Entry, Moment, Outcome } from '../batch';
import { Failure, Rejection } from '../failure';
import type { OrderStates, Settlement } from '../ports';
import { ByEnd, type Ending } from '../window/by-end';
import type { WindowReducer } from '../window/reduce';
import type { WindowState } from '../window/state';
import type { ClosedWindow, KeptTime, LateValue, WindowStep } from '../window/window';
import type { Fact } from './fact';
import { apply, release } from './ledger/apply';
import { dueAt, type Ledger } from './ledger/ledger';
import type { LedgerSettings } from './ledger/settings';
import type { OrderSettings } from './settings';
import { Settling } from './settling';
import { type LateFact, type Recalled, recalled, stored } from './state';
import { type OrderWindowSettings, orderWindow } from './window';

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

/** Facts of one order that are settled together. */
interface OrderTurn {
  readonly orderId: string;
  readonly at: number;
  readonly facts: readonly Entry<Fact>[];
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
    return this.states.load([...missing]).pipe(
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
    const late = [...step.late];
    const takeLate = (closings: number) => {
      for (; late[0] !== undefined && late[0].after <= closings; late.shift())
        this.takeLate(late[0], outcomes, touched);
    };
    // Late facts and closings as they came: batches that were cut between them must come to the same.
    step.closed.forEach((closed, closings) => {
      takeLate(closings);
      this.releaseDue(closed.at, settling, touched);
      this.take(turnOf(closed), settling, touched);
    });
    takeLate(step.closed.length);
    const { moment } = batch;
    const until = this.timeOf(moment);
    this.releaseDue(until, settling, touched);
    const changes = this.changes(step, touched);
    this.forget(batch, touched);
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
      until,
    };
  };

  /** Stream time: how far the watermark has come; the clock, as far behind as windows are closed by it, when all is idle. */
  private timeOf({ clockMs, end }: Moment): number {
    if (end) return Number.POSITIVE_INFINITY;
    const { watermark, allIdle } = this.windows.time;
    return allIdle && clockMs !== undefined ? Math.max(watermark, clockMs - this.settings.window.graceMs) : watermark;
  }

  private remember(orderId: string, ledger: Ledger | undefined, known: boolean): Remembered {
    const order: Remembered = { ledger, late: NONE_LATE, known, due: undefined };
    this.orders.set(orderId, order);
    return order;
  }

  private of(orderId: string): Remembered {
    return this.orders.get(orderId) ?? this.remember(orderId, undefined, false);
  }

  private takeLate(
    { value: entry, at }: LateValue<Entry<Fact>>,
    outcomes: Outcome<OrderEvent>[],
    touched: Set<string>,
  ) {
    const { orderId } = entry.value;
    // What comes by the inbox is late by its nature: it was brought back on purpose.
    if (this.settings.window.late === 'refuse' && entry.source.byInbox !== true) {
      const why = 'came after its window had closed, and window.late is "refuse"';
      outcomes.push(
        new Failure(
          'window',
          new Rejection('late', `Cannot use the fact of order ${shown(orderId)} as it ${why}`, orderId),
          entry.source,
        ),
      );
      return;
    }
    const order = this.of(orderId);
    const late: Entry<Fact> = { ...entry, late: true };
    order.late = [...order.late, { entry: late, at }].sort(byTime(this.settings.timeTopics));
    this.waiting++;
    this.queue(orderId, order);
    touched.add(orderId);
  }

  /** Lets go what is due by then. */
  private releaseDue(time: number, settling: Settling, touched: Set<string>): void {
    for (let due = this.due.first(); due !== undefined && due.end <= time; due = this.due.first()) {
      const { key: orderId, order, end } = due;
      touched.add(orderId);
      const late = order.late.filter(one => dueAfter(one) === end);
      if (late.length > 0) {
        order.late = order.late.filter(one => dueAfter(one) !== end);
        this.waiting -= late.length;
        for (const { entry, at } of late) this.take({ orderId, at, facts: [entry] }, settling, touched);
      } else {
        const released = () => release(order.ledger as Ledger, end, this.settings.ledger);
        this.change(orderId, order, settling.settled(order.ledger, released, [], end), touched);
      }
      this.queue(orderId, order);
    }
  }

  private take({ orderId, at, facts }: OrderTurn, settling: Settling, touched: Set<string>): void {
    const order = this.of(orderId);
    const applied = () => apply(order.ledger, facts, at, this.settings.ledger);
    this.change(orderId, order, settling.settled(order.ledger, applied, facts, at), touched);
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
    const ofHeld = order.ledger === undefined ? undefined : dueAt(order.ledger);
    const ofLate = order.late[0] && dueAfter(order.late[0]);
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
  private forget(batch: Batch<Fact>, touched: Set<string>): void {
    for (const outcome of batch.outcomes) if (!(outcome instanceof Failure)) this.forgetOne(outcome.value.orderId);
    for (const orderId of touched) this.forgetOne(orderId);
  }

  private forgetOne(orderId: string): void {
    const order = this.orders.get(orderId);
    if (order?.due === undefined && this.windows.of(orderId).length === 0) this.orders.delete(orderId);
  }
}

const NONE_LATE: readonly LateFact[] = [];

/**
 * A late fact goes out once time has passed that of its topic, behind all of that very time: until then another topic may
 * bring what goes first.
 */
const dueAfter = ({ at }: LateFact): number => at + 1;

const turnOf = ({ key, at, values }: ClosedWindow<Entry<Fact>>): OrderTurn => ({ orderId: key, at, facts: values });

/** By when they are due; of one time by topic, and of one topic as they came. */
const byTime =
  (topics: readonly string[]) =>
  (a: LateFact, b: LateFact): number =>
    a.at - b.at || topics.indexOf(a.entry.source.topic) - topics.indexOf(b.entry.source.topic);

// As JSON: an odd id must not break the line it is logged on.
const shown = (orderId: string) => JSON.stringify(orderId.length > 64 ? `${orderId.slice(0, 64)}…` : orderId);
