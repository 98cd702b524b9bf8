/** The state of one lane: decoded for the pipeline, encoded for the changelog, and in a store that follows the commits. */
import { from, type Observable } from 'rxjs';
import type { OrderStates } from '../../pipeline/ports';
import type { OrderState } from '../../schemas/types';
import { keyBuffer } from '../kafka/key';
import { Changes } from './changes';
import { type StateCodec, waits } from './codec';
import type { Place, StateStore } from './store';

/**
 * Looked at for having expired after each write, and beside them as many as it changed. An order changes at least once as it comes,
 * and mostly twice: so all are looked at while about half as many come, and what has expired is at most half of the store. With
 * one look for sixteen changes a busy lane's store grew for ever, as orders came more quickly than they could be found again. What
 * was forgotten does not count as changed: where all that is looked at has expired, writes would become longer and longer.
 *
 * So many more, as small writes are many: at 25 a second a million orders are gone through in less than seven minutes, where 8 let a
 * store on disk rise to twice of what lives in it between two passes. Large writes do not notice.
 */
const lookedAtMin = 100;

/** Orders asked for at once when a lane begins. */
const readAtOnce = 1_000;

export class LaneState implements OrderStates {
  private readonly uncommitted = new Changes();
  private readonly keyBytes = keyBuffer();
  /** Orders whose ledger may be forgotten with the next write. */
  private expired: readonly string[] = [];
  /** Orders that the write at hand changes, without those it forgets. */
  private changed = 0;

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
    this.uncommitted.clear();
    this.changed = changes.size;
    for (const [orderId, state] of changes) {
      const bytes = state === undefined ? null : this.codec.encode(state);
      yield [orderId, bytes];
      this.uncommitted.add(this.keyBytes(orderId), bytes, state !== undefined && waits(state));
    }
    for (const orderId of this.expired) {
      if (changes.has(orderId)) continue;
      yield [orderId, null];
      this.uncommitted.add(this.keyBytes(orderId), null, false);
    }
  }

  /**
   * What was staged is committed. Then some more orders are looked at; all of them come up over many batches.
   * @param place Where the position stands that was committed with it, if that is known.
   */
  async committed(watermark: number | null, place?: Place): Promise<void> {
    await this.store.put(this.uncommitted, place);
    this.uncommitted.clear();
    if (watermark === null) return;
    const oldest = watermark - this.retentionMs;
    const old = await this.store.next(lookedAtMin + this.changed, oldest);
    this.expired = old.filter(([, bytes]) => !waits(this.codec.decode(bytes))).map(([orderId]) => orderId);
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
    const orderIds = await this.store.waiting();
    for (let at = 0; at < orderIds.length; at += readAtOnce)
      for (const [orderId, state] of await this.read(orderIds.slice(at, at + readAtOnce))) found.set(orderId, state);
    return found;
  }
}
