/** The summaries that the demo has seen: parts of several lanes, added up by window and currency. */
import { parseMoney } from '../../pipeline/order/money';
import type { OrderSummary } from '../../schemas/types';

/** Of one window, all lanes together. */
export interface SummaryWindow {
  /** Epoch ms. */
  readonly start: number;
  readonly end: number;
  /** By currency, as they came. */
  readonly currencies: ReadonlyMap<string, CurrencySum>;
}

export interface CurrencySum {
  readonly purchases: number;
  /** Whole ten-thousandths: purchases less what was given back. */
  readonly revenue: number;
}

/** Parts of older windows still come when they are late. */
const windowsMax = 3;

export class SummaryWindows {
  private readonly windows = new Map<number, { end: number; currencies: Map<string, CurrencySum> }>();

  add({ window_start, window_end, currency, actions }: OrderSummary): void {
    if (currency === null) return; // failures: the view has them all
    const window = this.windows.get(window_start) ?? { end: window_end, currencies: new Map() };
    this.windows.set(window_start, window);
    let { purchases, revenue } = window.currencies.get(currency) ?? { purchases: 0, revenue: 0 };
    for (const { action, events, revenue_effect } of actions) {
      if (action === 'purchase') purchases += events;
      const effect = parseMoney(revenue_effect);
      if (typeof effect === 'number') revenue += effect;
    }
    window.currencies.set(currency, { purchases, revenue });
    const oldest = Math.min(...this.windows.keys());
    if (this.windows.size > windowsMax) this.windows.delete(oldest);
  }

  /** The newest that has closed. */
  get latest(): SummaryWindow | undefined {
    if (this.windows.size === 0) return undefined;
    const start = Math.max(...this.windows.keys());
    const window = this.windows.get(start);
    return window && { start, ...window };
  }
}
