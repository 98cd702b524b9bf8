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
  /** Late facts that were due by then stand behind a window of the order, until one closes. */
  behindUntil: number;
  /** When something is due next, and when the first was that stands behind a window. */
  due: Due | undefined;
  behind: Due | undefined;
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
  private readonly behind = new ByEnd<Due>();

  /** The one in which something is due first, but for what stands behind a window; it stays. `end` is when. */
  first(): Due | undefined {
    return this.byEnd.first();
  }

  /** As `first`, with what stands behind a window: it was due before all others. */
  oldest(): Due | undefined {
    return this.behind.first() ?? this.byEnd.first();
  }

  /** Queues the order by what is due next in it. */
  queue(order: Remembered): void {
    const { ledger, late, due, behind, behindUntil } = order;
    if (due === undefined && behind === undefined && late.length === 0 && !ledger?.held.length) return;
    const ofHeld = ledger === undefined ? undefined : dueAt(ledger);
    const next = late.find(one => dueAfter(one) > behindUntil);
    const ofLate = next && dueAfter(next);
    const end = ofHeld === undefined || ofLate === undefined ? (ofHeld ?? ofLate) : Math.min(ofHeld, ofLate);
    order.due = placed(this.byEnd, order, due, end);
    const [first] = late;
    order.behind = placed(this.behind, order, behind, first !== next ? first && dueAfter(first) : undefined);
  }
}

/** The order's place in a queue; by no end it has none. */
const placed = (queue: ByEnd<Due>, order: Remembered, due: Due | undefined, end: number | undefined) => {
  if (end !== undefined && due !== undefined && end >= due.queuedEnd) {
    due.end = end;
    return due;
  }
  if (due !== undefined) queue.remove(due);
  if (end === undefined) return undefined;
  const place = { key: order.orderId, end, queuedEnd: end, open: true, order };
  queue.push(place);
  return place;
};
