/**
 * The order in which facts are produced: a stream that depends on nothing but the seed. Orders begin one after the other; what
 * happens to each later comes in between, and so do repeated facts and records that cannot be used.
 */
import { Random } from '../../../dev/demo/random';
import { type BadKind, badKinds } from './bad';
import { type PlannedFact, type PlannedOrder, planOrder } from './order';

export interface StreamedFact {
  readonly order: PlannedOrder;
  readonly index: number;
  readonly fact: PlannedFact;
  /** Place of the stream at which it happened: by this its event time is told. */
  readonly happened: number;
}

export interface StreamedBad {
  readonly bad: BadKind;
  readonly number: number;
  readonly happened: number;
}

export type Streamed = StreamedFact | StreamedBad;

const badPercent = 2;

export class FactStream {
  private readonly random: Random;
  private readonly coming = new Map<number, StreamedFact[]>();
  private readonly ready: StreamedFact[] = [];
  private made = 0;
  private badMade = 0;
  private ordersBegun = 0;

  /** @param count After so many no order begins; the facts of those that have begun still come. */
  constructor(
    private readonly seed: number,
    private readonly count: number,
  ) {
    this.random = new Random(seed);
  }

  /** Orders that have begun: numbers 0 to this. */
  get orders(): number {
    return this.ordersBegun;
  }

  /** Records, repeated ones among them. */
  get produced(): number {
    return this.made;
  }

  /** Undefined at the end. */
  next(): Streamed | undefined {
    const place = this.made++;
    this.takeComing(place);
    const ready = this.ready.shift();
    if (ready !== undefined) return ready;
    if (place >= this.count) return this.lastOnes(place);
    if (this.random.chance(badPercent)) {
      const bad = badKinds[this.badMade % badKinds.length] as BadKind;
      return { bad, number: this.badMade++, happened: place };
    }
    // Of some the purchase comes later: then another begins at the same place.
    while (this.ready.length === 0) this.begin(planOrder(this.seed, this.ordersBegun++), place);
    return this.ready.shift();
  }

  private begin(order: PlannedOrder, place: number): void {
    for (const [index, fact] of order.facts.entries()) {
      const streamed = { order, index, fact, happened: place + fact.happensAfter };
      this.come(place, place + fact.producedAfter, streamed);
      if (fact.repeatedAfter !== null) this.come(place, place + fact.producedAfter + fact.repeatedAfter, streamed);
    }
  }

  private come(now: number, at: number, fact: StreamedFact): void {
    if (at <= now) this.ready.push(fact);
    else this.coming.set(at, [...(this.coming.get(at) ?? []), fact]);
  }

  private takeComing(place: number): void {
    const facts = this.coming.get(place);
    if (facts === undefined) return;
    this.coming.delete(place);
    this.ready.push(...facts);
  }

  /** Nothing begins any more: what is still to come comes one after the other. */
  private lastOnes(place: number): StreamedFact | undefined {
    const at = Math.min(...this.coming.keys());
    if (at === Number.POSITIVE_INFINITY) {
      this.made = place;
      return undefined;
    }
    this.ready.push(...(this.coming.get(at) ?? []));
    this.coming.delete(at);
    return this.ready.shift();
  }
}
