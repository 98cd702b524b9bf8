/**
 * Changes of states, their bytes one behind the other in one piece of memory. They wait for the commit that makes them true: a Buffer and
 * a text each, and they would be copied by each garbage collection that comes before it.
 */
import { endAt, headBytes, keyEndAt, waitsAt, writeHead } from './entry';

const usualBytes = 1 << 18;
/** Memory beyond this is given back. */
const keptBytesMax = 1 << 22;
/** In place of whether something waits: there is a newer change of this order. */
const outdated = 2;

/**
 * The key lies from `keyAt` to `keyEnd`, behind its head; the state from there to `end`, or there is none. The bytes are to be read at once.
 * Answers false where it does not take this one now.
 */
export type Take = (bytes: Buffer, keyAt: number, keyEnd: number, end: number | undefined, waits: boolean) => unknown;

export class Changes {
  private bytes = Buffer.allocUnsafeSlow(usualBytes);
  private end = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The state that an order has now, and whether something waits in it. The bytes are copied; null: none. Answers its place. */
  add(key: Uint8Array, state: Uint8Array | null, waits: boolean): number {
    const at = this.end;
    const stateAt = at + headBytes + key.length;
    const next = stateAt + (state === null ? 0 : state.length);
    if (next > this.bytes.length) this.grow(next);
    const { bytes } = this;
    writeHead(bytes, at, key.length, state?.length, waits);
    bytes.set(key, at + headBytes);
    if (state !== null) bytes.set(state, stateAt);
    this.end = next;
    this.count++;
    return at;
  }

  /** The state at a place, a view; undefined: none. */
  stateAt(place: number): Buffer | undefined {
    const end = endAt(this.bytes, place);
    return end === undefined ? undefined : this.bytes.subarray(keyEndAt(this.bytes, place), end);
  }

  /** Another change of that order comes. */
  outdate(place: number): void {
    this.bytes[place] = outdated;
    this.count--;
  }

  /** In the order in which they came, from a place on. Answers the place of the one that was not taken; undefined: all were. */
  each(take: Take, from = 0): number | undefined {
    const { bytes } = this;
    for (let at = from; at < this.end; ) {
      const keyEnd = keyEndAt(bytes, at);
      const end = endAt(bytes, at);
      if (bytes[at] !== outdated && take(bytes, at + headBytes, keyEnd, end, waitsAt(bytes, at)) === false) return at;
      at = end ?? keyEnd;
    }
    return undefined;
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
