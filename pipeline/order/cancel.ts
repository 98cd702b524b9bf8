/**
 * Cancel: takes the order out of ODP's life-cycle count (its purchase stays visible) and subtracts the amounts, here
 * negative as in the vendor's examples.
 */
import type { OrderEvent } from '../../schemas/types';
import type { Fact } from './fact';
import { negative } from './money';
import type { OrderSettings } from './settings';
import { deduction, eventOf } from './shape';

export const cancel = (fact: Fact, settings: OrderSettings): OrderEvent =>
  eventOf('cancel', fact, settings, deduction(negative(fact.total), fact.subtotal && negative(fact.subtotal)));
