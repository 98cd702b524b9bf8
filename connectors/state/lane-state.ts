/** The state of one lane: decoded for the pipeline, encoded for the changelog, and in a store that follows the commits. */
import { from, type Observable } from 'rxjs';
import type { OrderStates } from '../../pipeline/ports';
import type { OrderState } from '../../schemas/types';
import type { StateCodec } from './codec';
import type { StateStore } from './store';

/** Looked at for having expired in each batch, and beside them one for sixteen that change: all come up before long. */
const lookedAtMin = 8;

export class LaneState implements OrderStates {
  private uncommitted: [string, Buffer | undefined][] = [];
  /** Orders whose ledger may be forgotten with the next write. */
  private expired: readonly string[] = [];

  /** @param retentionMs A ledger lives so long after its newest event time. */
  constructor(
    readonly store: StateStore,
    readonly codec: StateCodec,
    private readonly retentionMs: number,
  ) {}

  waiting(): Observable<ReadonlyMap<string, OrderState>> {
    return from(this.readWaiting());
  }

  load(orderIds: readonly string[]): Observable<ReadonlyMap<string, OrderState>> {
    return from(this.read(orderIds));
  }

  /**
   * What the changelog is to get, each valid until the next is asked for: what changed, and tombstones of some orders that have
   * expired. The store gets it with `committed`.
   */
  *staged(
    changes: ReadonlyMap<string, OrderState | undefined>,
  ): Iterable<readonly [orderId: string, state: Buffer | null]> {
    this.uncommitted = [];
    for (const [orderId, state] of changes) {
      const bytes = state === undefined ? null : this.codec.encode(state);
      yield [orderId, bytes];
      this.uncommitted.push([orderId, bytes === null ? undefined : Buffer.from(bytes)]);
    }
    for (const orderId of this.expired) {
      if (changes.has(orderId)) continue;
      yield [orderId, null];
      this.uncommitted.push([orderId, undefined]);
    }
  }

  /** What was staged is committed. Then some more orders are looked at; all of them come up over many batches. */
  async committed(watermark: number | null): Promise<void> {
    const count = lookedAtMin + (this.uncommitted.length >> 4);
    await this.store.put(this.uncommitted);
    this.uncommitted = [];
    if (watermark === null) return;
    const some = await this.store.next(count);
    this.expired = some.filter(([, bytes]) => this.hasExpired(bytes, watermark)).map(([orderId]) => orderId);
  }

  private hasExpired(bytes: Buffer, watermark: number): boolean {
    if (this.codec.newest(bytes) + this.retentionMs >= watermark) return false;
    const { waiting, windows } = this.codec.decode(bytes);
    return waiting.length === 0 && windows.length === 0;
  }

  private async read(orderIds: readonly string[]): Promise<Map<string, OrderState>> {
    const found = new Map<string, OrderState>();
    const all = await this.store.get(orderIds);
    for (let index = 0; index < all.length; index++) {
      const bytes = all[index];
      if (bytes !== undefined) found.set(orderIds[index] as string, this.codec.decode(bytes));
    }
    return found;
  }

  private async readWaiting(): Promise<Map<string, OrderState>> {
    const found = new Map<string, OrderState>();
    for await (const some of this.store.all())
      for (const [orderId, bytes] of some) {
        const state = this.codec.decode(bytes);
        if (state.waiting.length > 0 || state.windows.length > 0) found.set(orderId, state);
      }
    return found;
  }
}
