/**
 * Refund: money was issued and nothing came back. ODP subtracts the amounts of `total` and `subtotal`, here positive as in
 * the vendor's examples; a partial refund needs no items.
 */
import type { Amounts } from './ledger/amounts';
import { deduction, type SignedAmounts } from './shape';

export const refund = (amounts: Amounts): SignedAmounts => deduction(amounts.total, amounts.subtotal, amounts);
