/** What is remembered of orders, as plain values in memory: for tests, previews and stories. */
import { type Observable, of } from 'rxjs';
import type { OrderStates, Settlement } from '../../pipeline/ports';
import type { OrderState } from '../../schemas/types';

export class MemoryStates implements OrderStates {
  private readonly states = new Map<string, OrderState>();

  waiting(): Observable<ReadonlyMap<string, OrderState>> {
    return of(new Map([...this.states].filter(([, { waiting, windows }]) => waiting.length > 0 || windows.length > 0)));
  }

  load(orderIds: readonly string[]): Observable<ReadonlyMap<string, OrderState>> {
    const found = new Map<string, OrderState>();
    for (const orderId of orderIds) {
      const state = this.states.get(orderId);
      if (state !== undefined) found.set(orderId, state);
    }
    return of(found);
  }

  /** To be called by the write, once it is true. */
  apply(changes: Settlement['changes']): void {
    for (const [orderId, state] of changes)
      if (state === undefined) this.states.delete(orderId);
      else this.states.set(orderId, state);
  }

  all(): ReadonlyMap<string, OrderState> {
    return this.states;
  }
}
