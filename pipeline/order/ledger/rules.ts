/** The rules that refuse a fact whatever it gives or takes. Undefined where there is nothing against it. */
import type { Entry } from '../../batch';
import type { Rejection } from '../../failure';
import type { Fact } from '../fact';
import { refusal } from './decision';
import { heldBytes, idBytes, type Ledger } from './ledger';
import type { LedgerSettings } from './settings';

/** An order has one currency: sums of two mean nothing. */
export const currencyChanged = (ledger: Ledger, fact: Fact): Rejection | undefined =>
  ledger.currency === null || ledger.currency === fact.currency
    ? undefined
    : refusal('currency_changed', fact, `its currency is ${ledger.currency} and the fact is in ${fact.currency}`);

/**
 * A ledger vouches for facts younger than `retention` before it began: an older deduction may have gone out already, in a
 * ledger that was forgotten since. A purchase may repeat; a deduction never.
 */
export const beyondRetention = (ledger: Ledger, fact: Fact, { retentionMs }: LedgerSettings): Rejection | undefined =>
  fact.occurredAt >= ledger.since - retentionMs
    ? undefined
    : refusal(
        'beyond_retention',
        fact,
        'it happened longer ago than what went out is remembered (state.retention): it may have gone out already',
      );

export const ledgerFull = (
  ledger: Ledger,
  entry: Entry<Fact>,
  { factsPerOrderMax, bytesPerOrderMax }: LedgerSettings,
): Rejection | undefined => {
  const fact = entry.value;
  if (ledger.seen.length + ledger.held.length >= factsPerOrderMax) {
    const why = `it has ${factsPerOrderMax} facts, the most there may be (ledger.facts_per_order_max)`;
    return refusal('ledger_full', fact, why);
  }
  const isHeld = fact.kind !== 'placed' && ledger.purchase === null;
  const bytes = ledger.bytes + (isHeld ? heldBytes(entry) : idBytes(fact.eventId));
  if (bytes <= bytesPerOrderMax) return undefined;
  const why = `its facts would take ${bytes} bytes, of ${bytesPerOrderMax} at most (ledger.bytes_per_order_max)`;
  return refusal('ledger_full', fact, why);
};

/** Sums must be exact: one that was rounded once is wrong for ever. */
export const notExact = (fact: Fact): Rejection =>
  refusal('invalid_amount', fact, 'what its facts add up to cannot be kept exactly with 15 significant digits');
