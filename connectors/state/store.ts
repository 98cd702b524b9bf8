/**
 * Where a lane keeps what it remembers, as bytes by order id. It is changed after the commit of the transaction that holds the
 * same changes in the changelog: what it says is always committed, and what it misses the changelog has.
 */
export interface StateStore {
  /** In the order asked; undefined where there is none. Here and below: bytes are valid until the next `put`. */
  get(orderIds: readonly string[]): Promise<readonly (Buffer | undefined)[]>;
  /** Undefined removes. The bytes may be reused once it resolves. */
  put(changes: Iterable<readonly [orderId: string, state: Buffer | undefined]>): Promise<void>;
  /** All of it, some at a time, in any order. */
  all(): AsyncIterable<readonly (readonly [orderId: string, state: Buffer])[]>;
  /** Some more at each call, all over many calls, then from the front again: for whoever looks for what has expired. */
  next(count: number): Promise<readonly (readonly [orderId: string, state: Buffer])[]>;
  close(): Promise<void>;
}
