/**
 * A shop whose books are right: customers buy, and of what was bought some comes back, is refunded or is cancelled, never
 * more than there is. Amounts are counted in the smallest units of the currency (cents, yen) until they leave.
 */
import { addressIn, type Buyer, couponPercent, coupons, currencies, makeBuyers } from './catalogue';
import type { FactValue, SampleFact } from './fact';
import { item, itemCount, line, whole } from './line';
import { deduct, leftOf, type OpenOrder } from './order';
import type { Random } from './random';

const buyersCount = 500;
/** Orders that may still be given back; older ones are forgotten. */
const openOrdersMax = 2_000;
/** Of 100 facts, so many are purchases while there are orders to give back. */
const purchasePercent = 68;

/** A fact about to happen; nothing is in the books until `enter`. */
export interface Planned extends SampleFact {
  readonly order: OpenOrder;
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

  /** What happens next. @param now Epoch ms; it happened a moment before. */
  plan(now: number): Planned {
    const { random } = this;
    if (this.open.length === 0 || random.chance(purchasePercent)) return this.purchase(now);
    const order = random.pick(this.open);
    const what = random.below(100);
    if (leftOf(order) < 1) return this.cancel(order, now);
    if (what < 35) return this.giveBack('OrderReturned', order, now);
    if (what < 50) return this.giveBack('OrderRefunded', order, now);
    if (what < 78) return this.refund(order, now);
    return this.cancel(order, now);
  }

  /** An order of which something is left and nothing happened since `newestMax` (epoch ms); undefined where none is found. */
  pick(newestMax = Number.POSITIVE_INFINITY): OpenOrder | undefined {
    for (let tries = 0; tries < 5 && this.open.length > 0; tries++) {
      const order = this.random.pick(this.open);
      if (leftOf(order) >= 1 && order.newest <= newestMax) return order;
    }
    return undefined;
  }

  /** An order nobody knows of before; the books know it once it is entered. */
  purchase(now: number): Planned {
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
      placed: undefined,
    };
    const address = random.chance(60) ? addressIn(random, currency) : null;
    const value: FactValue = {
      ...this.common(order, occurredAt),
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
    order.placed = value;
    return { type: 'OrderPlaced', value, order, enter: () => this.remember(order) };
  }

  /** Some units of one line, with their share of discount and tax. A refund with goods back is a return to ODP. */
  giveBack(type: 'OrderReturned' | 'OrderRefunded', order: OpenOrder, now: number): Planned {
    const { random } = this;
    const lines = order.lines.filter(({ left }) => left > 0);
    if (lines.length === 0) return this.refund(order, now);
    const one = random.pick(lines);
    const units = random.between(1, one.left);
    const { bought } = order;
    const subtotal = Math.min(Math.floor((whole(one) * units) / one.quantity), order.subtotal);
    const share = bought.subtotal === 0 ? 0 : subtotal / bought.subtotal;
    const tax = Math.min(Math.floor(bought.tax * share), order.tax);
    const total = Math.min(subtotal - Math.ceil(bought.discount * share) + tax, order.total);
    if (total <= 0) return this.refund(order, now);
    const value: FactValue = {
      ...this.deduction(order, now, total, subtotal, tax, null),
      items: [item(one, units, subtotal, order.currency, false)],
      ...(type === 'OrderRefunded' && { inventory_returned: true }),
    };
    return {
      type,
      value,
      order,
      enter: () => {
        one.left -= units;
        deduct(order, value.occurred_at, total, subtotal, tax, 0);
      },
    };
  }

  /** Money for a late parcel or a scratch: a part of what is left, nothing came back. */
  refund(order: OpenOrder, now: number): Planned {
    const amount = Math.max(1, Math.floor((leftOf(order) * this.random.between(5, 30)) / 100));
    const value: FactValue = {
      ...this.deduction(order, now, amount, amount, null, null),
      inventory_returned: false,
    };
    return {
      type: 'OrderRefunded',
      value,
      order,
      enter: () => deduct(order, value.occurred_at, amount, amount, 0, 0),
    };
  }

  /** All that is left. */
  cancel(order: OpenOrder, now: number): Planned {
    const { total, subtotal, tax, shipping, currency } = order;
    const value: FactValue = {
      ...this.deduction(order, now, total, subtotal, tax, shipping),
      items: order.lines
        .filter(({ left }) => left > 0)
        .map(one => item(one, one.left, Math.floor((whole(one) * one.left) / one.quantity), currency, false)),
    };
    return { type: 'OrderCancelled', value, order, enter: () => this.forget(order) };
  }

  private deduction(
    order: OpenOrder,
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
      ...this.common(order, occurredAt),
      total: total * unit,
      subtotal: subtotal * unit,
      tax: tax === null ? null : tax * unit,
      shipping: shipping === null ? null : shipping * unit,
    };
  }

  private common({ id, buyer, currency }: OpenOrder, occurredAt: number): FactValue {
    return {
      event_id: '',
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

  private forget(order: OpenOrder): void {
    const at = this.open.indexOf(order);
    if (at < 0) return; // it was among the older ones
    const last = this.open.pop();
    if (last !== undefined && at < this.open.length) this.open[at] = last;
  }
}

const channels = ['web', 'app', 'store'] as const;

const attributes = (random: Random): FactValue['attributes'] => ({
  channel: random.pick(channels),
  gift: random.chance(10),
  ...(random.chance(30) && { loyalty_points: BigInt(random.below(50_000)) }),
  ...(random.chance(20) && { weight_kg: random.between(1, 400) / 10 }),
});
