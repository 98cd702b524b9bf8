/**
 * Sample orders without end: what a shop's producer would put on Kafka, with every kind of bad record in between, each
 * with what must become of it. The same seed, run and times give the same bytes.
 */
import { type Action, type Expected, event } from './expected';
import type { FactType, SampleFact } from './fact';
import { Random } from './random';
import { Shop } from './shop';
import { type BadKind, badKinds } from './spoil';

export interface SampleSettings {
  readonly seed: number;
  /** Of 100 records so many are bad (or tombstones), all kinds in turn. */
  readonly badPercent: number;
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
}

export class Samples {
  private readonly random: Random;
  private readonly shop: Shop;
  private readonly prefix: string;
  private made = 0;
  private badMade = 0;

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
    if (this.random.chance(this.settings.badPercent)) {
      const kind = badKinds[this.badMade++ % badKinds.length] as BadKind;
      return this.spoiled(kind, number, now);
    }
    const planned = this.shop.plan(number, now);
    planned.enter();
    return {
      number,
      key: Buffer.from(planned.value.order_id),
      value: this.encoding.fact(planned.type, planned.value),
      expected: event(actionOf(planned)),
      bad: undefined,
    };
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

  /** Never entered into the books: what is not accepted has not happened. */
  private spoiled(kind: BadKind, number: number, now: number): Sample {
    const fact = kind.purchase ? this.shop.purchase(number, now) : this.shop.plan(number, now);
    kind.value?.(fact, this.random);
    const key = Buffer.from(fact.value.order_id);
    let value: Buffer | null = kind.foreign
      ? this.encoding.foreign({ product_id: 'P-MUG', warehouse: 'north', units: this.random.between(1, 50) })
      : this.encoding.fact(fact.type, fact.value);
    if (kind.bytes) value = kind.bytes(value, fact, this.random);
    return { number, key, value, expected: kind.expected, bad: kind.name };
  }
}

const actionOf = ({ type, value }: SampleFact): Action => {
  switch (type) {
    case 'OrderPlaced':
      return 'purchase';
    case 'OrderReturned':
      return 'return';
    case 'OrderRefunded':
      return value.inventory_returned ? 'return' : 'refund';
    case 'OrderCancelled':
      return 'cancel';
  }
};
