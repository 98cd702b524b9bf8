/** An order as the shop's books have it: what was bought, and what is left of it. */
import type { Buyer, Currency } from './catalogue';
import type { FactValue } from './fact';
import type { Line } from './line';

export interface OpenOrder {
  readonly id: string;
  readonly buyer: Buyer;
  readonly currency: Currency;
  readonly lines: readonly Line[];
  /** What is left of it. */
  total: number;
  subtotal: number;
  tax: number;
  shipping: number;
  /** What was bought: shares of returned goods are reckoned by it, rounded down, so that their sum never passes it. */
  readonly bought: { readonly subtotal: number; readonly discount: number; readonly tax: number };
  /** Epoch ms of its newest fact. */
  newest: number;
  /** What it was placed with. */
  placed: FactValue | undefined;
}

/** What can be given back without either amount going below zero. */
export const leftOf = ({ total, subtotal }: OpenOrder): number => Math.min(total, subtotal);

export const deduct = (
  order: OpenOrder,
  occurredAt: number,
  total: number,
  subtotal: number,
  tax: number,
  shipping: number,
): void => {
  order.total -= total;
  order.subtotal -= subtotal;
  order.tax -= tax;
  order.shipping -= shipping;
  order.newest = occurredAt;
};
