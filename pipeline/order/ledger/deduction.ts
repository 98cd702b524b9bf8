/**
 * Returns, refunds and cancels. ODP subtracts their `total` and `subtotal`, which nothing takes back: what is not certain
 * is refused, as a failure can be repaired and a deduction cannot. It overwrites `tax` and `shipping`: what remains of
 * them goes out, and nothing where it is not known.
 */
import type { Rejection } from '../../failure';
import { actionOf } from '../action';
import type { Fact } from '../fact';
import { moneyText } from '../money';
import { type Amounts, cutTo, isBeyond, minus, notBelowZero, plus } from './amounts';
import { type Emission, NO_WARNINGS, refusal, type Warning } from './decision';
import type { Ledger, Purchase } from './ledger';
import { currencyChanged, notExact } from './rules';
import type { LedgerSettings } from './settings';

/** A deduction whose purchase is known, or is no longer waited for. */
export const deduct = (ledger: Ledger, fact: Fact, settings: LedgerSettings): Emission | Rejection =>
  currencyChanged(ledger, fact) ??
  (ledger.purchase === null ? deductAlone(ledger, fact) : deductFrom(ledger.purchase, ledger, fact, settings));

/** From a purchase that was never seen: the amounts as they are, remainders left out. */
const deductAlone = (ledger: Ledger, fact: Fact): Emission | Rejection => {
  const back = givenBack(fact);
  if (back === null) {
    return refusal('missing_field', fact, 'its "total" is absent and its purchase never came: give the total');
  }
  const given = plus(ledger.given, back);
  if (given === null) return notExact(fact);
  const amounts = { ...back, tax: null, shipping: null };
  return { action: actionOf(fact), amounts, warnings: NO_WARNINGS, purchase: null, given };
};

const deductFrom = (purchase: Purchase, ledger: Ledger, fact: Fact, settings: LedgerSettings): Emission | Rejection => {
  const rest = minus(purchase.amounts, ledger.given);
  if (rest === null) return notExact(fact);
  const left = notBelowZero(rest);
  const asked = givenBack(fact) ?? left;
  const beyond = isBeyond(left, asked);
  const cut = beyond && fact.kind === 'cancelled';
  if (beyond && !cut && settings.overDeduction === 'refuse') return overDeduction(fact, asked, left);
  const back = cut ? cutTo(left, asked) : asked;
  const given = plus(ledger.given, back);
  const remains = given && minus(purchase.amounts, given);
  if (given === null || remains === null) return notExact(fact);
  const warnings: Warning[] = [];
  if (beyond) warnings.push(cut ? 'cut_to_what_is_left' : 'over_deduction');
  if ((remains.tax ?? 0) < 0 || (remains.shipping ?? 0) < 0) warnings.push('remainder_below_zero');
  const { tax, shipping } = notBelowZero(remains);
  return { action: actionOf(fact), amounts: { ...back, tax, shipping }, warnings, purchase, given };
};

/** Null of a cancel that leaves its amounts to the ledger: one without total. */
const givenBack = ({ total, subtotal, tax, shipping }: Fact): Amounts | null =>
  total === null ? null : { total, subtotal, tax, shipping };

const overDeduction = (fact: Fact, asked: Amounts, left: Amounts): Rejection => {
  const field = asked.total > left.total ? 'total' : 'subtotal';
  const [more, less] = [asked[field] ?? asked.total, left[field] ?? left.total];
  const why = `its "${field}" gives back ${moneyText(more)} and ${moneyText(less)} is left`;
  return refusal('over_deduction', fact, why);
};
