/**
 * The purchase: once per order. After its deductions went out it follows `late_purchase`; a second, different one is
 * refused or, by setting, corrects the first. `tax` and `shipping` overwrite at ODP and so are always what remains.
 */
import type { Rejection } from '../../failure';
import type { Fact } from '../fact';
import { zero } from '../money';
import { type Amounts, isBeyond, minus, notBelowZero } from './amounts';
import { type Emission, NO_WARNINGS, refusal, type Warning } from './decision';
import { digestOf } from './digest';
import type { Ledger, Purchase } from './ledger';
import { currencyChanged, notExact } from './rules';
import type { LedgerSettings } from './settings';

export const purchaseOf = (fact: Fact): Purchase => ({
  occurredAt: fact.occurredAt,
  amounts: { total: fact.total ?? zero, subtotal: fact.subtotal, tax: fact.tax, shipping: fact.shipping },
  digest: digestOf(fact),
});

/** The first purchase of the order. */
export const buy = (
  ledger: Ledger,
  fact: Fact,
  purchase: Purchase,
  { latePurchase }: LedgerSettings,
): Emission | Rejection => {
  const otherCurrency = currencyChanged(ledger, fact);
  if (otherCurrency !== undefined) return otherCurrency;
  const { given, seen } = ledger;
  const late = seen.length > 0;
  // Nearly always: the first that is heard of the order.
  if (!late) return { action: 'purchase', amounts: purchase.amounts, warnings: NO_WARNINGS, purchase, given };
  if (latePurchase === 'refuse') {
    return refusal('purchase_changed', fact, 'deductions went out before it (ledger.late_purchase is "refuse")');
  }
  const remains = minus(purchase.amounts, given);
  if (remains === null) return notExact(fact);
  const rest = notBelowZero(remains);
  const warnings = lateWarnings(remains);
  if (latePurchase === 'net') {
    const effect = remains.total < 0 ? given.total : purchase.amounts.total;
    return { action: 'purchase', amounts: rest, warnings, effect, purchase, given };
  }
  const { total, subtotal } = purchase.amounts;
  return { action: 'purchase', amounts: { ...rest, total, subtotal }, warnings, purchase, given };
};

const lateWarnings = (remains: Amounts): Warning[] =>
  remains.total < 0 || (remains.subtotal ?? 0) < 0 ? ['late_purchase', 'over_deduction'] : ['late_purchase'];

/**
 * A second, different purchase. As a correction it goes out as `late_purchase` takes ODP to work: where purchases set
 * (`net`), what is left by it; where they add up, the difference, upwards as a purchase and downwards as a refund.
 */
export const correct = (
  ledger: Ledger,
  fact: Fact,
  first: Purchase,
  purchase: Purchase,
  settings: LedgerSettings,
): Emission | Rejection => {
  const otherCurrency = currencyChanged(ledger, fact);
  if (otherCurrency !== undefined) return otherCurrency;
  if (settings.changedPurchase === 'refuse') return changed(fact, 'with other content');
  if (purchase.occurredAt < first.occurredAt) return changed(fact, 'with other content, by a newer fact');
  const { given } = ledger;
  if (isBeyond(purchase.amounts, given)) return changed(fact, 'and more was given back than it would now cost');
  const remains = minus(purchase.amounts, given);
  const more = minus(purchase.amounts, first.amounts);
  const less = minus(first.amounts, purchase.amounts);
  if (remains === null || more === null || less === null) return notExact(fact);
  const { tax, shipping } = notBelowZero(remains);
  const emission = (action: Emission['action'], { total, subtotal }: Amounts): Emission => {
    return { action, amounts: { total, subtotal, tax, shipping }, warnings: CORRECTED, purchase, given };
  };
  if (settings.latePurchase === 'net') {
    const effect = wentOutAsNothing(ledger, first) ? remains.total : more.total;
    return { ...emission('purchase', remains), effect };
  }
  if ((purchase.amounts.subtotal === null) !== (first.amounts.subtotal === null)) {
    return changed(fact, 'and only one of the two has a subtotal');
  }
  if (more.total >= 0 && (more.subtotal ?? 0) >= 0) return emission('purchase', more);
  if (less.total >= 0 && (less.subtotal ?? 0) >= 0) return emission('refund', less);
  return changed(fact, 'and its total and subtotal changed in opposite directions');
};

/** Behind deductions of more, and none came since: then ODP is not below zero, as it is when they come behind it. */
const wentOutAsNothing = ({ seen, given }: Ledger, { amounts }: Purchase): boolean =>
  amounts.total < given.total && seen.at(-1)?.action === 'purchase';

const CORRECTED: readonly Warning[] = ['purchase_corrected'];

const changed = (fact: Fact, how: string): Rejection =>
  refusal('purchase_changed', fact, `it was placed already, ${how}`);
