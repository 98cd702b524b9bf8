/**
 * What the pipeline needs from outside. Each port is implemented over Kafka and in memory, under one contract suite
 * (test/contract/). An observable that errors means the world broke: the lane ends, nothing of its batch is committed.
 */
import type { Observable } from 'rxjs';
import type { OrderEvent, OrderState, OrderSummary } from '../schemas/types';
import type { Batch, Entry, Position, SourceRecord } from './batch';
import type { Fact } from './order/fact';
import type { Decoded } from './order/mapping';

/** One assigned partition number, over all source topics and the inbox, from assignment to revocation. */
export interface Lane {
  /** The partition number. */
  readonly id: number;
  /** Where the lane began: committed offsets read after the fence. */
  readonly start: Position;
  /**
   * The next records: emits one batch and completes, as soon as there are records, or an empty one after a while (time
   * passes); completes empty at the end (revoked, drained, or the end of a replay). Called again only once the last batch
   * is written.
   */
  pull(): Observable<Batch<SourceRecord>>;
}

export interface Ports {
  /** Bytes → values by writer and reader schema. May wait for the registry; an outage there is an error, never a failure. */
  decode(batch: Batch<SourceRecord>): Observable<Batch<Decoded>>;
  /**
   * Takes in a part of a batch (`moment.more`), for the write of its last: that writes all of them, and nothing is committed before.
   * Emits once, when the next part may come.
   */
  stage(part: Settlement): Observable<unknown>;
  /** Results, failures, what changed in the state, and the position: whole or not at all. Emits once, after the commit. */
  write(batch: Settlement): Observable<Written>;
  /** What is remembered of orders. */
  readonly states: OrderStates;
}

/** All state of a lane but what its steps have in hand: `stage` and `write` change it, nothing else does. */
export interface OrderStates {
  /** Of all orders in which something waits. Emits once; asked once, before the first batch. */
  waiting(): Observable<ReadonlyMap<string, OrderState>>;
  /** Of these orders, where there is any, as the last part of a batch left them. Emits once. */
  load(orderIds: readonly string[]): Observable<ReadonlyMap<string, OrderState>>;
}

/** What one batch comes to. */
export interface Settlement extends Batch<OrderEvent> {
  /**
   * What changed, once per order; undefined: nothing is left to remember. A part tells of orders in which nothing waits, the last part of
   * all others: an order that came again has been told before, and the newer state counts.
   */
  readonly changes: ReadonlyMap<string, OrderState | undefined>;
  /** Summary windows that closed. */
  readonly summaries: readonly OrderSummary[];
  /** Facts that had come before. */
  readonly duplicates: readonly Entry<Fact>[];
  /** Facts that wait now: in open windows, for their purchase, or as late ones. */
  readonly held: number;
  /** Windows that a bound closed before their time. */
  readonly closedEarly: number;
}

/** What a write committed: counted here, so that every counter counts what is true and not what was tried. */
export interface Written {
  readonly lane: number;
  /** Source records accounted for by this write. */
  readonly records: number;
  readonly events: number;
  readonly failures: number;
  readonly skipped: number;
  readonly duplicates: number;
  /** Facts that wait in this lane now. */
  readonly held: number;
  /** Of the events, those of late facts. */
  readonly late: number;
  /** Parts of summaries. */
  readonly summaries: number;
  /** Windows that a bound closed before their time. */
  readonly closedEarly: number;
  /** By action and by code, for the views. */
  readonly byAction: ReadonlyMap<string, number>;
  readonly byCode: ReadonlyMap<string, number>;
  readonly position: Position;
}
