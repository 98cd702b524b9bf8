/** Purchase: creates the order at ODP and sets what it costs. Everything goes out as the producer gave it. */
import type { OrderEvent } from '../../schemas/types';
import type { Fact } from './fact';
import type { OrderSettings } from './settings';
import { eventOf } from './shape';

export const purchase = (fact: Fact, settings: OrderSettings): OrderEvent =>
  eventOf('purchase', fact, settings, {
    total: fact.total,
    subtotal: fact.subtotal,
    discount: fact.discount,
    tax: fact.tax,
    shipping: fact.shipping,
  });
