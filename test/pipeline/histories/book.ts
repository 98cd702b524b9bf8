/**
 * What is true of one order, worked out on bigints from what was told, one fact after the other, and with nothing of ours:
 * the simplest reading of the ledger's rules. Amounts are ten-thousandths.
 */
import type { Told } from './told';

export interface BookSettings {
  readonly orphanWaitMs: number;
  readonly latePurchase: 'full' | 'net' | 'refuse';
  readonly overDeduction: 'refuse' | 'warn';
}

type Field = 'total' | 'subtotal' | 'tax' | 'shipping';
type Amounts = Record<Field, bigint | null>;

/** An event as it must go out, amounts signed as on the wire. */
export interface Line extends Amounts {
  readonly action: string;
  readonly ids: readonly string[];
  readonly late: boolean;
}

const FIELDS: readonly Field[] = ['total', 'subtotal', 'tax', 'shipping'];
const above = (value: bigint): bigint => (value < 0n ? 0n : value);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const each = (amount: (field: Field) => bigint | null): Amounts =>
  Object.fromEntries(FIELDS.map(field => [field, amount(field)])) as Amounts;

/** What it says, its subtotal worked out where it does not. */
export const amountsOf = ({ kind, total, subtotal, tax, shipping }: Told): Amounts => {
  const rest = kind === 'placed' || total === null ? null : total - (tax ?? 0) - (shipping ?? 0);
  const said = { total, subtotal: subtotal ?? rest, tax, shipping };
  return each(field => (said[field] === null ? null : BigInt(said[field]) * 10_000n));
};

export const actionOf = ({ kind, goodsBack }: Told): string =>
  ({ placed: 'purchase', returned: 'return', refunded: goodsBack ? 'return' : 'refund', cancelled: 'cancel' })[kind];

/** Before its fact id and time, which a retry changes. */
const contentOf = ({ id: _id, at: _at, ...content }: Told): string => JSON.stringify(content);
export const sameContent = (a: Told, b: Told): boolean => contentOf(a) === contentOf(b);

export class Book {
  bought: Told | undefined;
  currency: string | undefined;
  readonly seen = new Set<string>();
  readonly given: Record<Field, bigint> = { total: 0n, subtotal: 0n, tax: 0n, shipping: 0n };

  constructor(private readonly settings: BookSettings) {}

  /** What is left of what was bought; null where nobody said. */
  left(): Amounts {
    const bought = this.bought && amountsOf(this.bought);
    return each(field => {
      const amount = bought?.[field] ?? null;
      return amount === null ? null : amount - this.given[field];
    });
  }

  /** What goes out for the fact, or the code by which it is refused. */
  settle(told: Told, late: boolean): Line | string {
    if (this.currency !== undefined && this.currency !== told.currency) return 'currency_changed';
    const line = told.kind === 'placed' ? this.buy(told, late) : this.deduct(told, late);
    if (typeof line === 'string') return line;
    this.currency = told.currency;
    this.seen.add(told.id);
    return line;
  }

  private buy(told: Told, late: boolean): Line | string {
    const { latePurchase } = this.settings;
    if (this.bought !== undefined || (latePurchase === 'refuse' && this.seen.size > 0)) return 'purchase_changed';
    this.bought = told;
    const amounts = amountsOf(told);
    const left = this.left();
    const out = each(field => {
      const overwrites = field === 'tax' || field === 'shipping';
      const amount = overwrites || latePurchase === 'net' ? left[field] : amounts[field];
      return amount === null ? null : above(amount);
    });
    return { action: 'purchase', ids: [told.id], late, ...out };
  }

  private deduct(told: Told, late: boolean): Line | string {
    const left = this.left();
    const said = amountsOf(told);
    if (told.total === null && this.bought === undefined) return 'missing_field';
    const back = told.total === null ? each(field => left[field] && above(left[field])) : said;
    if (this.isBeyond(back)) {
      if (told.kind !== 'cancelled' && this.settings.overDeduction === 'refuse') return 'over_deduction';
      if (told.kind === 'cancelled')
        for (const field of ['total', 'subtotal'] as const)
          if (left[field] !== null && back[field] !== null) back[field] = least(back[field], above(left[field]));
    }
    for (const field of FIELDS) this.given[field] += back[field] ?? 0n;
    const remains = this.left();
    const action = actionOf(told);
    const sign = action === 'refund' ? 1n : -1n;
    const out = each(field => {
      const amount = field === 'tax' || field === 'shipping' ? remains[field] && above(remains[field]) : back[field];
      return amount === null || field === 'tax' || field === 'shipping' ? amount : sign * amount;
    });
    return { action, ids: [told.id], late, ...out };
  }

  /** Whether more is given back than is left. */
  isBeyond(back: Amounts): boolean {
    const left = this.left();
    return (['total', 'subtotal'] as const).some(
      field => left[field] !== null && back[field] !== null && back[field] > above(left[field]),
    );
  }
}

/** Events of one turn, deductions of one action made one in the place of the last; not over a purchase, and no late ones. */
export const mergedLines = (lines: readonly Line[]): Line[] => {
  const result: Line[] = [];
  for (const line of lines) {
    const at = result.findLastIndex(({ action }) => action === line.action || action === 'purchase');
    const before = result[at];
    if (
      before === undefined ||
      isAlone(before) ||
      isAlone(line) ||
      (before.subtotal === null) !== (line.subtotal === null)
    ) {
      result.push(line);
      continue;
    }
    result.splice(at, 1);
    result.push({
      ...line,
      ids: [...before.ids, ...line.ids],
      total: (before.total ?? 0n) + (line.total ?? 0n),
      subtotal: line.subtotal === null ? null : (before.subtotal ?? 0n) + line.subtotal,
    });
  }
  return result;
};

const isAlone = ({ action, late }: Line): boolean => action === 'purchase' || late;
