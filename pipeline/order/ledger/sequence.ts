/** Which of two facts of one order comes first: by event time; then placed, returned, refunded, cancelled; then fact id. */
import type { FactKind } from '../fact';

interface Sequenced {
  readonly occurredAt: number;
  readonly kind: FactKind;
  readonly eventId: string;
}

const RANK: Readonly<Record<FactKind, number>> = { placed: 0, returned: 1, refunded: 2, cancelled: 3 };

export const inSequence = (a: Sequenced, b: Sequenced): number =>
  a.occurredAt - b.occurredAt || RANK[a.kind] - RANK[b.kind] || byBytes(a.eventId, b.eventId);

/** As their UTF-8 bytes compare, which is by code point; JavaScript compares code units, and differs beyond U+FFFF. */
export const byBytes = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
};

/** Surrogates stand for code points above all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
