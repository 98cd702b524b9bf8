/** Return: goods came back, with or without money paid. ODP subtracts the amounts, here negative as in its examples. */
import type { Amounts } from './ledger/amounts';
import { negative } from './money';
import { deduction, type SignedAmounts } from './shape';

export const returned = (amounts: Amounts): SignedAmounts =>
  deduction(negative(amounts.total), amounts.subtotal && negative(amounts.subtotal), amounts);
