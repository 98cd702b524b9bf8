/**
 * The changes of a write until it is committed: their bytes one behind the other in one piece of memory. A Buffer each, and they
 * would be copied by each garbage collection that comes before the commit.
 */
import type { Change } from './store';

const usualBytes = 1 << 18;
/** Memory beyond this is given back. */
const keptBytesMax = 1 << 22;
const removed = -1;

export class StagedChanges {
  private bytes = Buffer.allocUnsafeSlow(usualBytes);
  private end = 0;
  private orderIds: string[] = [];
  private lengths: number[] = [];
  private waits: boolean[] = [];

  /** The bytes are copied; null removes. */
  add(orderId: string, state: Uint8Array | null, waits: boolean): void {
    this.orderIds.push(orderId);
    this.waits.push(waits);
    this.lengths.push(state === null ? removed : state.length);
    if (state === null) return;
    const end = this.end + state.length;
    if (end > this.bytes.length) this.grow(end);
    this.bytes.set(state, this.end);
    this.end = end;
  }

  /** In the order in which they came; valid until `clear`. */
  *all(): Iterable<Change> {
    let at = 0;
    for (let index = 0; index < this.orderIds.length; index++) {
      const length = this.lengths[index] as number;
      const state = length === removed ? undefined : this.bytes.subarray(at, at + length);
      if (state !== undefined) at += length;
      yield [this.orderIds[index] as string, state, this.waits[index] as boolean];
    }
  }

  clear(): void {
    this.end = 0;
    this.orderIds = [];
    this.lengths = [];
    this.waits = [];
    if (this.bytes.length > keptBytesMax) this.bytes = Buffer.allocUnsafeSlow(usualBytes);
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.end));
    this.bytes = larger;
  }
}
