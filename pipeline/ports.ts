/**
 * What the pipeline needs from outside. Each port is implemented over Kafka and in memory, under one contract suite
 * (test/contract/). An observable that errors means the world broke: the lane ends, nothing of its batch is committed.
 */
import type { Observable } from 'rxjs';
import type { OrderEvent } from '../schemas/types';
import type { Batch, Position, SourceRecord } from './batch';
import type { Decoded } from './order/mapping';

/** One assigned partition number, over all source topics and the inbox, from assignment to revocation. */
export interface Lane {
  /** The partition number. */
  readonly id: number;
  /** Where the lane began: committed offsets read after the fence. */
  readonly start: Position;
  /**
   * The next records: emits one batch and completes, as soon as there are records, or an empty one after a while (time
   * passes); completes empty at the end (revoked, drained, or the end of a replay). Called again only once the last batch
   * is written.
   */
  pull(): Observable<Batch<SourceRecord>>;
}

export interface Ports {
  /** Bytes → values by writer and reader schema. May wait for the registry; an outage there is an error, never a failure. */
  decode(batch: Batch<SourceRecord>): Observable<Batch<Decoded>>;
  /** Results, failures and position, whole or not at all. Emits once, after the commit. */
  write(batch: Batch<OrderEvent>): Observable<Written>;
}

/** What a write committed: counted here, so that every counter counts what is true and not what was tried. */
export interface Written {
  readonly lane: number;
  /** Source records accounted for by this write. */
  readonly records: number;
  readonly events: number;
  readonly failures: number;
  readonly skipped: number;
  /** By action and by code, for the views. */
  readonly byAction: ReadonlyMap<string, number>;
  readonly byCode: ReadonlyMap<string, number>;
  readonly position: Position;
}
