/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import { Arena } from './arena';
import { newestOf } from './codec';
import type { StateStore } from './store';

export const memoryStore = (): StateStore => {
  let states = new Arena(newestOf);
  const clear = async () => {
    states = new Arena(newestOf);
  };
  return {
    get: async orderIds => states.getAll(orderIds),
    put: async changes => states.putAll(changes),
    place: async () => undefined,
    reset: clear,
    waiting: async () => [...states.waiting()],
    next: async (count, before) => states.next(count, before),
    close: clear,
  };
};
