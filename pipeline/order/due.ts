/** Orders in which something waits, by when it is due: late facts for their time, deductions for their purchase. */
import { ByEnd, type Ending } from '../window/by-end';
import { dueAt, type Ledger } from './ledger/ledger';
import type { LateFact } from './state';

/** What is in memory of an order: while something of it waits, and while a batch has to do with it. */
export interface Remembered {
  readonly orderId: string;
  ledger: Ledger | undefined;
  late: readonly LateFact[];
  /** Whether the store has it. */
  known: boolean;
  /** Whether this batch has to do with it, whether it has changed it, and whether it stays behind it. */
  inHand: boolean;
  touched: boolean;
  stays: boolean;
  due: Due | undefined;
}

/** An order in which something is due; queued by when. */
export interface Due extends Ending {
  readonly order: Remembered;
}

/**
 * A late fact goes out once time has passed that of its topic, behind all of that very time: until then another topic may
 * bring what goes first.
 */
export const dueAfter = ({ at }: LateFact): number => at + 1;

export class DueOrders {
  private readonly byEnd = new ByEnd<Due>();

  /** The one in which something is due first; it stays. `end` is when. */
  first(): Due | undefined {
    return this.byEnd.first();
  }

  /** Queues the order by what is due next in it. */
  queue(order: Remembered): void {
    if (order.due === undefined && order.late.length === 0 && !order.ledger?.held.length) return;
    const ofHeld = order.ledger === undefined ? undefined : dueAt(order.ledger);
    const ofLate = order.late[0] && dueAfter(order.late[0]);
    const end = ofHeld === undefined || ofLate === undefined ? (ofHeld ?? ofLate) : Math.min(ofHeld, ofLate);
    if (end !== undefined && order.due !== undefined && end >= order.due.queuedEnd) {
      order.due.end = end;
      return;
    }
    if (order.due !== undefined) this.byEnd.remove(order.due);
    order.due = end === undefined ? undefined : { key: order.orderId, end, queuedEnd: end, open: true, order };
    if (order.due !== undefined) this.byEnd.push(order.due);
  }
}
