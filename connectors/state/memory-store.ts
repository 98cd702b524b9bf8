/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import { Arena } from './arena';
import { textOf } from './changes';
import { newestOf } from './codec';
import type { StateStore } from './store';

export const memoryStore = (): StateStore => {
  let states = new Arena(newestOf);
  const waiting = new Set<string>();
  const clear = async () => {
    states = new Arena(newestOf);
    waiting.clear();
  };
  return {
    get: async orderIds => states.getAll(orderIds),
    put: async changes => {
      states.putAll(changes);
      changes.each((bytes, keyAt, keyEnd, _end, waits) => {
        if (waits) waiting.add(textOf(bytes, keyAt, keyEnd));
        else if (waiting.size > 0) waiting.delete(textOf(bytes, keyAt, keyEnd));
      });
    },
    place: async () => undefined,
    reset: clear,
    waiting: async () => [...waiting],
    next: async (count, before) => states.next(count, before),
    close: clear,
  };
};
