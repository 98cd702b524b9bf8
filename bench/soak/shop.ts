/**
 * What comes of a shop that never closes: of ten facts six are new orders, two are refunds of recent ones, and two are returns of
 * older ones. The same for the same numbers, but for their times.
 */
import { deductionOf, type Kind } from '../deductions';
import { orderAt } from '../orders';
import type { SteadyFact } from '../steady';

export interface Plan {
  readonly kind: Kind;
  /** Of the order. */
  readonly index: number;
}

const ofTen: readonly Kind[] = [
  'placed',
  'placed',
  'refunded',
  'placed',
  'returned',
  'placed',
  'placed',
  'refunded',
  'placed',
  'returned',
];
const placedOfTen = ofTen.filter(kind => kind === 'placed').length;

/** New orders among so many facts a second. */
export const newOrdersPerSecond = (rate: number): number => (rate * placedOfTen) / 10;

/** A refund comes after so many newer orders, at the most. */
const recentOrders = 2_000;
/**
 * Returns are of the newest fifth of what is remembered. A return keeps its order for as long again: were they of any, there would be
 * more orders for three lifetimes of them, and nothing could settle within an hour.
 */
const returnedShare = 0.2;

/** The `number`th fact, from 0, of a shop that had so many orders before. */
export const planOf = (number: number, ordersBefore: number): Plan => {
  const kind = ofTen[number % 10] as Kind;
  const rounds = Math.floor(number / 10);
  const placed =
    ordersBefore + rounds * placedOfTen + ofTen.slice(0, number % 10).filter(one => one === 'placed').length;
  if (kind === 'placed') return { kind, index: placed };
  const among = kind === 'refunded' ? recentOrders : Math.ceil(ordersBefore * returnedShare);
  return { kind, index: placed - 1 - (scattered(number) % Math.min(among, placed)) };
};

export const factOf = (number: number, ordersBefore: number, occurredAt: number): SteadyFact => {
  const { kind, index } = planOf(number, ordersBefore);
  const fact = kind === 'placed' ? orderAt(index, occurredAt) : deductionOf(kind, index, number, occurredAt);
  return { kind, ...fact };
};

/** A whole number that looks like chance (murmur3's finish). */
const scattered = (number: number): number => {
  let mixed = Math.imul(number ^ 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
