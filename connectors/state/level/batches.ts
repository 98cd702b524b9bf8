/**
 * The last batches that a store got, by number. What a power cut or damage to LevelDB's log or manifest takes away may be
 * batches in the middle, and LevelDB says nothing: then a number is missing. Only the end may be, which is an earlier store.
 *
 * LevelDB has two logs of 4 MiB at the most, and a batch takes more than 128 bytes of them by its entry here alone: the batches
 * of both logs, and some before them that are in tables, are among the last 65,536.
 */
import type { Place } from '../store';

export const batchesKept = 65_536;
const entryBytes = 128;

export interface StoredBatch {
  /** From 1 on. */
  readonly number: number;
  /** Of the store, once it has been put. */
  readonly place: Place | undefined;
}

/** Under a key of its number, modulo. */
export const batchKey = (prefix: number, { number }: StoredBatch): Buffer => {
  const key = Buffer.alloc(5);
  key[0] = prefix;
  key.writeUInt32BE(number % batchesKept, 1);
  return key;
};

export const encodeBatch = ({ number, place }: StoredBatch): Buffer => {
  const bytes = Buffer.alloc(entryBytes);
  bytes.writeDoubleBE(number, 0);
  bytes.writeDoubleBE(place?.offset ?? -1, 8);
  bytes.writeDoubleBE(place?.at ?? -1, 16);
  return bytes;
};

const decodeBatch = (bytes: Buffer): StoredBatch => {
  const offset = bytes.readDoubleBE(8);
  return { number: bytes.readDoubleBE(0), place: offset < 0 ? undefined : { offset, at: bytes.readDoubleBE(16) } };
};

/** The last of all there are, in any order; null where one before it is missing. */
export const lastBatch = (all: readonly Buffer[]): StoredBatch | undefined | null => {
  let last: StoredBatch | undefined;
  const numbers = new Set<number>();
  for (const bytes of all) {
    const batch = decodeBatch(bytes);
    numbers.add(batch.number);
    if (last === undefined || batch.number > last.number) last = batch;
  }
  if (last === undefined) return undefined;
  const kept = Math.min(last.number, batchesKept);
  for (let back = 0; back < kept; back++) if (!numbers.has(last.number - back)) return null;
  return last;
};
