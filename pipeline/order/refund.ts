/**
 * Refund: money was issued and nothing came back. ODP subtracts the amounts of `total` and `subtotal`, here positive as in
 * the vendor's examples; a partial refund needs no items.
 */
import type { OrderEvent } from '../../schemas/types';
import type { Fact } from './fact';
import type { OrderSettings } from './settings';
import { deduction, eventOf } from './shape';

export const refund = (fact: Fact, settings: OrderSettings): OrderEvent =>
  eventOf('refund', fact, settings, deduction(fact.total, fact.subtotal));
