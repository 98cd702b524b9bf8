/**
 * Their record → our fact, by the record's full name. Records of our four schemas are read as they are; for a foreign
 * schema a mapping says which of the four it is and with which values, and the same checks follow.
 */
import type { SourceRecord } from '../batch';
import { Rejection } from '../failure';
import { type Fact, type FactKind, readFact, type Unchecked } from './fact';
import { Reading } from './reading';
import type { OrderSettings } from './settings';

/** A value read with its schema, before it is known what it means. */
export interface Decoded {
  /** Full name of the record in our reader schema or in the producer's, such as `commerce.orders.OrderPlaced`. */
  readonly type: string;
  readonly value: object;
}

export type CommerceType =
  | 'commerce.orders.OrderPlaced'
  | 'commerce.orders.OrderReturned'
  | 'commerce.orders.OrderRefunded'
  | 'commerce.orders.OrderCancelled';

/** What a mapping answers: one of our four, with as many of its fields as there are. Amounts as decimal text or plain numbers. */
export interface Mapped {
  readonly type: CommerceType;
  readonly value: object;
}

/**
 * How a record of a foreign schema becomes one of ours. A `Rejection` says why it cannot; throwing is `step_failed`.
 * Pure: the same record must give the same fact on every replay.
 */
export type Mapping = (value: object, source: SourceRecord) => Mapped | Rejection;

/** By full name of the foreign record. Our own four names need none, and one for them is never asked. */
export type Mappings = ReadonlyMap<string, Mapping>;

/** Passes what `toFact` can read; a type that is not ours and has no mapping is a failure (stage `decode`). */
export const ofMappedType =
  (mappings: Mappings) =>
  (decoded: Decoded): Decoded | Rejection =>
    kindOf(decoded.type) !== undefined || mappings.has(decoded.type)
      ? decoded
      : new Rejection(
          'unmapped_type',
          `Cannot use a record of type ${decoded.type} as it is none of ours and has no mapping: add one for it`,
        );

/** The fact of a record, complete and checked, or why there is none (stage `map`). */
export const toFact = (mappings: Mappings, settings: OrderSettings) => {
  const reading = new Reading();
  return (decoded: Decoded, source: SourceRecord): Fact | Rejection => {
    const kind = kindOf(decoded.type);
    reading.numbersAre = kind === undefined ? 'plain' : 'ten-thousandths';
    if (kind !== undefined) return readFact(kind, decoded.value as Unchecked, source, settings, reading);
    const mapped = mappings.get(decoded.type)?.(decoded.value, source);
    if (mapped instanceof Rejection) return mapped;
    const mappedKind = mapped && kindOf(mapped.type);
    if (mappedKind === undefined || typeof mapped?.value !== 'object' || mapped.value === null) {
      return new Rejection(
        'step_failed',
        `Cannot map a record of type ${decoded.type} as its mapping did not answer a record of one of our four types`,
      );
    }
    return readFact(mappedKind, mapped.value as Unchecked, source, settings, reading);
  };
};

const kindOf = (type: string): FactKind | undefined => {
  switch (type) {
    case 'commerce.orders.OrderPlaced':
      return 'placed';
    case 'commerce.orders.OrderReturned':
      return 'returned';
    case 'commerce.orders.OrderRefunded':
      return 'refunded';
    case 'commerce.orders.OrderCancelled':
      return 'cancelled';
    default:
      return undefined;
  }
};
