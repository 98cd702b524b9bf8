/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import { Arena } from './arena';
import type { StateStore } from './store';

const atOnce = 1_000;

export const memoryStore = (): StateStore => {
  let states = new Arena();
  return {
    get: async orderIds => orderIds.map(orderId => states.get(orderId)),
    put: async changes => {
      for (const [orderId, state] of changes) states.put(orderId, state);
    },
    async *all() {
      let some: [string, Buffer][] = [];
      for (const one of states.all()) {
        some.push(one);
        if (some.length < atOnce) continue;
        yield some;
        some = [];
      }
      if (some.length > 0) yield some;
    },
    next: async count => states.next(count),
    close: async () => {
      states = new Arena();
    },
  };
};
