/** Read this first: the whole of the transformation, one lane's life from assigned to revoked. */
import { concatMap, map, type Observable } from 'rxjs';
import { each } from './batch';
import { haltAfter } from './halt';
import { toEvent } from './order/event';
import { type Mappings, ofMappedType, toFact } from './order/mapping';
import type { OrderSettings } from './order/settings';
import { paced } from './paced';
import type { Lane, Ports, Written } from './ports';

export interface PipelineSettings {
  readonly mappings: Mappings;
  readonly order: OrderSettings;
  /** Records that may fail in a row before the lane stops with a clear error. */
  readonly failuresInARowMax: number;
}

/** Read top to bottom, this is the pipeline. Windows and the ledger take their place between `toFact` and `toEvent`. */
export const orderLane = (lane: Lane, ports: Ports, settings: PipelineSettings): Observable<Written> =>
  paced(
    () => lane.pull(),
    batches =>
      batches.pipe(
        concatMap(ports.decode), // bytes  → values of their schema, or failures
        map(each('decode', ofMappedType(settings.mappings))), // a type that nobody maps is a failure
        map(each('map', toFact(settings.mappings, settings.order))), // their schema → ours, complete and checked
        haltAfter(settings.failuresInARowMax, lane.start.failuresInARow), // when everything fails, the fault is ours
        map(each('map', toEvent(settings.order))), // facts  → ODP events
        concatMap(ports.write), // all of it and the position, in one transaction
      ),
  );
