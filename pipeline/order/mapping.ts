/** Their record → our fact, by the record's full name. A mapping says how for a foreign schema; our own need none. */
import type { OrderCancelled, OrderPlaced, OrderRefunded, OrderReturned } from '../../schemas/types';
import { Rejection } from '../failure';

/** A value read with its schema, before it is known what it means. */
export interface Decoded {
  /** Full name of the record in our reader schema or in the producer's, such as `commerce.orders.OrderPlaced`. */
  readonly type: string;
  readonly value: object;
}

/** What happened to an order, in our schema. */
export type Fact =
  | { readonly kind: 'placed'; readonly fact: OrderPlaced }
  | { readonly kind: 'returned'; readonly fact: OrderReturned }
  | { readonly kind: 'refunded'; readonly fact: OrderRefunded }
  | { readonly kind: 'cancelled'; readonly fact: OrderCancelled };

/** How a record of a foreign schema becomes a fact. Throwing is `step_failed`, a `Rejection` says better why. */
export type Mapping = (value: object) => Fact | Rejection;

/** By record full name. */
export type Mappings = ReadonlyMap<string, Mapping>;
