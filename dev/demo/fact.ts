/**
 * A fact as the shop's producer hands it to the Avro encoder: the values of schemas/commerce/*.avsc, amounts in whole
 * ten-thousandths. Writable, as some are spoiled before they are sent.
 */
import type { Address, Customer } from './catalogue';
import type { Action } from './expected';

export type FactType = 'OrderPlaced' | 'OrderReturned' | 'OrderRefunded' | 'OrderCancelled';

export interface SampleFact {
  type: FactType;
  value: FactValue;
}

export interface FactValue {
  /** Empty until it is given a number. */
  event_id: string;
  order_id: string;
  /** Epoch ms. */
  occurred_at: number;
  customer: Customer;
  currency: string;
  /** Null on a cancel that leaves it to the ledger. */
  total: number | string | null;
  subtotal: number | null;
  discount: number | null;
  tax: number | null;
  shipping: number | null;
  coupon_code: string | null;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  bill_address: Address | null;
  ship_address: Address | null;
  items: readonly FactItem[];
  attributes: Readonly<Record<string, string | bigint | number | boolean>>;
  /** Of a refund only. */
  inventory_returned?: boolean;
}

/** Of who tells nothing of them. */
export const noDetails = {
  coupon_code: null,
  first_name: null,
  last_name: null,
  name: null,
  email: null,
  phone: null,
  bill_address: null,
  ship_address: null,
} as const;

/** What ODP calls it: a refund with goods back is a return there. */
export const actionOf = ({ type, value }: SampleFact): Action => {
  switch (type) {
    case 'OrderPlaced':
      return 'purchase';
    case 'OrderReturned':
      return 'return';
    case 'OrderRefunded':
      return value.inventory_returned ? 'return' : 'refund';
    case 'OrderCancelled':
      return 'cancel';
  }
};

/** Its number ends its id. */
export const factId = ({ type, value }: SampleFact, number: number): string =>
  `${value.order_id}.${verbs[type]}.${number}`;

const verbs: Record<FactType, string> = {
  OrderPlaced: 'placed',
  OrderReturned: 'returned',
  OrderRefunded: 'refunded',
  OrderCancelled: 'cancelled',
};

export interface FactItem {
  readonly product_id: string;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number;
  readonly discount: number | null;
  readonly subtotal: number | null;
}
