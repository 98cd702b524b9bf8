/**
 * Cancel: takes the order out of ODP's life-cycle count (its purchase stays visible) and subtracts the amounts, here
 * negative as in the vendor's examples.
 */
import type { Amounts } from './ledger/amounts';
import { negative } from './money';
import { deduction, type SignedAmounts } from './shape';

export const cancel = (amounts: Amounts): SignedAmounts =>
  deduction(negative(amounts.total), amounts.subtotal && negative(amounts.subtotal), amounts);
