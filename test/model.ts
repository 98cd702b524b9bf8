/**
 * The reference model of what ODP does with order events, from the vendor's documentation and nothing of ours: everything
 * adds up, in any order. Amounts are whole ten-thousandths in bigints, read from the JSON number's text.
 */

export interface ModelOrder {
  total: bigint;
  subtotal: bigint;
  tax: bigint | undefined;
  shipping: bigint | undefined;
  /** Whether the order is in the life-cycle count. */
  counts: boolean;
}

/** Not documented: whether a purchase adds to what is stored, or sets it. */
export type PurchaseRule = 'add' | 'set';

interface Body {
  readonly type: string;
  readonly action: string;
  readonly identifiers: Record<string, string>;
  readonly data: { readonly order: { readonly order_id: string; readonly [field: string]: unknown } };
}

export class OdpModel {
  readonly orders = new Map<string, ModelOrder>();

  constructor(private readonly purchaseRule: PurchaseRule) {}

  /** Takes one event as JSON text, as it would come over HTTP. */
  take(json: string): void {
    const { type, action, identifiers, data } = JSON.parse(json) as Body;
    if (type !== 'order') throw new Error(`Not an order event: ${type}`);
    if (Object.keys(identifiers).length === 0) throw new Error('No identifier');
    const { order_id, total, subtotal, tax, shipping } = data.order;
    const order = this.orders.get(order_id) ?? {
      total: 0n,
      subtotal: 0n,
      tax: undefined,
      shipping: undefined,
      counts: true,
    };
    this.orders.set(order_id, order);
    if (action === 'purchase') {
      const before = this.purchaseRule === 'add' ? order : { total: 0n, subtotal: 0n };
      order.total = before.total + tenThousandths(total);
      order.subtotal = before.subtotal + tenThousandths(subtotal);
    } else if (action === 'return' || action === 'refund' || action === 'cancel') {
      order.total -= absolute(tenThousandths(total));
      order.subtotal -= absolute(tenThousandths(subtotal));
      if (action === 'cancel') order.counts = false;
    } else throw new Error(`Not an action: ${action}`);
    if (tax !== undefined) order.tax = tenThousandths(tax);
    if (shipping !== undefined) order.shipping = tenThousandths(shipping);
  }
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Exact: by the digits of the number's text. Absent is nothing added. */
const tenThousandths = (value: unknown): bigint => {
  if (value === undefined) return 0n;
  const [, sign, whole, places = ''] = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(String(value)) ?? [];
  if (typeof value !== 'number' || whole === undefined) throw new Error(`Not an amount: ${String(value)}`);
  const digits = BigInt(whole + places.padEnd(4, '0'));
  return sign === '-' ? -digits : digits;
};
