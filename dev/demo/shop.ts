/**
 * A shop whose books are right: customers buy, and of what was bought some comes back, is refunded or is cancelled, never
 * more than there is. Amounts are counted in the smallest units of the currency (cents, yen) until they leave.
 */
import {
  addressIn,
  type Buyer,
  type Currency,
  couponPercent,
  coupons,
  currencies,
  makeBuyers,
  type Product,
  priceOf,
  products,
} from './catalogue';
import type { FactItem, FactType, FactValue, SampleFact } from './fact';
import type { Random } from './random';

const buyersCount = 500;
/** Orders that may still be given back; older ones are forgotten. */
const openOrdersMax = 2_000;
/** Of 100 facts, so many are purchases while there are orders to give back. */
const purchasePercent = 68;

interface OpenOrder {
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
}

interface Line {
  readonly product: Product;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number;
  readonly discount: number;
  /** Units not yet given back. */
  left: number;
}

/** A fact about to happen; nothing is in the books until `enter`. */
export interface Planned extends SampleFact {
  /** Puts it in the books: what follows counts on it. */
  readonly enter: () => void;
}

export class Shop {
  private readonly buyers: readonly Buyer[];
  private readonly open: OpenOrder[] = [];
  private ordersMade = 0;

  /** @param prefix Of order ids. */
  constructor(
    private readonly random: Random,
    private readonly prefix: string,
  ) {
    this.buyers = makeBuyers(random, buyersCount);
  }

  /** What happens next. @param number Ends the fact's id. @param now Epoch ms; it happened a moment before. */
  plan(number: number, now: number): Planned {
    const { random } = this;
    if (this.open.length === 0 || random.chance(purchasePercent)) return this.purchase(number, now);
    const at = random.below(this.open.length);
    const order = this.open[at] as OpenOrder;
    const what = random.below(100);
    if (Math.min(order.total, order.subtotal) < 1) return this.cancel(order, at, number, now);
    if (what < 35) return this.giveBack('OrderReturned', order, number, now);
    if (what < 50) return this.giveBack('OrderRefunded', order, number, now);
    if (what < 78) return this.refund(order, number, now);
    return this.cancel(order, at, number, now);
  }

  /** An order nobody knows of before; the books know it once it is entered. */
  purchase(number: number, now: number): Planned {
    const { random } = this;
    const currency = random.pick(currencies);
    const buyer = random.pick(this.buyers);
    const lines = Array.from({ length: itemCount(random) }, () => line(random, currency));
    const subtotal = lines.reduce((sum, one) => sum + whole(one), 0);
    const coupon = random.chance(20) ? random.pick(coupons) : null;
    const discount = coupon === null ? 0 : Math.floor((subtotal * couponPercent) / 100);
    const tax = Math.round(((subtotal - discount) * currency.taxPercent) / 100);
    const shipping = subtotal > 50 * currency.perEuro || random.chance(20) ? 0 : Math.round(4.9 * currency.perEuro);
    const total = subtotal - discount + tax + shipping;
    const occurredAt = now - random.below(400);
    const order: OpenOrder = {
      id: `${this.prefix}${100_000 + ++this.ordersMade}`,
      buyer,
      currency,
      lines,
      total,
      subtotal,
      tax,
      shipping,
      bought: { subtotal, discount, tax },
      newest: occurredAt,
    };
    const address = random.chance(60) ? addressIn(random, currency) : null;
    const value: FactValue = {
      ...this.common('OrderPlaced', order, number, occurredAt),
      total: total * currency.unit,
      subtotal: subtotal * currency.unit,
      discount: coupon === null ? null : discount * currency.unit,
      tax: tax * currency.unit,
      shipping: random.chance(90) || shipping > 0 ? shipping * currency.unit : null,
      coupon_code: coupon,
      bill_address: address,
      ship_address: address !== null && random.chance(25) ? addressIn(random, currency) : address,
      items: lines.map(one => item(one, one.quantity, whole(one), currency, true)),
      attributes: random.chance(50) ? attributes(random) : {},
    };
    return { type: 'OrderPlaced', value, enter: () => this.remember(order) };
  }

  /** Some units of one line, with their share of discount and tax. A refund with goods back is a return to ODP. */
  private giveBack(type: 'OrderReturned' | 'OrderRefunded', order: OpenOrder, number: number, now: number): Planned {
    const { random } = this;
    const lines = order.lines.filter(({ left }) => left > 0);
    if (lines.length === 0) return this.refund(order, number, now);
    const one = random.pick(lines);
    const units = random.between(1, one.left);
    const { bought } = order;
    const subtotal = Math.min(Math.floor((whole(one) * units) / one.quantity), order.subtotal);
    const share = bought.subtotal === 0 ? 0 : subtotal / bought.subtotal;
    const tax = Math.min(Math.floor(bought.tax * share), order.tax);
    const total = Math.min(subtotal - Math.ceil(bought.discount * share) + tax, order.total);
    if (total <= 0) return this.refund(order, number, now);
    const value: FactValue = {
      ...this.deduction(type, order, number, now, total, subtotal, tax, null),
      items: [item(one, units, subtotal, order.currency, false)],
      ...(type === 'OrderRefunded' && { inventory_returned: true }),
    };
    return {
      type,
      value,
      enter: () => {
        one.left -= units;
        deduct(order, value.occurred_at, total, subtotal, tax, 0);
      },
    };
  }

  /** Money for a late parcel or a scratch: a part of what is left, nothing came back. */
  private refund(order: OpenOrder, number: number, now: number): Planned {
    const most = Math.min(order.total, order.subtotal);
    const amount = Math.max(1, Math.floor((most * this.random.between(5, 30)) / 100));
    const value: FactValue = {
      ...this.deduction('OrderRefunded', order, number, now, amount, amount, null, null),
      inventory_returned: false,
    };
    return {
      type: 'OrderRefunded',
      value,
      enter: () => deduct(order, value.occurred_at, amount, amount, 0, 0),
    };
  }

  /** All that is left. */
  private cancel(order: OpenOrder, at: number, number: number, now: number): Planned {
    const { total, subtotal, tax, shipping, currency } = order;
    const value: FactValue = {
      ...this.deduction('OrderCancelled', order, number, now, total, subtotal, tax, shipping),
      items: order.lines
        .filter(({ left }) => left > 0)
        .map(one => item(one, one.left, Math.floor((whole(one) * one.left) / one.quantity), currency, false)),
    };
    return { type: 'OrderCancelled', value, enter: () => this.forget(at) };
  }

  private deduction(
    type: FactType,
    order: OpenOrder,
    number: number,
    now: number,
    total: number,
    subtotal: number,
    tax: number | null,
    shipping: number | null,
  ): FactValue {
    const { unit } = order.currency;
    // After everything that happened to the order before.
    const occurredAt = Math.max(order.newest + 1, now - this.random.below(400));
    return {
      ...this.common(type, order, number, occurredAt),
      total: total * unit,
      subtotal: subtotal * unit,
      tax: tax === null ? null : tax * unit,
      shipping: shipping === null ? null : shipping * unit,
    };
  }

  private common(type: FactType, { id, buyer, currency }: OpenOrder, number: number, occurredAt: number): FactValue {
    return {
      event_id: `${id}.${verbs[type]}.${number}`,
      order_id: id,
      occurred_at: occurredAt,
      customer: buyer.customer,
      currency: currency.code,
      total: 0,
      subtotal: null,
      discount: null,
      tax: null,
      shipping: null,
      coupon_code: null,
      first_name: buyer.firstName,
      last_name: null,
      name: null,
      email: null,
      phone: null,
      bill_address: null,
      ship_address: null,
      items: [],
      attributes: {},
    };
  }

  private remember(order: OpenOrder): void {
    if (this.open.length < openOrdersMax) this.open.push(order);
    else this.open[this.random.below(openOrdersMax)] = order;
  }

  private forget(at: number): void {
    const last = this.open.pop();
    if (last !== undefined && at < this.open.length) this.open[at] = last;
  }
}

const verbs: Record<FactType, string> = {
  OrderPlaced: 'placed',
  OrderReturned: 'returned',
  OrderRefunded: 'refunded',
  OrderCancelled: 'cancelled',
};

const deduct = (
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

/** 1 to 5, few more often than many. */
const itemCount = (random: Random): number => 1 + Math.min(random.below(5), random.below(5));

const line = (random: Random, currency: Currency): Line => {
  const product = random.pick(products);
  const price = priceOf(product, currency);
  const quantity = random.chance(75) ? 1 : random.between(2, 4);
  const discount = random.chance(15) ? Math.floor((price * quantity) / 5) : 0;
  const sku = product.skus.length > 0 ? random.pick(product.skus) : null;
  return { product, sku, price, quantity, discount, left: quantity };
};

/** What the line costs. */
const whole = ({ price, quantity, discount }: Line): number => price * quantity - discount;

const item = (
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

const channels = ['web', 'app', 'store'] as const;

const attributes = (random: Random): FactValue['attributes'] => ({
  channel: random.pick(channels),
  gift: random.chance(10),
  ...(random.chance(30) && { loyalty_points: BigInt(random.below(50_000)) }),
  ...(random.chance(20) && { weight_kg: random.between(1, 400) / 10 }),
});
