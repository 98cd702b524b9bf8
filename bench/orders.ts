/**
 * The orders of a benchmark: `OrderPlaced` in Avro, about 170 bytes each, the same ones on every run and machine. They vary
 * as a shop's do: one to three items, names, coupons and addresses on some, all four currencies, text beyond ASCII.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, Type } from 'avsc';
import { packageRoot } from '../dev/stack/process';

export const schemaText = (path: string): string => readFileSync(join(packageRoot(), 'schemas', path), 'utf8');

/** Decimals as they are on the wire: what a producer writes must not depend on our own codecs. */
export const wireType = (name: string) => Type.forSchema(JSON.parse(schemaText(`commerce/${name}.avsc`)) as Schema);

const orderPlaced = wireType('OrderPlaced');

export interface Order {
  /** The order's id. */
  readonly key: string;
  /** Avro, without a frame. */
  readonly value: Buffer;
  readonly currency: string;
}

/** The `index`th order, counted from 0. @param placedAt Epoch ms; default: 40 ms and a little after the one before. */
export const orderAt = (index: number, placedAt?: number): Order => {
  const next = randomOf(index);
  const pick = <T>(values: readonly T[]): T => values[next(values.length)] as T;
  const sometimes = <T>(percent: number, value: () => T): T | null => (next(100) < percent ? value() : null);

  const items = Array.from({ length: 1 + pick([0, 0, 1, 2]) }, () => {
    const product = 1000 + next(9000);
    return {
      product,
      sku: sometimes(40, () => `SKU-${product}-${pick(sizes)}`),
      cents: 199 + next(15_000),
      quantity: 1 + pick([0, 0, 0, 1, 2]),
    };
  });
  const subtotal = items.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);
  const tax = Math.floor((subtotal * 19) / 119);
  const shipping = subtotal > 5000 ? 0 : 495;
  const discount = sometimes(15, () => Math.floor(subtotal / 10));
  const number = 100_000 + next(400_000);
  const usuallyAt = firstOrderMs + index * 40 + next(40); // drawn also where it is not used: all else stays the same
  const customer = {
    email: `c${number}@example.com`,
    phone: sometimes(15, () => `+49151${10_000_000 + next(89_999_999)}`),
    customer_id: sometimes(50, () => `C${number}`),
    vuid: null,
    identifiers: {},
  };
  const currency = pick(currencies);

  const value = orderPlaced.toBuffer({
    event_id: `${orderId(index)}-p`,
    order_id: orderId(index),
    occurred_at: placedAt ?? usuallyAt,
    customer,
    currency,
    total: decimal(subtotal - (discount ?? 0) + shipping),
    subtotal: decimal(subtotal),
    discount: discount === null ? null : decimal(discount),
    tax: decimal(tax),
    shipping: decimal(shipping),
    coupon_code: discount === null ? null : `SAVE10-${next(900) + 100}`,
    first_name: sometimes(50, () => pick(firstNames)),
    last_name: sometimes(50, () => pick(lastNames)),
    name: null,
    email: null,
    phone: null,
    bill_address: null,
    ship_address: sometimes(20, () => ({
      street1: `${pick(streets)} ${1 + next(180)}`,
      street2: null,
      city: pick(cities),
      state: null,
      zip: String(10_000 + next(89_999)),
      country: 'DE',
    })),
    items: items.map(({ product, sku, cents, quantity }) => ({
      product_id: `P-${product}`,
      sku,
      price: decimal(cents),
      quantity,
      discount: null,
      subtotal: decimal(cents * quantity),
    })),
    attributes: {
      channel: { string: pick(channels) },
      ...(next(100) < 25 && { points: { long: next(5000) } }),
      ...(next(100) < 10 && { gift: { boolean: true } }),
    },
  });
  return { key: orderId(index), value, currency };
};

export const orderId = (index: number): string => `SO-${100_000_000 + index}`;

/** 2026-01-05T00:00:00Z */
const firstOrderMs = 1_767_571_200_000;

const sizes = ['XS', 'S', 'M', 'L', 'XL'];
const currencies = ['EUR', 'EUR', 'EUR', 'USD', 'GBP', 'CHF'];
const channels = ['web', 'web', 'app', 'store'];
const firstNames = ['Ada', 'Björn', 'Chloé', 'Dmitri', 'Emma', 'Fatima', 'Grace', 'Hiro', 'Inês', 'Jack'];
const lastNames = ['Meyer', 'Sato', 'Müller', 'Okafor', 'Rossi', 'Novák', 'Schmidt', 'Lopez', 'Brown', 'Nguyen'];
const streets = ['Hauptstrasse', 'Lindenallee', 'Bahnhofstrasse', 'Am Markt', 'Gartenweg'];
const cities = ['Berlin', 'Hamburg', 'Köln', 'Leipzig', 'München'];

/** An amount at scale 4 in as few bytes as two's complement needs: how Java writes it, and so most producers. */
export const decimal = (cents: number): Buffer => {
  const hex = (cents * 100).toString(16);
  const whole = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
  return (whole[0] as number) < 0x80 ? whole : Buffer.concat([Buffer.of(0), whole]);
};

/** Whole numbers below a bound, a sequence of its own for each order (mulberry32). */
const randomOf = (seed: number) => {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
