/**
 * The ledger of one order as a pure function: what is known, facts and a time → what is known then, and a decision for
 * every fact. Read top to bottom, these are its rules; docs show them as a table, which is also its test.
 */
import type { Entry } from '../../batch';
import type { Fact } from '../fact';
import type { Decision } from './decision';
import { deduct } from './deduction';
import { type Held, hasSeen, isExpired, type Ledger } from './ledger';
import { buy, correct, purchaseOf } from './purchase';
import { beyondRetention, currencyChanged, ledgerFull } from './rules';
import { inSequence } from './sequence';
import type { LedgerSettings } from './settings';
import { blank, decide, hold, settle, type Turn, takeHeld } from './turn';

export interface Applied {
  /** The very ledger that was given where nothing changed; undefined where there is none, or none any longer. */
  readonly ledger: Ledger | undefined;
  /** In the order events go out. */
  readonly decisions: readonly Decision[];
}

/**
 * Facts of one order, in the order of `inSequence`, at `time`: stream time, finite epoch ms. For results that do not depend
 * on where batches are cut, `time` must come from the data (a window's closing), not from the batch. No facts: time passed,
 * so what waited long enough goes out alone, and an expired ledger ends.
 */
export const apply = (
  ledger: Ledger | undefined,
  facts: readonly Entry<Fact>[],
  time: number,
  settings: LedgerSettings,
): Applied => {
  const orderId = ledger?.orderId ?? facts[0]?.value.orderId;
  if (orderId === undefined) return { ledger: undefined, decisions: [] };
  const turn: Turn = { ledger: ledger ?? blank(orderId, time), decisions: NONE, time, settings };
  if (ledger !== undefined) {
    // First what was due before these facts came, as if it had been asked for in time.
    releaseDue(turn);
    if (isBlank(turn.ledger) || isExpired(turn.ledger, time, settings)) turn.ledger = blank(orderId, time);
  }
  for (const entry of facts) take(turn, entry);
  releaseDue(turn);
  return { ledger: isBlank(turn.ledger) ? undefined : turn.ledger, decisions: turn.decisions };
};

const take = (turn: Turn, entry: Entry<Fact>): void => {
  const fact = entry.value;
  if (hasSeen(turn.ledger, fact.eventId)) decide(turn, { kind: 'duplicate', entry });
  else if (fact.kind === 'placed') takePurchase(turn, entry);
  else takeDeduction(turn, entry);
};

const takeDeduction = (turn: Turn, entry: Entry<Fact>): void => {
  const { ledger, settings, time } = turn;
  const refused =
    currencyChanged(ledger, entry.value) ??
    beyondRetention(ledger, entry.value, settings) ??
    ledgerFull(ledger, entry, settings);
  if (refused !== undefined) settle(turn, entry, refused);
  else if (ledger.purchase === null) hold(turn, entry, time + settings.orphanWaitMs);
  else settle(turn, entry, deduct(ledger, entry.value, settings));
};

const takePurchase = (turn: Turn, entry: Entry<Fact>): void => {
  const { ledger, settings } = turn;
  const first = ledger.purchase;
  const purchase = purchaseOf(entry.value);
  if (first?.digest === purchase.digest) {
    decide(turn, { kind: 'duplicate', entry });
    return;
  }
  const full = ledgerFull(ledger, entry, settings);
  if (full !== undefined) settle(turn, entry, full);
  else if (first !== null) settle(turn, entry, correct(ledger, entry.value, first, purchase, settings));
  else settle(turn, entry, buy(ledger, entry.value, purchase, settings));
  // Those that waited for it.
  if (turn.ledger.purchase !== null) deductHeld(turn, all, byEventTime);
};

const deductHeld = (turn: Turn, which: (held: Held) => boolean, order: (a: Held, b: Held) => number): void => {
  if (turn.ledger.held.length === 0) return;
  for (const { entry } of takeHeld(turn, which).sort(order)) {
    settle(turn, entry, deduct(turn.ledger, entry.value, turn.settings));
  }
};

const NONE: readonly Decision[] = [];

const all = () => true;

const releaseDue = (turn: Turn): void => {
  if (turn.ledger.held.length > 0) deductHeld(turn, held => held.until <= turn.time, byDueTime);
};

const byEventTime = (a: Held, b: Held): number => inSequence(a.entry.value, b.entry.value);
// As they would have gone out had each been asked for at its own time.
const byDueTime = (a: Held, b: Held): number => a.until - b.until || byEventTime(a, b);

const isBlank = (ledger: Ledger): boolean => ledger.seen.length === 0 && ledger.held.length === 0;
