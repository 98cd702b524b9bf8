/** What the ledger decides about a fact. Every fact given to it comes out as exactly one of these, a held one once more. */
import type { Entry } from '../../batch';
import { type FailureCode, Rejection } from '../../failure';
import type { Action } from '../action';
import type { Fact } from '../fact';
import type { Money } from '../money';
import { shownId } from '../text';
import type { Amounts, Sums } from './amounts';
import type { Purchase } from './ledger';

export type Decision = Emit | Duplicate | Hold | Refusal;

/** Make an event of the fact. */
export interface Emit {
  readonly kind: 'emit';
  readonly entry: Entry<Fact>;
  readonly emission: Emission;
}

/** Seen before: count it. */
export interface Duplicate {
  readonly kind: 'duplicate';
  readonly entry: Entry<Fact>;
}

/** Waits for its purchase; the ledger keeps it. */
export interface Hold {
  readonly kind: 'hold';
  readonly entry: Entry<Fact>;
  /** Stream time, epoch ms. */
  readonly until: number;
}

/** Becomes a failure of stage `ledger`. The ledger does not know the fact afterwards, so that it can be redriven. */
export interface Refusal {
  readonly kind: 'failure';
  readonly entry: Entry<Fact>;
  readonly rejection: Rejection;
}

export interface Emission {
  /** As the fact says, but for a correction downwards, which goes out as a refund. */
  readonly action: Action;
  /**
   * In place of the fact's own, unsigned. `total` and `subtotal` as ODP adds or subtracts them; `tax` and `shipping` as ODP
   * overwrites with them: what remains of the order's. Null goes out as nothing.
   */
  readonly amounts: Amounts;
  readonly warnings: readonly Warning[];
  /** What a purchase that sets does to revenue, where that is not its total. */
  readonly effect?: Money;
  /** What is bought and given back once it is out, for the ledger. */
  readonly purchase: Purchase | null;
  readonly given: Sums;
}

export type Warning =
  /** More was given back than was bought, and by setting it went out all the same. */
  | 'over_deduction'
  /** A cancel gave back more than was left; it was cut. */
  | 'cut_to_what_is_left'
  /** More tax or shipping was given back than was paid; what remains is zero. */
  | 'remainder_below_zero'
  /** Its deductions went out before this purchase. */
  | 'late_purchase'
  /** Corrects an earlier purchase: its amounts are not the order's. */
  | 'purchase_corrected';

export const NO_WARNINGS: readonly Warning[] = [];

const VERBS = { placed: 'place', returned: 'return from', refunded: 'refund', cancelled: 'cancel' } as const;

/** `why` makes the message "Cannot refund order "A7" as `why`". */
export const refusal = (code: FailureCode, { kind, orderId }: Fact, why: string): Rejection =>
  new Rejection(code, `Cannot ${VERBS[kind]} order ${shownId(orderId)} as ${why}`, orderId);
