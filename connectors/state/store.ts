import type { Changes } from './changes';

/**
 * Where a lane keeps what it remembers, as bytes by order id. It is changed after the commit of the transaction that holds the
 * same changes in the changelog: what it says is always committed, and what it misses the changelog has.
 */
export interface StateStore {
  /** In the order asked; undefined where there is none. Here and below: bytes are valid until the next `put`. */
  get(orderIds: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
  /**
   * The bytes may be reused once it resolves.
   * @param place From now on; undefined: as it was.
   */
  put(changes: Changes, place?: Place): Promise<void>;
  /** From where to read the changelog; undefined: from its beginning. */
  place(): Promise<Place | undefined>;
  /** Begins empty, as what is in here cannot be what the changelog says. @param why A sentence about the store, for the log. */
  reset(why: string): Promise<void>;
  /** The orders in which something waits, as their last put said. */
  waiting(): Promise<readonly string[]>;
  /**
   * Looks at some more at each call, at all over many calls, then from the front again; answers those whose newest time is before
   * `before`, epoch ms (default: all). For whoever looks for what has expired: they are few, and the others cost little.
   */
  next(count: number, before?: number): Promise<readonly (readonly [orderId: string, state: Buffer])[]>;
  close(): Promise<void>;
}

/**
 * A record of the lane's position in the changelog: all before it is in the store. What comes after may be as well: the
 * changelog's records are whole states, and can be put again.
 */
export interface Place {
  readonly offset: number;
  /** The record's timestamp, epoch ms, or earlier. */
  readonly at: number;
}
