/**
 * A digest of what a fact says, to tell a producer's retry from a change. Two facts of one order are compared and no more, so the
 * 53 bits of a safe integer are plenty, and nobody gains by making two alike: a quick hash over the values as they are, where SHA-1 over their
 * JSON took longer than all the rest of the ledger.
 */
import type { Fact } from '../fact';

// Two multiplicative hashes side by side; nothing in here waits, so there is never a second one half done.
let a = 0;
let b = 0;

/** Everything ODP would be told but fact id and time. */
export const digestOf = (fact: Fact): number => {
  a = 0x9e3779b9;
  b = 0x85ebca6b;
  text(fact.kind);
  text(fact.currency);
  number(fact.total);
  number(fact.subtotal);
  number(fact.discount);
  number(fact.tax);
  number(fact.shipping);
  text(fact.couponCode);
  text(fact.firstName);
  text(fact.lastName);
  text(fact.name);
  text(fact.email);
  text(fact.phone);
  text(fact.billAddress);
  text(fact.shipAddress);
  unit(fact.inventoryReturned ? 1 : 0);
  unit(fact.items.length);
  for (const { productId, sku, price, quantity, discount, subtotal } of fact.items) {
    text(productId);
    text(sku);
    number(price);
    number(quantity);
    number(discount);
    number(subtotal);
  }
  fields(fact.identifiers);
  fields(fact.attributes);
  return (mixed(a, b) & 0x1fffff) * 0x1_0000_0000 + mixed(b, a);
};

const kinds: Readonly<Record<string, number>> = { number: -2, bigint: -3, boolean: -4 };

/** Maps have no order: each entry is hashed by itself, and their sum is what counts. */
const fields = (map: Readonly<Record<string, string | number | bigint | boolean>>): void => {
  const before = a;
  const beside = b;
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (const name in map) {
    const value = map[name] as string | number | bigint | boolean;
    a = 0x9e3779b9;
    b = 0x85ebca6b;
    text(name);
    if (typeof value === 'string') text(value);
    else {
      // A long is not the text of its digits.
      unit(kinds[typeof value] as number);
      text(String(value));
    }
    sumA = (sumA + mixed(a, b)) | 0;
    sumB = (sumB + mixed(b, a)) | 0;
    count++;
  }
  a = before;
  b = beside;
  unit(count);
  unit(sumA);
  unit(sumB);
};

/** Its length comes first, so that neighbours cannot change places with their letters. */
const text = (value: string | null): void => {
  unit(value === null ? -1 : value.length);
  if (value === null) return;
  let x = a;
  let y = b;
  for (let i = 0; i < value.length; i++) {
    x = Math.imul(x ^ value.charCodeAt(i), 0x9e3779b1);
    x ^= x >>> 15;
    y = (((y << 7) | (y >>> 25)) + x) | 0;
  }
  a = x;
  b = y;
};

/** A safe integer. */
const number = (value: number | null): void => {
  unit(value === null ? -1 : value | 0);
  if (value !== null) unit(Math.floor(value / 0x1_0000_0000));
};

const unit = (value: number): void => {
  a = Math.imul(a ^ value, 0x9e3779b1);
  a ^= a >>> 15;
  b = (((b << 7) | (b >>> 25)) + a) | 0;
};

const mixed = (one: number, other: number): number => {
  const x = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
};
