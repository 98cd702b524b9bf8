/** The state of one lane: decoded for the pipeline, encoded for the changelog, and in a store that follows the commits. */
import { from, map, type Observable } from 'rxjs';
import type { OrderStates, Settlement } from '../../pipeline/ports';
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

const NO_PLACES = new Map<string, number>();

export class LaneState implements OrderStates {
  private readonly uncommitted = new Changes();
  /** Of the write at hand, where its orders' changes stand there: what comes with its last part is not asked for any more. */
  private places = NO_PLACES;
  private readonly keyBytes = keyBuffer();
  /** All of a batch is staged: what comes next is another one. */
  private whole = true;
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
    const unstaged = this.places.size === 0 ? orderIds : orderIds.filter(orderId => !this.places.has(orderId));
    return from(this.read(unstaged)).pipe(
      map(found => {
        if (unstaged.length < orderIds.length) this.readStaged(orderIds, found);
        return found;
      }),
    );
  }

  /** Takes in what changed with a part of a batch: `load` answers it from now on, and the store gets it with `committed`. */
  stage({ changes, moment }: Pick<Settlement, 'changes' | 'moment'>): void {
    if (this.whole) this.clear();
    const more = moment.more === true;
    this.whole = !more;
    for (const [orderId, state] of changes) {
      this.outdate(orderId);
      const bytes = state === undefined ? null : this.codec.encode(state);
      const place = this.uncommitted.add(this.keyBytes(orderId), bytes, state !== undefined && waits(state));
      if (!more) continue;
      // As with orders in hand (pipeline/order/memory.ts): a map that waits for its batch becomes old.
      if (this.places === NO_PLACES) this.places = new Map();
      this.places.set(orderId, place);
    }
    if (more) return;
    this.changed = this.uncommitted.size;
    for (const orderId of this.expired)
      if (!this.places.has(orderId) && !changes.has(orderId)) this.uncommitted.add(this.keyBytes(orderId), null, false);
  }

  /** What the changelog is to get, once a batch is whole: what changed, and tombstones of some orders that have expired. */
  get staged(): Pick<Changes, 'each'> {
    return this.uncommitted;
  }

  /**
   * What was staged is committed. Then some more orders are looked at; all of them come up over many batches.
   * @param place Where the position stands that was committed with it, if that is known.
   */
  async committed(watermark: number | null, place?: Place): Promise<void> {
    await this.store.put(this.uncommitted, place);
    this.clear();
    if (watermark === null) return;
    const oldest = watermark - this.retentionMs;
    const old = await this.store.next(lookedAtMin + this.changed, oldest);
    this.expired = old.filter(([, bytes]) => !waits(this.codec.decode(bytes))).map(([orderId]) => orderId);
  }

  private clear(): void {
    this.uncommitted.clear();
    this.places = NO_PLACES;
  }

  private outdate(orderId: string): void {
    const place = this.places.get(orderId);
    if (place !== undefined) this.uncommitted.outdate(place);
  }

  private readStaged(orderIds: readonly string[], found: Map<string, OrderState>): void {
    for (const orderId of orderIds) {
      const place = this.places.get(orderId);
      const bytes = place === undefined ? undefined : this.uncommitted.stateAt(place);
      if (bytes !== undefined) found.set(orderId, this.codec.decode(bytes));
    }
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
