/**
 * Random histories of one order through the ledger into the reference model of ODP: disorder, repeats, deductions without
 * their purchase for less and more than the wait, too much given back, corrections. What ODP holds in the end is what the
 * facts say that were not refused, worked out here on bigints and with nothing of the ledger's.
 * `HISTORIES=20000 SEED=7 npx jest ledger/history` runs more, or the same again.
 */
import fc from 'fast-check';
import type { Entry } from '../../../../pipeline/batch';
import { toOdpBody } from '../../../../pipeline/order/body';
import { eventOf } from '../../../../pipeline/order/event';
import type { Fact } from '../../../../pipeline/order/fact';
import { apply } from '../../../../pipeline/order/ledger/apply';
import type { Decision, Emit } from '../../../../pipeline/order/ledger/decision';
import type { Ledger } from '../../../../pipeline/order/ledger/ledger';
import { inSequence } from '../../../../pipeline/order/ledger/sequence';
import { defaultLedgerSettings, type LedgerSettings } from '../../../../pipeline/order/ledger/settings';
import { merged } from '../../../../pipeline/order/merge';
import { type Money, negative, toJsonNumber } from '../../../../pipeline/order/money';
import { defaultOrderSettings } from '../../../../pipeline/order/settings';
import type { OrderEvent } from '../../../../schemas/types';
import { STORY_START } from '../../../facts';
import { OdpModel, type PurchaseRule } from '../../../model';
import { entryOf } from './story';

const HISTORIES = Number(process.env.HISTORIES ?? 1000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const WAIT = 10;

const amount = (max: number): fc.Arbitrary<Money> => fc.nat(max) as fc.Arbitrary<number> as fc.Arbitrary<Money>;
const maybe = <T>(value: fc.Arbitrary<T>, freq = 3) => fc.option(value, { nil: null, freq });

const placed = fc.record({
  kind: fc.constant('placed' as const),
  total: amount(60),
  subtotal: maybe(amount(50), 6),
  tax: maybe(amount(10)),
  shipping: maybe(amount(10)),
  inventoryReturned: fc.constant(false),
});

const deduction = fc
  .record({
    kind: fc.constantFrom('returned' as const, 'refunded' as const, 'cancelled' as const),
    total: amount(25),
    subtotal: amount(20),
    tax: maybe(amount(5)),
    shipping: maybe(amount(5)),
    inventoryReturned: fc.boolean(),
    open: fc.boolean(),
  })
  .map(({ open, ...fact }) =>
    open && fact.kind === 'cancelled' ? { ...fact, total: null, subtotal: null, tax: null, shipping: null } : fact,
  );

/** Happens at its event time; comes once or more, each time so much later. Small numbers: equal times are common. */
const happening = <T>(fact: fc.Arbitrary<T>, delayMax: number) =>
  fc.record({ fact, at: fc.nat(20), delays: fc.array(fc.nat(delayMax), { minLength: 1, maxLength: 2 }) });

const history = fc.record({
  purchases: fc.array(happening(placed, 25), { maxLength: 2 }),
  deductions: fc.array(happening(deduction, 15), { maxLength: 5 }),
  settings: fc.record({
    latePurchase: fc.constantFrom('full' as const, 'net' as const, 'refuse' as const),
    overDeduction: fc.constantFrom('refuse' as const, 'warn' as const),
    changedPurchase: fc.constantFrom('refuse' as const, 'correct' as const),
  }),
});

type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface Step {
  readonly time: number;
  readonly facts: readonly Entry<Fact>[];
}

/** What comes, by stream time: the newest arrival so far. At the end so much time that nothing waits any longer. */
const stepsOf = ({ purchases, deductions }: History): Step[] => {
  const arrivals = [...purchases, ...deductions].flatMap(({ fact, at, delays }, index) => {
    const entry = entryOf({ ...fact, eventId: `F${index}`, occurredAt: STORY_START + at });
    return delays.map(delay => ({ time: STORY_START + at + delay, entry }));
  });
  const times = [...new Set(arrivals.map(({ time }) => time))].sort((a, b) => a - b);
  const steps = times.map(time => ({
    time,
    facts: arrivals
      .filter(arrival => arrival.time === time)
      .map(({ entry }) => entry)
      .sort((a, b) => inSequence(a.value, b.value)),
  }));
  return [...steps, { time: (times.at(-1) ?? STORY_START) + WAIT, facts: [] }];
};

const play = (steps: readonly Step[], settings: LedgerSettings) => {
  let ledger: Ledger | undefined;
  const decisions: Decision[] = [];
  const turns: Emit[][] = [];
  for (const { time, facts } of steps) {
    const applied = apply(ledger, facts, time, settings);
    turns.push(applied.decisions.filter(decision => decision.kind === 'emit'));
    // As if it had been away in a store: what is not plain data does not come back.
    ledger = structuredClone(applied.ledger);
    decisions.push(...applied.decisions);
  }
  return { ledger, decisions, turns };
};

const settingsOf = (input: History): LedgerSettings => ({
  ...defaultLedgerSettings,
  ...input.settings,
  orphanWaitMs: WAIT,
});

/** The event, as far as the model reads it. */
const jsonOf = ({ entry, emission: { action, amounts } }: Emit): string => {
  const sign = action === 'return' || action === 'cancel' ? negative : (money: Money) => money;
  const order: Record<string, unknown> = { order_id: entry.value.orderId, total: toJsonNumber(sign(amounts.total)) };
  if (amounts.subtotal !== null) order.subtotal = toJsonNumber(sign(amounts.subtotal));
  if (amounts.tax !== null) order.tax = toJsonNumber(amounts.tax);
  if (amounts.shipping !== null) order.shipping = toJsonNumber(amounts.shipping);
  return JSON.stringify({ type: 'order', action, identifiers: entry.value.identifiers, data: { order } });
};

const FIELDS = ['total', 'subtotal', 'tax', 'shipping'] as const;
type Sums = Record<(typeof FIELDS)[number], bigint>;
const noneOf = (): Sums => ({ total: 0n, subtotal: 0n, tax: 0n, shipping: 0n });
const above = (value: bigint): bigint => (value < 0n ? 0n : value);

/** What the facts say, one after the other as they were decided. */
class Truth {
  bought: Fact | undefined;
  readonly given = noneOf();
  counts = true;
  accepted = 0;

  /** Null where the purchase does not say. */
  left(field: (typeof FIELDS)[number]): bigint | null {
    const bought = this.bought?.[field] ?? null;
    return bought === null ? null : BigInt(bought) - this.given[field];
  }

  accept(fact: Fact): void {
    this.accepted++;
    if (fact.kind === 'placed') {
      this.bought = fact;
      return;
    }
    if (fact.kind === 'cancelled') this.counts = false;
    for (const field of FIELDS) {
      const left = this.left(field);
      const asked = fact.total === null ? above(left ?? 0n) : BigInt(fact[field] ?? 0);
      const cut = fact.kind === 'cancelled' && (field === 'total' || field === 'subtotal') && left !== null;
      this.given[field] += cut && asked > above(left) ? above(left) : asked;
    }
  }

  isBeyond(fact: Fact): boolean {
    return (['total', 'subtotal'] as const).some(field => {
      const left = this.left(field);
      return left !== null && BigInt(fact[field] ?? 0) > above(left);
    });
  }

  /** Why the fact may be refused. */
  reasons(fact: Fact, { overDeduction, changedPurchase, latePurchase }: LedgerSettings): string[] {
    const reasons: string[] = [];
    if (fact.kind === 'placed') {
      if (this.bought === undefined && this.accepted > 0 && latePurchase === 'refuse') reasons.push('purchase_changed');
      if (this.bought !== undefined && (changedPurchase === 'refuse' || !this.canBecome(fact, latePurchase))) {
        reasons.push('purchase_changed');
      }
    } else if (this.bought === undefined) {
      if (fact.total === null) reasons.push('missing_field');
    } else if (fact.kind !== 'cancelled' && overDeduction === 'refuse' && this.isBeyond(fact)) {
      reasons.push('over_deduction');
    }
    return reasons;
  }

  private canBecome(fact: Fact, latePurchase: LedgerSettings['latePurchase']): boolean {
    const before = this.bought as Fact;
    if (fact.occurredAt < before.occurredAt || BigInt(fact.total ?? 0) < this.given.total) return false;
    if (fact.subtotal !== null && BigInt(fact.subtotal) < this.given.subtotal) return false;
    if (latePurchase === 'net') return true;
    if ((fact.subtotal === null) !== (before.subtotal === null)) return false;
    const signs = (['total', 'subtotal'] as const).map(field => Math.sign((fact[field] ?? 0) - (before[field] ?? 0)));
    return !(signs.includes(1) && signs.includes(-1));
  }
}

/** Checks every decision against the truth so far, and answers it. */
const truthOf = (decisions: readonly Decision[], settings: LedgerSettings): Truth => {
  const truth = new Truth();
  for (const decision of decisions) {
    const fact = decision.entry.value;
    if (decision.kind === 'failure') expect(truth.reasons(fact, settings)).toContain(decision.rejection.code);
    else if (decision.kind === 'emit') {
      expect(truth.reasons(fact, settings)).toEqual([]);
      truth.accept(fact);
    }
  }
  return truth;
};

const heldBy = (rule: PurchaseRule, emitted: readonly Emit[]) => {
  const model = new OdpModel(rule);
  for (const decision of emitted) model.take(jsonOf(decision));
  return model.orders.get('A');
};

/** As summaries add it up. */
const revenueOf = (emitted: readonly Emit[]): bigint =>
  emitted.reduce((sum, { emission: { action, amounts, effect } }) => {
    const amount = BigInt(effect ?? amounts.total);
    return action === 'purchase' ? sum + amount : sum - amount;
  }, 0n);

test(`ODP holds what the facts say (HISTORIES=${HISTORIES} SEED=${SEED})`, () => {
  const seen = { late: 0, refused: 0, corrected: 0, duplicates: 0, alone: 0, set: 0 };
  fc.assert(
    fc.property(history, input => {
      const settings = settingsOf(input);
      const steps = stepsOf(input);
      const { ledger, decisions } = play(steps, settings);
      const emitted = decisions.filter(decision => decision.kind === 'emit');
      const truth = truthOf(decisions, settings);
      const warned = new Set(emitted.flatMap(({ emission }) => emission.warnings));

      // Every fact that came is an event, a failure or a duplicate, no event is made twice, and nothing waits.
      const came = steps.reduce((sum, { facts }) => sum + facts.length, 0);
      expect(decisions.filter(({ kind }) => kind !== 'hold')).toHaveLength(came);
      expect(new Set(emitted.map(({ entry }) => entry.value.eventId)).size).toBe(emitted.length);
      expect(ledger?.held ?? []).toEqual([]);

      // Where purchases set, late ones must be net, and corrections too.
      const { latePurchase } = settings;
      const rules: PurchaseRule[] = [];
      if (latePurchase !== 'net' || !(warned.has('late_purchase') || warned.has('purchase_corrected')))
        rules.push('add');
      const belowZero = emitted.some(
        ({ emission: { action, warnings } }) => action === 'purchase' && warnings.includes('over_deduction'),
      );
      const wiped = warned.has('late_purchase') || warned.has('purchase_corrected');
      if (latePurchase === 'net' ? !belowZero : !wiped) rules.push('set');
      for (const rule of rules) {
        const order = heldBy(rule, emitted);
        if (order === undefined) expect(truth.accepted).toBe(0);
        else {
          expect(order.total).toBe(BigInt(truth.bought?.total ?? 0) - truth.given.total);
          expect(order.total).toBe(revenueOf(emitted));
          // Whether a purchase without subtotal wipes it out where purchases set, nobody knows.
          if (rule === 'add' || truth.bought?.subtotal !== null) {
            expect(order.subtotal).toBe(BigInt(truth.bought?.subtotal ?? 0) - truth.given.subtotal);
          }
          expect(order.counts).toBe(truth.counts);
        }
      }
      // What overwrites is right whatever came first, as far as the purchase tells; a correction may take it back.
      const order = heldBy('add', emitted);
      if (truth.bought !== undefined && !warned.has('purchase_corrected')) {
        for (const field of ['tax', 'shipping'] as const) {
          const left = truth.left(field);
          expect(order?.[field]).toBe(left === null ? undefined : above(left));
        }
      } else if (truth.bought === undefined) expect([order?.tax, order?.shipping]).toEqual([undefined, undefined]);

      if (warned.has('late_purchase')) seen.late++;
      if (warned.has('purchase_corrected')) seen.corrected++;
      if (decisions.some(({ kind }) => kind === 'failure')) seen.refused++;
      if (decisions.some(({ kind }) => kind === 'duplicate')) seen.duplicates++;
      if (truth.bought === undefined && emitted.length > 0) seen.alone++;
      if (rules.includes('set') && emitted.length > 1) seen.set++;
    }),
    { numRuns: HISTORIES, seed: SEED },
  );
  // The histories are worth something: every turn they can take, they took.
  for (const [what, times] of Object.entries(seen))
    expect({ what, often: times > HISTORIES / 100 }).toMatchObject({ often: true, what });
});

test(`ODP holds the same where deductions are merged (SEED=${SEED})`, () => {
  const held = (rule: PurchaseRule, events: readonly OrderEvent[]) => {
    const model = new OdpModel(rule);
    for (const event of events)
      model.take(JSON.stringify(toOdpBody(event, { dataSourceType: null, dataSource: null })));
    return model.orders;
  };
  let fewer = 0;
  fc.assert(
    fc.property(history, input => {
      const { turns } = play(stepsOf(input), settingsOf(input));
      const events = turns.map(turn =>
        turn.map(({ entry, emission }) => ({
          ...entry,
          value: eventOf(entry.value, emission, entry.late === true, defaultOrderSettings),
        })),
      );
      const [all, some] = [events.flat(), events.flatMap(merged)];
      if (some.length < all.length) fewer++;
      for (const rule of ['add', 'set'] as const) expect(held(rule, valuesOf(some))).toEqual(held(rule, valuesOf(all)));
    }),
    { numRuns: HISTORIES, seed: SEED },
  );
  expect(fewer).toBeGreaterThan(HISTORIES / 100);
});

const valuesOf = (entries: readonly Entry<OrderEvent>[]) => entries.map(({ value }) => value);

test(`calls may be cut anywhere, and time looked at in between (SEED=${SEED})`, () => {
  const cuts = fc.infiniteStream(fc.nat(3));
  fc.assert(
    fc.property(history, cuts, (input, random) => {
      const settings = settingsOf(input);
      const steps = stepsOf(input);
      const next = () => random.next().value as number;
      const cut = steps.flatMap(({ time, facts }, index) => {
        const pieces: Step[] = [];
        for (let from = 0; from < facts.length; ) {
          const to = from + 1 + next();
          pieces.push({ time, facts: facts.slice(from, to) });
          from = to;
        }
        const until = steps[index + 1]?.time ?? time;
        for (let look = time + next(); look < until; look += 1 + next()) pieces.push({ time: look, facts: [] });
        return pieces.length > 0 ? pieces : [{ time, facts }];
      });
      const decided = ({ ledger, decisions }: ReturnType<typeof play>) => ({ ledger, decisions });
      expect(decided(play(cut, settings))).toEqual(decided(play(steps, settings)));
    }),
    { numRuns: Math.ceil(HISTORIES / 4), seed: SEED },
  );
});
