/** What producers tell in a random history, how it arrives, and how it is shown: as the lines of a story. */
import { type Arrival, at, TOPIC, undecodable } from '../../driver';
import { cancelled, placed, refunded, returned } from '../../facts';

/** A fact in whole currency units and milliseconds from the start of the story. */
export interface Told {
  readonly kind: 'placed' | 'returned' | 'refunded' | 'cancelled';
  readonly order: string;
  readonly id: string;
  readonly at: number;
  /** Null: a cancel that leaves its amounts to the ledger. */
  readonly total: number | null;
  readonly subtotal: number | null;
  readonly tax: number | null;
  readonly shipping: number | null;
  readonly currency: string;
  readonly goodsBack: boolean;
}

/** Records that nobody can use, by what is wrong with them. */
export const spoilt = {
  undecodable: undecodable(),
  unmapped: { type: 'shop.Unknown', value: {} },
  unidentified: placed({ order: 'A', at: '0s', customer: {} }),
  from2099: refunded({ order: 'A', id: 'from2099', at: '640000h' }),
  tombstone: null,
} as const satisfies Record<string, Arrival['what']>;

export type Spoilt = keyof typeof spoilt;

export const codeOfSpoilt = {
  undecodable: 'corrupt',
  unmapped: 'unmapped_type',
  unidentified: 'no_identifier',
  from2099: 'invalid_timestamp',
  tombstone: undefined,
} as const satisfies Record<Spoilt, string | undefined>;

/** One record, and when it arrives. */
export interface Delivery {
  readonly atMs: number;
  readonly topic: string;
  readonly what: Told | Spoilt;
}

const makers = { placed, returned, refunded, cancelled };

export const arrivalOf = ({ atMs, topic, what }: Delivery): Arrival =>
  at(
    `${atMs}ms`,
    typeof what === 'string' ? spoilt[what] : makers[what.kind](fieldsOf(what)),
    topic === TOPIC ? undefined : topic,
  );

const fieldsOf = ({ kind, at, goodsBack, currency, ...fields }: Told) => ({
  ...fields,
  at: `${at}ms`,
  ...(currency !== 'EUR' && { currency }),
  ...(goodsBack && { inventory_returned: true }),
});

/** `at('12ms', refunded({ order: 'A', id: 'A2', at: '10ms', total: 10 }))`. */
export const lineOf = ({ atMs, topic, what }: Delivery): string => {
  const where = topic === TOPIC ? '' : `, '${topic}'`;
  return `at('${atMs}ms', ${typeof what === 'string' ? `spoilt.${what}` : `${what.kind}(${shown(what)})`}${where}),`;
};

const shown = (told: Told): string => {
  const fields = Object.entries(fieldsOf(told)).filter(
    ([name, value]) => value !== null || name === 'total' || (told.kind === 'placed' && name === 'subtotal'),
  );
  return `{ ${fields.map(([name, value]) => `${name}: ${typeof value === 'string' ? `'${value}'` : value}`).join(', ')} }`;
};
