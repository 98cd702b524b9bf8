/**
 * Sample orders without end: what a shop's producers would put on Kafka, with every kind of bad and untidy record in between,
 * each with what must become of it. The same seed, run and times give the same bytes.
 */
import { type Expected, event } from './expected';
import { actionOf, type FactType, factId, type SampleFact } from './fact';
import { Random } from './random';
import { Shop } from './shop';
import { type BadKind, badKinds } from './spoil';
import { type Coming, type UntidyKind, untidyKinds } from './untidy';

export interface SampleSettings {
  readonly seed: number;
  /** Of 100 records so many are bad (or tombstones), all kinds in turn. */
  readonly badPercent: number;
  /** Of 100 of the others so many begin something untidy: repeated, swapped, late, or not what the order allows. */
  readonly untidyPercent: number;
  /** Names this run in order ids and fact ids, so that runs on one cluster do not meet. Default: none. */
  readonly run?: string;
}

/** How values become bytes; the registry's, or without one in tests. A new buffer each time. */
export interface SampleEncoding {
  /** One of our four types in Confluent's wire format. */
  fact(type: FactType, value: SampleFact['value']): Buffer;
  /** A record of a schema that is registered, but neither ours nor mapped. */
  foreign(value: StockMoved): Buffer;
}

/** Of another system, on the wrong topic. */
export interface StockMoved {
  readonly product_id: string;
  readonly warehouse: string;
  readonly units: number;
}

export const stockMovedSchema = {
  type: 'record',
  namespace: 'warehouse.stock',
  name: 'StockMoved',
  fields: [
    { name: 'product_id', type: 'string' },
    { name: 'warehouse', type: 'string' },
    { name: 'units', type: 'int' },
  ],
} as const;

export interface Sample {
  /** From 0, in the order they are made. */
  readonly number: number;
  /** The order id. */
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly expected: Expected;
  /** Of a bad one, its kind. */
  readonly bad: string | undefined;
  /** Of one that only who remembers its order can judge, its kind. */
  readonly untidy: string | undefined;
}

/** Something untidy goes on, once so many samples are made. */
interface Pending {
  readonly due: number;
  readonly kind: string;
  readonly coming: Coming;
}

export class Samples {
  private readonly random: Random;
  private readonly shop: Shop;
  private readonly prefix: string;
  private made = 0;
  private badMade = 0;
  private untidyMade = 0;
  private readonly pending: Pending[] = [];

  constructor(
    private readonly settings: SampleSettings,
    private readonly encoding: SampleEncoding,
  ) {
    this.random = new Random(settings.seed);
    this.prefix = settings.run === undefined ? 'SO-' : `SO-${settings.run}-`;
    this.shop = new Shop(this.random, this.prefix);
  }

  /** @param now Epoch ms, the record's timestamp; must not go back. */
  next(now: number): Sample {
    const number = this.made++;
    const due = this.takeDue(number);
    if (due !== undefined) return this.sampleOf(number, due.coming.fact(now), due.coming.expected, due.kind);
    const { badPercent, untidyPercent } = this.settings;
    if (this.random.chance(badPercent)) {
      const kind = badKinds[this.badMade++ % badKinds.length] as BadKind;
      return this.spoiled(kind, number, now);
    }
    return (this.random.chance(untidyPercent) && this.untidy(number, now)) || this.good(number, now);
  }

  /** Whether a fact id is of this run; its sample may still not exist. */
  isOurs(factId: string): boolean {
    return factId.startsWith(this.prefix);
  }

  /** The number of the sample a fact id belongs to; undefined where it is none of this run's. */
  numberOf(factId: string): number | undefined {
    if (!this.isOurs(factId)) return undefined;
    const number = Number(factId.slice(factId.lastIndexOf('.') + 1));
    return Number.isSafeInteger(number) && number >= 0 && number < this.made ? number : undefined;
  }

  private good(number: number, now: number): Sample {
    const planned = this.shop.plan(now);
    planned.enter();
    return this.sampleOf(number, planned, event(actionOf(planned)), undefined);
  }

  /** The first record of something untidy; the others come later. Undefined where no order fits. */
  private untidy(number: number, now: number): Sample | undefined {
    const { name, begin } = untidyKinds[this.untidyMade++ % untidyKinds.length] as UntidyKind;
    const [first, ...others] = begin(this.shop, this.random, now) ?? [];
    if (first === undefined) return undefined;
    let due = number;
    for (const coming of others) {
      due += 1 + coming.after;
      this.pending.push({ due, kind: name, coming });
    }
    return this.sampleOf(number, first.fact(now), first.expected, name);
  }

  /** What should have come first, of what should have come. */
  private takeDue(number: number): Pending | undefined {
    let first: Pending | undefined;
    for (const one of this.pending) if (one.due <= number && one.due < (first?.due ?? number + 1)) first = one;
    if (first !== undefined) this.pending.splice(this.pending.indexOf(first), 1);
    return first;
  }

  private sampleOf(number: number, fact: SampleFact, expected: Expected, untidy: string | undefined): Sample {
    // A repeated fact keeps the id it had.
    fact.value.event_id ||= factId(fact, number);
    const key = Buffer.from(fact.value.order_id);
    return { number, key, value: this.encoding.fact(fact.type, fact.value), expected, bad: undefined, untidy };
  }

  /** Never entered into the books: what is not accepted has not happened. */
  private spoiled(kind: BadKind, number: number, now: number): Sample {
    const fact = kind.purchase ? this.shop.purchase(now) : this.shop.plan(now);
    fact.value.event_id = factId(fact, number);
    kind.value?.(fact, this.random);
    const key = Buffer.from(fact.value.order_id);
    let value: Buffer | null = kind.foreign
      ? this.encoding.foreign({ product_id: 'P-MUG', warehouse: 'north', units: this.random.between(1, 50) })
      : this.encoding.fact(fact.type, fact.value);
    if (kind.bytes) value = kind.bytes(value, fact, this.random);
    return { number, key, value, expected: kind.expected, bad: kind.name, untidy: undefined };
  }
}
