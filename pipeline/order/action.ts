/** What a fact is to ODP. */
import type { OrderEvent } from '../../schemas/types';
import type { Fact } from './fact';

export type Action = OrderEvent['action'];

export const actionOf = ({ kind, inventoryReturned }: Fact): Action => {
  switch (kind) {
    case 'placed':
      return 'purchase';
    case 'returned':
      return 'return';
    case 'refunded':
      // ODP asks for a return when goods came back, also when money was paid.
      return inventoryReturned ? 'return' : 'refund';
    case 'cancelled':
      return 'cancel';
  }
};
