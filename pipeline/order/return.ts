/** Return: goods came back, with or without money paid. ODP subtracts the amounts, here negative as in its examples. */
import type { OrderEvent } from '../../schemas/types';
import type { Fact } from './fact';
import { negative } from './money';
import type { OrderSettings } from './settings';
import { deduction, eventOf } from './shape';

export const returned = (fact: Fact, settings: OrderSettings): OrderEvent =>
  eventOf('return', fact, settings, deduction(negative(fact.total), fact.subtotal && negative(fact.subtotal)));
