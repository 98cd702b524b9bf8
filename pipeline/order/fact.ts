/**
 * What happened to an order, checked: everything ODP would refuse or drop silently has been found before a `Fact` exists.
 * Amounts of a deduction are what is given back, without their sign.
 */
import type { SourceRecord } from '../batch';
import type { Rejection } from '../failure';
import { type CustomField, readCustomFields } from './custom-fields';
import { readAddress, readIdentifiers } from './customer';
import { type Money, subtract, times, zero } from './money';
import { found, type Reading } from './reading';
import type { OrderSettings } from './settings';

export type FactKind = 'placed' | 'returned' | 'refunded' | 'cancelled';

export interface Fact {
  readonly kind: FactKind;
  /** Identity of the fact, from a business key. */
  readonly eventId: string;
  /** Byte for byte as its producer wrote it. */
  readonly orderId: string;
  /** Epoch ms. */
  readonly occurredAt: number;
  /** By name; at least one, none blank. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** ISO 4217. */
  readonly currency: string;
  /** Null of a cancel that leaves its amounts to the ledger: what is left is cancelled. Else always known. */
  readonly total: Money | null;
  /** Null where a placed order does not say, and of a cancel without total; else always known. */
  readonly subtotal: Money | null;
  readonly discount: Money | null;
  readonly tax: Money | null;
  readonly shipping: Money | null;
  /** Null where unknown: this and the other texts. */
  readonly couponCode: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  /** One line. */
  readonly billAddress: string | null;
  readonly shipAddress: string | null;
  readonly items: readonly FactItem[];
  /** Become custom fields of the order. */
  readonly attributes: Readonly<Record<string, CustomField>>;
  /** Of a refund: the goods came back too. */
  readonly inventoryReturned: boolean;
}

export interface FactItem {
  readonly productId: string;
  readonly sku: string | null;
  /** Of one unit. */
  readonly price: Money;
  /** At least 1. */
  readonly quantity: number;
  /** Of the line. */
  readonly discount: Money | null;
  /** Of the line; price × quantity − discount where the producer did not say. */
  readonly subtotal: Money;
}

/** A record of one of our four schemas as it may come from a mapping or from people: nothing about it is certain. */
export type Unchecked = { readonly [field: string]: unknown };

/** The fact of a record, or the first reason why there is none. */
export const readFact = (
  kind: FactKind,
  record: Unchecked,
  source: SourceRecord,
  settings: OrderSettings,
  reading: Reading,
): Fact | Rejection => {
  reading.begin(kind !== 'placed');
  const orderId = reading.orderId(record.order_id);
  const eventId = reading.id(record.event_id, 'event_id');
  const occurredAt = reading.time(
    record.occurred_at,
    'occurred_at',
    settings.eventTimeMinMs,
    source.timestamp,
    settings.eventTimeFutureMaxMs,
  );
  const identifiers = readIdentifiers(record.customer, reading);
  const currency = reading.currency(record.currency);
  const total = readTotal(kind, record.total, reading);
  const tax = reading.amount(record.tax, 'tax');
  const shipping = reading.amount(record.shipping, 'shipping');
  const subtotal = reading.amount(record.subtotal, 'subtotal');
  const fact: Fact = {
    kind,
    eventId,
    orderId,
    occurredAt,
    identifiers,
    currency,
    total,
    subtotal:
      subtotal === null && total !== null && kind !== 'placed'
        ? deductedSubtotal(total, tax, shipping, reading)
        : subtotal,
    discount: reading.amount(record.discount, 'discount'),
    tax,
    shipping,
    couponCode: reading.text(record.coupon_code, 'coupon_code'),
    firstName: reading.text(record.first_name, 'first_name'),
    lastName: reading.text(record.last_name, 'last_name'),
    name: reading.text(record.name, 'name'),
    email: reading.text(record.email, 'email'),
    phone: reading.text(record.phone, 'phone'),
    billAddress: readAddress(record.bill_address, 'bill_address', reading),
    shipAddress: readAddress(record.ship_address, 'ship_address', reading),
    items: readItems(kind, record.items, reading),
    attributes: readCustomFields(record.attributes, settings, reading),
    inventoryReturned: kind === 'refunded' && readFlag(record.inventory_returned, reading),
  };
  return reading.problem ?? fact;
};

const readTotal = (kind: FactKind, value: unknown, reading: Reading): Money | null =>
  kind === 'cancelled' && (value === null || value === undefined) ? null : reading.requiredAmount(value, 'total');

const deductedSubtotal = (total: Money, tax: Money | null, shipping: Money | null, reading: Reading): Money => {
  const beforeShipping = subtract(total, tax ?? zero);
  const rest = beforeShipping && subtract(beforeShipping, shipping ?? zero);
  if (rest !== null && rest >= 0) return rest;
  reading.refuseOrder(
    'invalid_amount',
    'deduct from',
    'as "subtotal" is absent and "total" − "tax" − "shipping" is below zero or too large: give it',
  );
  return zero;
};

const readItems = (kind: FactKind, value: unknown, reading: Reading): readonly FactItem[] => {
  if (value !== null && value !== undefined && !Array.isArray(value)) {
    reading.refuse('missing_field', 'items', 'a list of items', found(value));
    return NO_ITEMS;
  }
  if (value === null || value === undefined || value.length === 0) {
    if (kind === 'placed') reading.refuseOrder('no_items', 'place', 'without items: give at least one in "items"');
    return NO_ITEMS;
  }
  const items: FactItem[] = [];
  for (let i = 0; i < value.length; i++) {
    reading.item = i;
    items.push(readItem(value[i], reading));
  }
  reading.item = -1;
  return items;
};

const NO_ITEMS: readonly FactItem[] = [];

const readItem = (value: unknown, reading: Reading): FactItem => {
  const item = (typeof value === 'object' && value !== null ? value : NO_FIELDS) as Unchecked;
  const productId = reading.id(item.product_id, 'product_id');
  const price = reading.requiredAmount(item.price, 'price');
  const quantity = reading.quantity(item.quantity);
  const discount = reading.amount(item.discount, 'discount');
  const subtotal = reading.amount(item.subtotal, 'subtotal');
  return {
    productId,
    sku: reading.text(item.sku, 'sku'),
    price,
    quantity,
    discount,
    subtotal: subtotal ?? lineSubtotal(price, quantity, discount ?? zero, reading),
  };
};

const NO_FIELDS: Unchecked = {};

const lineSubtotal = (price: Money, quantity: number, discount: Money, reading: Reading): Money => {
  const gross = times(price, quantity);
  const net = gross === null ? null : subtract(gross, discount);
  if (net !== null && net >= 0) return net;
  reading.refuse(
    'invalid_amount',
    'subtotal',
    'given where price × quantity − discount is below zero or too large',
    'it is absent',
  );
  return zero;
};

const readFlag = (value: unknown, reading: Reading): boolean => {
  if (typeof value === 'boolean') return value;
  if (value !== null && value !== undefined) {
    reading.refuse('missing_field', 'inventory_returned', 'true or false', found(value));
  }
  return false;
};
