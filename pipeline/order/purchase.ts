/** Purchase: creates the order at ODP and sets what it costs. */
import type { Fact } from './fact';
import type { Amounts } from './ledger/amounts';
import type { SignedAmounts } from './shape';

export const purchase = ({ total, subtotal, tax, shipping }: Amounts, fact: Fact): SignedAmounts => ({
  total,
  subtotal,
  discount: fact.discount,
  tax,
  shipping,
});
