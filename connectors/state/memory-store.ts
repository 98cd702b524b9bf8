/** State in memory: gone with the process, and restored from the changelog. For tests, trials and small shops. */
import type { StateStore } from './store';

const atOnce = 1_000;

export const memoryStore = (): StateStore => {
  // Latin-1 text is a byte a byte in the heap; a buffer of its own would cost a small state once more.
  const states = new Map<string, string>();
  let looking = states.entries();
  return {
    get: async orderIds =>
      orderIds.map(orderId => {
        const state = states.get(orderId);
        return state === undefined ? undefined : bytes(state);
      }),
    put: async changes => {
      for (const [orderId, state] of changes)
        if (state === undefined) states.delete(orderId);
        else states.set(orderId, state.toString('latin1'));
    },
    async *all() {
      let some: [string, Buffer][] = [];
      for (const [orderId, state] of states) {
        some.push([orderId, bytes(state)]);
        if (some.length < atOnce) continue;
        yield some;
        some = [];
      }
      if (some.length > 0) yield some;
    },
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
    close: async () => states.clear(),
  };
};

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
