/** The lines of an order, in the smallest units of its currency, and the items that facts make of them. */
import { type Currency, type Product, priceOf, products } from './catalogue';
import type { FactItem } from './fact';
import type { Random } from './random';

export interface Line {
  readonly product: Product;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number;
  readonly discount: number;
  /** Units not yet given back. */
  left: number;
}

/** 1 to 5, few more often than many. */
export const itemCount = (random: Random): number => 1 + Math.min(random.below(5), random.below(5));

export const line = (random: Random, currency: Currency): Line => {
  const product = random.pick(products);
  const price = priceOf(product, currency);
  const quantity = random.chance(75) ? 1 : random.between(2, 4);
  const discount = random.chance(15) ? Math.floor((price * quantity) / 5) : 0;
  const sku = product.skus.length > 0 ? random.pick(product.skus) : null;
  return { product, sku, price, quantity, discount, left: quantity };
};

/** What the line costs. */
export const whole = ({ price, quantity, discount }: Line): number => price * quantity - discount;

export const item = (
  { product, sku, price, discount }: Line,
  quantity: number,
  subtotal: number,
  { unit }: Currency,
  bought: boolean,
): FactItem => ({
  product_id: product.id,
  sku,
  price: price * unit,
  quantity,
  discount: bought && discount > 0 ? discount * unit : null,
  // Where it follows from the rest, producers leave it out as often as not.
  subtotal: bought && discount === 0 && quantity === 1 ? null : subtotal * unit,
});
