/**
 * Facts → the ODP order events they are, amounts signed as on ODP's wire. What each action means is in its own file. The
 * numbers are whole ten-thousandths; ODP's JSON is made of them in body.ts.
 */
import type { OrderEvent } from '../../schemas/types';
import { Rejection } from '../failure';
import { type Action, actionOf } from './action';
import { cancel } from './cancel';
import type { Fact } from './fact';
import type { Amounts } from './ledger/amounts';
import type { Emission } from './ledger/decision';
import { purchase } from './purchase';
import { refund } from './refund';
import { returned } from './return';
import type { OrderSettings } from './settings';
import { NO_MARKS, type SignedAmounts, shaped } from './shape';

/** A fact by itself, where nothing is remembered: what remains of tax and shipping is not known, and left out. */
export const toEvent =
  (settings: OrderSettings) =>
  (fact: Fact): OrderEvent | Rejection => {
    const { total, subtotal } = fact;
    if (total === null) {
      const why = 'without "total" what is left of it is cancelled, and without state nobody knows that';
      return new Rejection(
        'missing_field',
        `Cannot cancel order ${JSON.stringify(fact.orderId)} as ${why}`,
        fact.orderId,
      );
    }
    const action = actionOf(fact);
    const known = action === 'purchase';
    const amounts = { total, subtotal, tax: known ? fact.tax : null, shipping: known ? fact.shipping : null };
    return shaped(action, fact, signed(action, amounts, fact), NO_MARKS, settings);
  };

/** What the ledger decided to send of a fact. */
export const eventOf = (
  fact: Fact,
  { action, amounts, warnings }: Emission,
  late: boolean,
  settings: OrderSettings,
): OrderEvent => {
  const event = shaped(action, fact, signed(action, amounts, fact), { late, warnings }, settings);
  // Which items a correction adds or takes is not known: ODP would count all of them once more.
  return warnings.includes('purchase_corrected') ? { ...event, discount: null, items: [] } : event;
};

const signed = (action: Action, amounts: Amounts, fact: Fact): SignedAmounts => {
  switch (action) {
    case 'purchase':
      return purchase(amounts, fact);
    case 'return':
      return returned(amounts);
    case 'refund':
      return refund(amounts);
    case 'cancel':
      return cancel(amounts);
  }
};
