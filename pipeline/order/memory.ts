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
import { Failure } from '../failure';
import type { OrderStates, Settlement } from '../ports';
import type { WindowReducer } from '../window/reduce';
import type { WindowState } from '../window/state';
import type { ClosedWindow, KeptTime, LateValue, WindowStep } from '../window/window';
import { type Due, DueOrders, dueAfter, type Remembered } from './due';
import type { Fact } from './fact';
import type { Ledger } from './ledger/ledger';
import type { LedgerSettings } from './ledger/settings';
import type { Money } from './money';
import type { OrderSettings } from './settings';
import { Settling } from './settling';
import { type LateFact, opened, type Recalled, recalled, stored } from './state';
import { type OrderWindowSettings, orderWindow, recordBytes, timeTopic } from './window';

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
  /** What it does to revenue, where that is not its total. */
  readonly effect: Money | undefined;
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

export class OrderMemory {
  private windows: WindowState<Entry<Fact>>;
  private readonly reducer: WindowReducer<Entry<Fact>>;
  /** In which something waits. */
  private readonly orders = new Map<string, Remembered>();
  private readonly due = new DueOrders();
  private waiting = 0;
  /**
   * Of the batch in hand: another map each time, and made when its first order comes. One that is filled and emptied for ever, or that
   * waits for its batch, becomes old, and so is all memory that it grows by: what was in it then lives until the old are collected.
   */
  private inHand = NONE_IN_HAND;
  /** What closes in the batch in hand, and how many of it were taken. */
  private closing: readonly ClosedWindow<Entry<Fact>>[] = NONE_CLOSING;
  private closingsTaken = 0;
  /** To come out with the next batch. */
  private failed: readonly Failure[];

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
      const order = remembered(orderId, ledger, true);
      order.late = late;
      order.stays = true;
      this.orders.set(orderId, order);
      this.waiting += late.length + (ledger?.held.length ?? 0);
      this.due.queue(order);
      if (kept.failures.length > 0) this.touch(order);
    }
  }

  /** Step: with what is known of its orders. */
  readonly recall = (batch: Batch<Fact>): Observable<Batch<Fact>> => {
    const missing: string[] = [];
    for (const outcome of batch.outcomes) {
      if (outcome instanceof Failure) continue;
      const { orderId } = outcome.value;
      if (this.inHand.has(orderId) || this.orders.has(orderId)) continue;
      missing.push(orderId);
      this.takeInHand(remembered(orderId, undefined, false));
    }
    if (missing.length === 0) return of(batch);
    return this.states.load(missing).pipe(
      map(found => {
        for (const [orderId, state] of found)
          this.takeInHand(remembered(orderId, recalled(orderId, state).ledger, true));
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
    this.failed = NONE_FAILED;
    for (const outcome of batch.outcomes) if (outcome instanceof Failure) outcomes.push(outcome);
    const settling = new Settling(this.settings, this.orderSettings, outcomes);
    for (const orderId of step.changes.keys()) this.touch(this.of(orderId));
    // Late facts and closings as they came: batches that were cut between them must come to the same.
    let late = 0;
    let early = 0;
    this.closing = step.closed;
    for (let closings = 0; closings <= step.closed.length; closings++) {
      this.closingsTaken = closings;
      for (let one = step.late[late]; one !== undefined && one.after <= closings; one = step.late[++late]) {
        this.releaseDue(one.watermark, settling);
        this.takeLate(one, settling);
        early += this.releaseBeyond(settling);
      }
      const closed = step.closed[closings];
      if (closed !== undefined) {
        this.releaseDue(closed.reached, settling);
        const order = this.of(closed.key);
        this.take(order, closed.values, closed.at, settling);
        this.lookAgain(order, closed.at);
        early += this.releaseBeyond(settling);
      }
    }
    this.closing = NONE_CLOSING;
    this.closingsTaken = 0;
    const { moment } = batch;
    const until = this.timeOf(moment);
    this.releaseDue(until, settling);
    return {
      lane: batch.lane,
      outcomes,
      position: { ...batch.position, time: step.time },
      read: batch.read,
      skipped: batch.skipped,
      moment,
      emitted: settling.emitted,
      changes: this.letGo(moment.more === true),
      duplicates: settling.duplicates,
      held: step.held + this.waiting,
      closedEarly: step.closedEarly + early,
      until,
    };
  };

  /** Stream time: how far the watermark has come; the clock, as far behind as windows are closed by it, when all is idle. */
  private timeOf({ clockMs, end }: Moment): number {
    if (end) return Number.POSITIVE_INFINITY;
    const { watermark, allIdle } = this.windows.time;
    return allIdle && clockMs !== undefined ? Math.max(watermark, clockMs - this.settings.window.graceMs) : watermark;
  }

  private of(orderId: string): Remembered {
    const known = this.inHand.get(orderId) ?? this.orders.get(orderId);
    if (known !== undefined) return known;
    const order = remembered(orderId, undefined, false);
    this.takeInHand(order);
    return order;
  }

  private takeInHand(order: Remembered): void {
    order.inHand = true;
    if (this.inHand === NONE_IN_HAND) this.inHand = new Map();
    this.inHand.set(order.orderId, order);
  }

  private touch(order: Remembered): void {
    order.touched = true;
    if (!order.inHand) this.takeInHand(order);
  }

  private takeLate({ value, at }: Late, settling: Settling): void {
    const { late, heldBytesPerOrderMax } = this.settings.window;
    // What comes by the inbox is late by its nature: it was brought back on purpose.
    if (late === 'refuse' && this.settings.timeTopics.includes(timeTopic(value))) {
      settling.refuseLate(value);
      return;
    }
    const order = this.of(value.value.orderId);
    this.touch(order);
    order.late = [...order.late, { entry: { ...value, late: true as const }, at }].sort(
      byTime(this.settings.timeTopics),
    );
    this.waiting++;
    // More may not wait: the state of an order is one record.
    while (weightOf(order.late) > heldBytesPerOrderMax) {
      const [first, ...others] = order.late as [LateFact, ...LateFact[]];
      order.late = others;
      this.waiting--;
      this.take(order, [first.entry], first.at, settling);
    }
    order.behindUntil = Number.NEGATIVE_INFINITY;
    this.due.queue(order);
  }

  /** Lets go what is due by then, but for what stands behind a window. */
  private releaseDue(time: number, settling: Settling): void {
    for (let due = this.due.first(); due !== undefined && due.end <= time; due = this.due.first()) {
      const { order, end } = due;
      const late = end > order.behindUntil ? lateDue(due) : NONE_LATE;
      const free = late.filter(({ entry }) => !this.isBehind(entry.value));
      if (free.length < late.length) order.behindUntil = end;
      if (free.length > 0 || late.length === 0) this.release(due, free, settling);
      else this.due.queue(order);
    }
  }

  /** Lets go what is due first where more waits than may; answers how often. */
  private releaseBeyond(settling: Settling): number {
    let early = 0;
    for (; this.waiting > this.settings.window.heldFactsMax; early++) {
      const due = this.due.oldest();
      if (due === undefined) break;
      this.release(due, lateDue(due), settling);
    }
    return early;
  }

  /**
   * A late fact does not go before older ones of its order that stand in an open window: it may be one of them, told again, or
   * the cancel of what they leave. It then waits for that window, whose end is not known before it closes.
   */
  private isBehind({ orderId, occurredAt }: Fact): boolean {
    for (const { start } of this.windows.of(orderId)) if (start <= occurredAt) return true;
    for (let index = this.closingsTaken; index < this.closing.length; index++) {
      const { key, start } = this.closing[index] as ClosedWindow<Entry<Fact>>;
      if (key === orderId && start <= occurredAt) return true;
    }
    return false;
  }

  /** What stood behind a window, and so was due by its closing, is due with the next moment: it may stand behind none any more. */
  private lookAgain(order: Remembered, closedAt: number): void {
    if (order.behindUntil === Number.NEGATIVE_INFINITY) return;
    order.behindUntil = Number.NEGATIVE_INFINITY;
    order.late = order.late
      .map(one => (one.at < closedAt ? { ...one, at: closedAt } : one))
      .sort(byTime(this.settings.timeTopics));
    this.due.queue(order);
  }

  /** @param late Facts of it; none: deductions that waited for their purchase are due. */
  private release({ order, end }: Due, late: readonly LateFact[], settling: Settling): void {
    this.touch(order);
    if (late.length > 0) {
      order.late = order.late.filter(one => !late.includes(one));
      this.waiting -= late.length;
      for (const { entry, at } of late) this.take(order, [entry], at, settling);
    } else this.take(order, NOTHING, end, settling);
    this.due.queue(order);
  }

  /** @param facts None: only what is due. */
  private take(order: Remembered, facts: readonly Entry<Fact>[], at: number, settling: Settling): void {
    for (const entry of facts) opened(entry);
    const next = settling.settled(order.ledger, facts, at);
    if (next === order.ledger) return;
    this.waiting += (next?.held.length ?? 0) - (order.ledger?.held.length ?? 0);
    order.ledger = next;
    this.touch(order);
    this.due.queue(order);
  }

  /**
   * Answers what changed. Ledgers in which nothing waits are the store's from here on: with each part, as what is in hand of a whole batch
   * would be copied by each garbage collection. What waits changes with most parts, and is told with the last.
   */
  private letGo(more: boolean): Map<string, OrderState | undefined> {
    const changes = new Map<string, OrderState | undefined>();
    const inHand = this.inHand;
    this.inHand = NONE_IN_HAND;
    for (const order of inHand.values()) {
      const { orderId } = order;
      const windows = this.windows.of(orderId);
      const stays = order.due !== undefined || windows.length > 0;
      if (more && stays) {
        this.takeInHand(order);
        continue;
      }
      if (order.touched) {
        const state = stored(order.ledger, order.late, windows);
        if (state !== undefined || order.known) changes.set(orderId, state);
        order.known = state !== undefined;
        order.touched = false;
      }
      order.inHand = false;
      if (stays && !order.stays) this.orders.set(orderId, order);
      else if (!stays && order.stays) this.orders.delete(orderId);
      order.stays = stays;
    }
    return changes;
  }
}

const remembered = (orderId: string, ledger: Ledger | undefined, known: boolean): Remembered => ({
  orderId,
  ledger,
  late: NONE_LATE,
  known,
  inHand: false,
  touched: false,
  stays: false,
  behindUntil: Number.NEGATIVE_INFINITY,
  due: undefined,
  behind: undefined,
});

type Late = LateValue<Entry<Fact>>;

const NONE_IN_HAND = new Map<string, Remembered>();
const NONE_LATE: readonly LateFact[] = [];
const NONE_FAILED: readonly Failure[] = [];
const NONE_CLOSING: readonly ClosedWindow<Entry<Fact>>[] = [];
const NOTHING: readonly Entry<Fact>[] = [];

/** By when they are due; of one time by topic, and of one topic as they came. */
const byTime =
  (topics: readonly string[]) =>
  (a: LateFact, b: LateFact): number =>
    a.at - b.at || topics.indexOf(timeTopic(a.entry)) - topics.indexOf(timeTopic(b.entry));

const lateDue = ({ order, end }: Due): readonly LateFact[] => order.late.filter(one => dueAfter(one) === end);

const weightOf = (late: readonly LateFact[]): number => {
  let sum = 0;
  for (const { entry } of late) sum += recordBytes(entry);
  return sum;
};
