/**
 * A store behind a cache of what was put last: the facts of an order mostly follow each other closely, and a store on disk
 * takes ten times as long. Bounded in bytes by two generations: when the young one is full it becomes the old one, and what
 * was the old one is forgotten. What is only read is not put again.
 */
import { Arena, chunkBytes } from './arena';
import type { Changes } from './changes';
import { headBytes } from './entry';
import type { StateStore } from './store';

/** Of a generation: larger states, and longer order ids, are left to the store. */
const shareMax = 1 / 8;
const keyBytesMax = 1_024;

/** Of `bytesMax`, what a cache needs to be of any use: it takes memory by whole chunks. */
export const cacheBytesMin = 4 * chunkBytes;

/** @param bytesMax At least `cacheBytesMin`. */
export const cachedStore = (store: StateStore, bytesMax: number): StateStore => {
  // When it is found to be full it has a chunk more. The young one has none then: that is room for slots.
  const generationBytes = bytesMax / 2 - chunkBytes;
  let young = new Arena();
  let old = new Arena();

  const keep = (changes: Changes) =>
    changes.each((bytes, keyAt, keyEnd, end) => {
      if (end !== undefined && end - keyEnd <= shareMax * generationBytes && keyEnd - keyAt <= keyBytesMax)
        young.put(bytes, keyAt - headBytes, end);
      else {
        young.remove(bytes, keyAt, keyEnd);
        old.remove(bytes, keyAt, keyEnd);
      }
      if (young.bytes <= generationBytes) return;
      old = young;
      young = new Arena();
    });
  const clear = () => {
    young = new Arena();
    old = new Arena();
  };

  return {
    ...store,
    async get(orderIds) {
      const known = orderIds.map(orderId => young.get(orderId) ?? old.get(orderId));
      const unknown = orderIds.filter((_, index) => known[index] === undefined);
      if (unknown.length === 0) return known;
      const found = await store.get(unknown);
      let next = 0;
      return known.map(state => state ?? found[next++]);
    },
    async put(changes, place) {
      await store.put(changes, place);
      keep(changes);
    },
    async reset(why) {
      clear();
      await store.reset(why);
    },
    async close() {
      clear();
      await store.close();
    },
  };
};
