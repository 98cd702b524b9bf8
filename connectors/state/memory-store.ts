/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import type { StateStore } from './store';

export const memoryStore = (): StateStore => {
  // Latin-1 text is a byte a byte in the heap; a buffer of its own would cost a small state once more.
  const states = new Map<string, string>();
  const waiting = new Set<string>();
  let looking = states.entries();
  const clear = async () => {
    states.clear();
    waiting.clear();
  };
  return {
    get: async orderIds =>
      orderIds.map(orderId => {
        const state = states.get(orderId);
        return state === undefined ? undefined : bytes(state);
      }),
    put: async changes => {
      for (const [orderId, state, waits] of changes) {
        if (state === undefined) states.delete(orderId);
        else states.set(orderId, state.toString('latin1'));
        if (waits) waiting.add(orderId);
        else waiting.delete(orderId);
      }
    },
    place: async () => undefined,
    reset: clear,
    waiting: async () => [...waiting],
    next: async count => {
      const some: [string, Buffer][] = [];
      while (some.length < count) {
        const { done, value } = looking.next();
        if (done) {
          looking = states.entries();
          break;
        }
        some.push([value[0], bytes(value[1])]);
      }
      return some;
    },
    close: clear,
  };
};

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
