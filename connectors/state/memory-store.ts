/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import { Arena } from './arena';
import type { StateStore } from './store';

export const memoryStore = (): StateStore => {
  let states = new Arena();
  const waiting = new Set<string>();
  const clear = async () => {
    states = new Arena();
    waiting.clear();
  };
  return {
    get: async orderIds => orderIds.map(orderId => states.get(orderId)),
    put: async changes => {
      for (const [orderId, state, waits] of changes) {
        states.put(orderId, state);
        if (waits) waiting.add(orderId);
        else waiting.delete(orderId);
      }
    },
    place: async () => undefined,
    reset: clear,
    waiting: async () => [...waiting],
    next: async (count, wanted) => states.next(count, wanted),
    close: clear,
  };
};
