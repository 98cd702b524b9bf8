/**
 * Order event → the object ODP's REST API takes at `POST /events`: `ts` in whole seconds, amounts as JSON numbers (the only
 * place where money becomes one), and nothing that is not known, as null or blank could clear a field.
 */
import type { EventItem, OrderEvent } from '../../schemas/types';
import { type Money, toJsonNumber } from './money';

/** What this installation calls itself at ODP; null leaves it out. */
export interface BodySettings {
  readonly dataSourceType: string | null;
  readonly dataSource: string | null;
}

export interface OdpBody {
  readonly type: 'order';
  readonly action: OrderEvent['action'];
  readonly identifiers: Readonly<Record<string, string>>;
  readonly data: {
    /** Epoch seconds. */
    readonly ts: number;
    readonly idempotence_id: string;
    readonly data_source_type?: string;
    readonly data_source?: string;
    readonly order: { readonly order_id: string; readonly [field: string]: OdpValue };
  };
}

/** A bigint only where a number would not be exact. */
export type OdpValue = string | number | bigint | boolean | readonly OdpItem[];
export type OdpItem = Readonly<Record<string, string | number>>;

export const toOdpBody = (event: OrderEvent, settings: BodySettings): OdpBody => {
  const order: { order_id: string; [field: string]: OdpValue } = { order_id: event.order_id };
  set(order, 'total', amount(event.total));
  set(order, 'subtotal', amount(event.subtotal));
  set(order, 'discount', amount(event.discount));
  set(order, 'tax', amount(event.tax));
  set(order, 'shipping', amount(event.shipping));
  set(order, 'coupon_code', event.coupon_code);
  set(order, 'first_name', event.first_name);
  set(order, 'last_name', event.last_name);
  set(order, 'name', event.name);
  set(order, 'email', event.email);
  set(order, 'phone', event.phone);
  set(order, 'bill_address', event.bill_address);
  set(order, 'ship_address', event.ship_address);
  for (const name in event.custom_fields) {
    const value = event.custom_fields[name] as string | bigint | number | boolean;
    order[name] = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (event.items.length > 0) order.items = event.items.map(toOdpItem);
  return {
    type: 'order',
    action: event.action,
    identifiers: event.identifiers,
    data: {
      ts: Math.floor(event.occurred_at / 1000),
      idempotence_id: event.idempotence_id,
      ...(settings.dataSourceType !== null && { data_source_type: settings.dataSourceType }),
      ...(settings.dataSource !== null && { data_source: settings.dataSource }),
      order,
    },
  };
};

const toOdpItem = (item: EventItem): OdpItem => {
  const result: Record<string, string | number> = { product_id: item.product_id };
  set(result, 'sku', item.sku);
  set(result, 'price', amount(item.price));
  result.quantity = item.quantity;
  set(result, 'discount', amount(item.discount));
  set(result, 'subtotal', amount(item.subtotal));
  return result;
};

const set = <T>(target: Record<string, T>, field: string, value: T | null): void => {
  if (value !== null) target[field] = value;
};

// An event's amounts have been money since `toFact`.
const amount = (value: number | null): number | null => (value === null ? null : toJsonNumber(value as Money));

/** The body as JSON text, exact also for whole numbers beyond 2^53, which a JSON number may be and a double may not. */
export const bodyJson = (event: OrderEvent, settings: BodySettings): string => {
  const body = toOdpBody(event, settings);
  for (const name in body.data.order) if (typeof body.data.order[name] === 'bigint') return write(body);
  return JSON.stringify(body);
};

/** As JSON.stringify, and bigints as their digits. Bodies hold neither undefined nor null. */
const write = (value: unknown): string => {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.entries(value as object)
    .map(([name, field]) => `${JSON.stringify(name)}:${write(field)}`)
    .join(',')}}`;
};
