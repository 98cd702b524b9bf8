/**
 * What an order's amounts add up to. Null is an amount nobody has told us; every sum is exact, or the whole answer is
 * null: such a fact is refused, as a sum that was rounded once is wrong for ever.
 */
import { add, type Money, subtract, zero } from '../money';

/** Unsigned, as facts have them. */
export interface Amounts {
  readonly total: Money;
  readonly subtotal: Money | null;
  readonly tax: Money | null;
  readonly shipping: Money | null;
}

/** What was given back: nobody telling of it is nothing. */
export interface Sums extends Amounts {
  readonly subtotal: Money;
  readonly tax: Money;
  readonly shipping: Money;
}

export const nothing: Sums = { total: zero, subtotal: zero, tax: zero, shipping: zero };

/** Unknown in `more` adds nothing. */
export const plus = (sums: Sums, more: Amounts): Sums | null => {
  const total = add(sums.total, more.total);
  const subtotal = add(sums.subtotal, more.subtotal ?? zero);
  const tax = add(sums.tax, more.tax ?? zero);
  const shipping = add(sums.shipping, more.shipping ?? zero);
  return total === null || subtotal === null || tax === null || shipping === null
    ? null
    : { total, subtotal, tax, shipping };
};

/** Unknown on either side stays unknown. May be below zero. */
export const minus = (amounts: Amounts, less: Amounts): Amounts | null => {
  const total = subtract(amounts.total, less.total);
  if (total === null) return null;
  const subtotal = difference(amounts.subtotal, less.subtotal);
  const tax = difference(amounts.tax, less.tax);
  const shipping = difference(amounts.shipping, less.shipping);
  return subtotal === undefined || tax === undefined || shipping === undefined
    ? null
    : { total, subtotal, tax, shipping };
};

/** Undefined where it is not exact. */
const difference = (a: Money | null, b: Money | null): Money | null | undefined =>
  a === null || b === null ? null : (subtract(a, b) ?? undefined);

/** What is below zero becomes zero. */
export const notBelowZero = (amounts: Amounts): Amounts => ({
  total: atLeastZero(amounts.total),
  subtotal: amounts.subtotal && atLeastZero(amounts.subtotal),
  tax: amounts.tax && atLeastZero(amounts.tax),
  shipping: amounts.shipping && atLeastZero(amounts.shipping),
});

const atLeastZero = (amount: Money): Money => Math.max(amount, zero) as Money;

/** Whether so much cannot be deducted from what is left: by total or subtotal, which ODP subtracts and nothing takes back. */
export const isBeyond = (left: Amounts, back: Amounts): boolean =>
  back.total > left.total || (left.subtotal !== null && back.subtotal !== null && back.subtotal > left.subtotal);

/** `back`, its total and subtotal cut to what is left. */
export const cutTo = (left: Amounts, back: Amounts): Amounts => ({
  total: least(left.total, back.total),
  subtotal: left.subtotal === null || back.subtotal === null ? back.subtotal : least(left.subtotal, back.subtotal),
  tax: back.tax,
  shipping: back.shipping,
});

const least = (a: Money, b: Money): Money => Math.min(a, b) as Money;
