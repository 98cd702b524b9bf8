/**
 * Fact → the ODP order event it is, amounts signed as on ODP's wire. What each action means is in its own file. The
 * numbers are whole ten-thousandths; ODP's JSON is made of them in body.ts.
 */
import type { OrderEvent } from '../../schemas/types';
import { cancel } from './cancel';
import type { Fact } from './fact';
import { purchase } from './purchase';
import { refund } from './refund';
import { returned } from './return';
import type { OrderSettings } from './settings';

export const toEvent =
  (settings: OrderSettings) =>
  (fact: Fact): OrderEvent => {
    switch (fact.kind) {
      case 'placed':
        return purchase(fact, settings);
      case 'returned':
        return returned(fact, settings);
      case 'refunded':
        // ODP asks for a return when goods came back, also when money was paid.
        return fact.inventoryReturned ? returned(fact, settings) : refund(fact, settings);
      case 'cancelled':
        return cancel(fact, settings);
    }
  };
