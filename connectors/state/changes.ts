/**
 * Changes of states, their bytes one behind the other in one piece of memory. They wait for the commit that makes them true: a Buffer and
 * a text each, and they would be copied by each garbage collection that comes before it.
 */

const usualBytes = 1 << 18;
/** Memory beyond this is given back. */
const keptBytesMax = 1 << 22;
/** Before a change: the lengths of its key and its state, 4 bytes each, and 1 where something waits. */
const headBytes = 9;
const removed = -1;

/** The key lies from `keyAt` to `keyEnd`; the state from there to `end`, or there is none. The bytes are to be read at once. */
export type Take = (bytes: Buffer, keyAt: number, keyEnd: number, end: number | undefined, waits: boolean) => void;

export class Changes {
  private bytes = Buffer.allocUnsafeSlow(usualBytes);
  private end = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The state that an order has now, and whether something waits in it. The bytes are copied; null: none. */
  add(key: Uint8Array, state: Uint8Array | null, waits: boolean): void {
    const keyAt = this.end + headBytes;
    const stateAt = keyAt + key.length;
    const next = stateAt + (state === null ? 0 : state.length);
    if (next > this.bytes.length) this.grow(next);
    const { bytes } = this;
    bytes.writeInt32LE(key.length, this.end);
    bytes.writeInt32LE(state === null ? removed : state.length, this.end + 4);
    bytes[keyAt - 1] = waits ? 1 : 0;
    bytes.set(key, keyAt);
    if (state !== null) bytes.set(state, stateAt);
    this.end = next;
    this.count++;
  }

  /** In the order in which they came. */
  each(take: Take): void {
    const { bytes } = this;
    for (let at = 0; at < this.end; ) {
      const keyAt = at + headBytes;
      const keyEnd = keyAt + bytes.readInt32LE(at);
      const length = bytes.readInt32LE(at + 4);
      take(bytes, keyAt, keyEnd, length === removed ? undefined : keyEnd + length, bytes[keyAt - 1] === 1);
      at = keyEnd + Math.max(length, 0);
    }
  }

  clear(): void {
    this.end = 0;
    this.count = 0;
    if (this.bytes.length > keptBytesMax) this.bytes = Buffer.allocUnsafeSlow(usualBytes);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }
}

/** The order whose key it is. */
export const textOf = (bytes: Buffer, keyAt: number, keyEnd: number): string => bytes.toString('utf8', keyAt, keyEnd);
