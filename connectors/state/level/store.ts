/**
 * State on disk: LevelDB, a database a lane. What was put is there after a restart, and the rest comes from the changelog. LevelDB
 * does not wait for the disk: what a power cut takes away is the end of what was put, or the store is set aside.
 */
import { crc32c } from '@node-rs/crc32';
import { textOf } from '../changes';
import { newestOf } from '../codec';
import type { StateStore } from '../store';
import { markDamaged } from './aside';
import { batchKey, encodeBatch } from './batches';
import { Compaction } from './compaction';
import { changelogKey, changelogOf, type LevelSettings, openLevel, prefixes, rangeOf, setAsideAs } from './open';
import { isDamage, isDenied, reasonOf, StateDenied, Torn } from './reason';
import { TableWatch } from './watch';

const crcBytes = 4;
/** That a key is there is all that counts. But classic-level (3.0.0) never frees a value without bytes: 32 bytes for each new order. */
const present = Buffer.of(1);
const orders = rangeOf(prefixes.order);

export const levelStore = async (settings: LevelSettings): Promise<StateStore> => {
  let { level, last, waiting } = await openLevel(settings);
  let lookedAt: Buffer = orders.gte;
  let watch = new TableWatch(settings.path);
  let compaction = new Compaction(level);

  /** Damage that shows only now: this life of the lane ends, and the next sets the store aside. */
  const whole = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (isDenied(error)) throw new StateDenied(settings.path, error);
      if (!isDamage(error)) throw error;
      markDamaged(settings.path, reasonOf(error));
      throw new Error(
        `Cannot use the state in ${settings.path} as it is damaged (${reasonOf(error)}): the lane comes from the changelog anew`,
        { cause: error },
      );
    }
  };

  return {
    get: orderIds =>
      whole(async () => {
        const keys = orderIds.map(keyOf);
        const values = await level.getMany(keys);
        return values.map((value, index) => value && stateIn(keys[index] as Buffer, value));
      }),
    put: (changes, place) =>
      whole(async () => {
        const next = { number: (last?.number ?? 0) + 1, place: place ?? last?.place };
        const batch = level.batch();
        // In one batch with all else: a store without its name is none.
        if (last === undefined) batch.put(changelogKey, Buffer.from(changelogOf(settings)));
        changes.each((bytes, keyAt, keyEnd, end, waits) => {
          const key = prefixed(prefixes.order, bytes, keyAt, keyEnd);
          if (end === undefined) {
            batch.del(key);
            compaction.forgot();
          } else batch.put(key, withCrc(key, bytes.subarray(keyEnd, end)));
          if (!waits && waiting.size === 0) return;
          const orderId = textOf(bytes, keyAt, keyEnd);
          if (waits && !waiting.has(orderId)) {
            waiting.add(orderId);
            batch.put(prefixed(prefixes.waiting, bytes, keyAt, keyEnd), present);
          } else if (!waits && waiting.delete(orderId)) batch.del(prefixed(prefixes.waiting, bytes, keyAt, keyEnd));
        });
        batch.put(batchKey(prefixes.batch, next), encodeBatch(next));
        await batch.write();
        last = next;
        await watch.readOne();
      }),
    place: async () => last?.place,
    async reset(why) {
      await level.close();
      setAsideAs(why, settings);
      ({ level, last, waiting } = await openLevel(settings));
      lookedAt = orders.gte;
      watch = new TableWatch(settings.path);
      compaction = new Compaction(level);
    },
    waiting: async () => [...waiting],
    next: (count, before = Number.POSITIVE_INFINITY) =>
      whole(async () => {
        const entries = await level.iterator({ gt: lookedAt, lt: orders.lt, limit: count }).all();
        const reached = entries.length < count ? undefined : entries.at(-1)?.[0];
        compaction.passes(entries.length, reached);
        lookedAt = reached ?? orders.gte;
        const some: [string, Buffer][] = [];
        for (const [key, value] of entries) {
          const state = stateIn(key, value);
          if (newestOf(state) < before) some.push([key.toString('utf8', 1), state]);
        }
        return some;
      }),
    close: () => level.close(),
  };
};

const prefixed = (prefix: number, bytes: Buffer, from: number, to: number): Buffer => {
  const key = Buffer.allocUnsafe(1 + to - from);
  key[0] = prefix;
  bytes.copy(key, 1, from, to);
  return key;
};

const keyOf = (orderId: string): Buffer => {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(orderId));
  key[0] = prefixes.order;
  key.write(orderId, 1);
  return key;
};

/** Over key and state, as LevelDB does not compare its own on reads. */
const withCrc = (key: Buffer, state: Buffer): Buffer => {
  const value = Buffer.allocUnsafe(crcBytes + state.length);
  value.writeUInt32LE(crc32c(state, crc32c(key)));
  state.copy(value, crcBytes);
  return value;
};

const stateIn = (key: Buffer, value: Buffer): Buffer => {
  const state = value.subarray(crcBytes);
  if (value.length < crcBytes || value.readUInt32LE() !== crc32c(state, crc32c(key)))
    throw new Torn('a state is not as it was written');
  return state;
};
