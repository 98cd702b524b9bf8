/**
 * The ledger's stories as lines of text, so that a table of rules reads the same in a test and in the docs:
 *
 *     10m: refunded R total 10 tax 1.5 at 2m      stream time, kind, fact id, amounts, event time (default: stream time)
 *     12m:                                        nothing came, time passed
 *
 * Neighbours of one stream time are given to the ledger together. What it decided is one line a fact:
 *
 *     refund R total 10 subtotal 8.5 tax 5.7 shipping 4.8 [over_deduction]
 *     hold R until 20m · duplicate R · over_deduction R
 */
import type { Entry } from '../../../../pipeline/batch';
import type { Fact } from '../../../../pipeline/order/fact';
import { apply } from '../../../../pipeline/order/ledger/apply';
import type { Decision } from '../../../../pipeline/order/ledger/decision';
import type { Ledger } from '../../../../pipeline/order/ledger/ledger';
import { inSequence } from '../../../../pipeline/order/ledger/sequence';
import { defaultLedgerSettings, type LedgerSettings } from '../../../../pipeline/order/ledger/settings';
import { type Money, moneyText, parseMoney } from '../../../../pipeline/order/money';
import { record } from '../../../driver';
import { ms, STORY_START } from '../../../facts';

/** A fact of order A, entire, but for what is given. */
export const entryOf = (fact: Partial<Fact>): Entry<Fact> => ({
  source: record(0),
  value: {
    kind: 'placed',
    eventId: 'P',
    orderId: 'A',
    occurredAt: STORY_START,
    identifiers: { email: 'ada@example.com' },
    currency: 'EUR',
    total: null,
    subtotal: null,
    discount: null,
    tax: null,
    shipping: null,
    couponCode: null,
    firstName: null,
    lastName: null,
    name: null,
    email: null,
    phone: null,
    billAddress: null,
    shipAddress: null,
    items: [],
    attributes: {},
    inventoryReturned: false,
    ...fact,
  },
});

interface Step {
  readonly time: number;
  readonly entry: Entry<Fact> | undefined;
}

const step = (line: string): Step => {
  const [, at = '', rest = ''] = /^(\S+):\s*(.*)$/.exec(line) ?? [];
  const time = STORY_START + ms(at);
  if (rest === '') return { time, entry: undefined };
  const [kind, eventId, ...words] = rest.split(' ') as [Fact['kind'], string, ...string[]];
  const fact: Record<string, unknown> = { kind, eventId, occurredAt: time };
  for (let i = 0; i < words.length; i += 2) {
    const [word, value] = [words[i] as string, words[i + 1] as string];
    if (word === 'at') fact.occurredAt = STORY_START + ms(value);
    else if (word === 'in') fact.currency = value;
    else if (word === 'goods') fact.inventoryReturned = value === 'back';
    else if (word === 'coupon') fact.couponCode = value;
    else fact[word] = parseMoney(value);
  }
  // As `toFact` has it: the subtotal of a deduction is always known.
  if (kind !== 'placed' && fact.total !== undefined && fact.subtotal === undefined) {
    fact.subtotal = (fact.total as number) - ((fact.tax as number) ?? 0) - ((fact.shipping as number) ?? 0);
  }
  return { time, entry: entryOf(fact) };
};

const span = (time: number): string => {
  const passed = time - STORY_START;
  return passed % 60_000 === 0 ? `${passed / 60_000}m` : `${passed}ms`;
};

const amountsText = (amounts: object): string =>
  Object.entries(amounts)
    .map(([name, amount]: [string, Money | null]) => (amount === null ? '' : ` ${name} ${moneyText(amount)}`))
    .join('');

const told = (decision: Decision): string => {
  const { eventId } = decision.entry.value;
  if (decision.kind === 'duplicate') return `duplicate ${eventId}`;
  if (decision.kind === 'hold') return `hold ${eventId} until ${span(decision.until)}`;
  if (decision.kind === 'failure') return `${decision.rejection.code} ${eventId}`;
  const { action, amounts, warnings } = decision.emission;
  return `${action} ${eventId}${amountsText(amounts)}${warnings.map(warning => ` [${warning}]`).join('')}`;
};

export interface Played {
  readonly told: readonly string[];
  readonly decisions: readonly Decision[];
  readonly ledger: Ledger | undefined;
}

export const play = (lines: readonly string[], changed: Partial<LedgerSettings> = {}): Played => {
  const settings = { ...defaultLedgerSettings, ...changed };
  const steps = lines.map(step);
  let ledger: Ledger | undefined;
  const decisions: Decision[] = [];
  for (let i = 0; i < steps.length; ) {
    const { time } = steps[i] as Step;
    const facts: Entry<Fact>[] = [];
    for (; i < steps.length && steps[i]?.time === time; i++) {
      const { entry } = steps[i] as Step;
      if (entry !== undefined) facts.push(entry);
    }
    facts.sort((a, b) => inSequence(a.value, b.value));
    const applied = apply(ledger, facts, time, settings);
    ledger = applied.ledger;
    decisions.push(...applied.decisions);
  }
  return { told: decisions.map(told), decisions, ledger };
};
