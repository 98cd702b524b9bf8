/**
 * An order with all that happens to it and all that must come of it, as a function of the run's seed and the order's number:
 * producer and judge make it anew, so that nobody has to remember millions of them. What must come of it is the same however
 * its facts are interleaved with others, delayed or repeated.
 */
import { Random } from '../../../dev/demo/random';

export type Kind = 'placed' | 'returned' | 'refunded' | 'cancelled';

/** Whole ten-thousandths. */
export interface Amounts {
  readonly total: number;
  readonly subtotal: number;
  readonly tax: number;
  readonly shipping: number;
}

export interface PlannedFact {
  readonly kind: Kind;
  /** What the fact says; null: a cancel that leaves it to the ledger. */
  readonly says: Amounts | null;
  /** Of its event, signed as on ODP's wire, tax and shipping of a deduction what remains; null: refused as `over_deduction`. */
  readonly event: Amounts | null;
  /** Happens so many places of the stream after the order began. */
  readonly happensAfter: number;
  /** Is produced so many places after the order began. */
  readonly producedAfter: number;
  /** Is produced once more so many places after that; null: it is not. */
  readonly repeatedAfter: number | null;
}

export interface PlannedOrder {
  readonly number: number;
  readonly id: string;
  readonly currency: string;
  readonly facts: readonly PlannedFact[];
  /** Deductions may be swapped further apart than the pipeline waits: their order, and what remained between them, is open. */
  readonly swapped: boolean;
  /** What the ledger must have in the end. */
  readonly given: Amounts;
}

export const factsPerOrderMax = 4;
const [cent, currencies] = [100, ['EUR', 'EUR', 'USD', 'GBP'] as const];

export const orderId = (number: number): string => `C${number}`;
export const factId = (number: number, index: number): string => `C${number}.${index}`;

/** Undefined for an id that is not of {@link factId}. */
export const placeOf = (id: string): { readonly number: number; readonly index: number } | undefined => {
  const [, number, index] = /^C(\d+)\.(\d)$/.exec(id) ?? [];
  return number === undefined ? undefined : { number: Number(number), index: Number(index) };
};

/** One of these follows a purchase; `refused` asks for more than was ever bought. */
type Step = 'return' | 'refund' | 'cancel' | 'cancel of what is left' | 'refused';
const shapes: readonly (readonly Step[])[] = [
  [],
  [],
  [],
  [],
  ['refund'],
  ['return'],
  ['cancel of what is left'],
  ['return', 'refund'],
  ['refund', 'refund', 'cancel of what is left'],
  ['return', 'return', 'refund'],
  ['refund', 'cancel'],
  ['refund', 'refused'],
];

export const planOrder = (seed: number, number: number): PlannedOrder => {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const subtotal = random.between(400, 60_000) * cent;
  const tax = random.between(0, 8_000) * cent;
  const shipping = random.chance(50) ? 490 * cent : 0;
  const bought: Amounts = { total: subtotal + tax + shipping, subtotal, tax, shipping };
  const steps = random.pick(shapes);
  const ledger = new Books(bought);
  const said = steps.map(step => ledger.take(step, random));
  const happens: number[] = [];
  for (let after = 0; happens.length < steps.length; happens.push(after))
    after += random.chance(70) ? random.between(5, 300) : random.between(300, 2_500);
  const first = happens[0];
  // Its purchase comes after its first deduction: at once, or far later than any grace.
  const late = first !== undefined && random.chance(12);
  const purchaseAfter = late ? first + (random.chance(50) ? 1 : random.between(100, 1_500)) : 0;
  const swapped = steps.length >= 2 && !steps.some(isOpenEnded) && random.chance(15);
  const produced = swapped ? [(happens[1] ?? 0) + 1, ...happens.slice(1)] : happens;
  const repeated = (refused: boolean) => (refused || !random.chance(5) ? null : repeatDistance(random));
  return {
    number,
    id: orderId(number),
    currency: random.pick(currencies),
    swapped,
    given: ledger.given,
    facts: [
      {
        kind: 'placed',
        says: bought,
        event: bought,
        happensAfter: 0,
        producedAfter: purchaseAfter,
        repeatedAfter: repeated(false),
      },
      ...said.map((fact, index) => ({
        ...fact,
        happensAfter: happens[index] ?? 0,
        producedAfter: produced[index] ?? 0,
        repeatedAfter: repeated(fact.event === null),
      })),
    ],
  };
};

const repeatDistance = (random: Random) => (random.chance(50) ? random.between(1, 3) : random.between(300, 2_500));

/** What it takes depends on what came before it. */
const isOpenEnded = (step: Step) => step === 'cancel of what is left';

class Books {
  private left: Amounts;

  constructor(private readonly bought: Amounts) {
    this.left = bought;
  }

  get given(): Amounts {
    return minus(this.bought, this.left);
  }

  take(step: Step, random: Random): Pick<PlannedFact, 'kind' | 'says' | 'event'> {
    if (step === 'refused') {
      const beyond = this.bought.total + random.between(1, 500) * cent;
      const says = { total: beyond, subtotal: beyond, tax: 0, shipping: 0 };
      return { kind: 'refunded', says, event: null };
    }
    const { left } = this;
    const back = step === 'cancel of what is left' ? left : shareOf(left, random);
    this.left = minus(left, back);
    const sign = step === 'refund' ? 1 : -1;
    const event = {
      total: sign * back.total,
      subtotal: sign * back.subtotal,
      tax: this.left.tax,
      shipping: this.left.shipping,
    };
    const kind = step === 'refund' ? 'refunded' : step === 'return' ? 'returned' : 'cancelled';
    return { kind, says: step === 'cancel of what is left' ? null : back, event };
  }
}

/** Some of it, in cents, and never all: something is left for what follows. */
const shareOf = (left: Amounts, random: Random): Amounts => {
  const part = (amount: number) => Math.floor((amount * random.between(5, 45)) / 100 / cent) * cent;
  const [subtotal, tax] = [Math.max(part(left.subtotal), cent), part(left.tax)];
  const shipping = random.chance(25) ? left.shipping : 0;
  return { total: subtotal + tax + shipping, subtotal, tax, shipping };
};

const minus = (a: Amounts, b: Amounts): Amounts => ({
  total: a.total - b.total,
  subtotal: a.subtotal - b.subtotal,
  tax: a.tax - b.tax,
  shipping: a.shipping - b.shipping,
});
