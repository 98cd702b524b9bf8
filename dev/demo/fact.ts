/**
 * A fact as the shop's producer hands it to the Avro encoder: the values of schemas/commerce/*.avsc, amounts in whole
 * ten-thousandths. Writable, as some are spoiled before they are sent.
 */
import type { Address, Customer } from './catalogue';

export type FactType = 'OrderPlaced' | 'OrderReturned' | 'OrderRefunded' | 'OrderCancelled';

export interface SampleFact {
  type: FactType;
  value: FactValue;
}

export interface FactValue {
  event_id: string;
  order_id: string;
  /** Epoch ms. */
  occurred_at: number;
  customer: Customer;
  currency: string;
  total: number | string;
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

export interface FactItem {
  readonly product_id: string;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number;
  readonly discount: number | null;
  readonly subtotal: number | null;
}
