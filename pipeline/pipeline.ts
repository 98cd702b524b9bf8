/** Read this first: the whole of the transformation, one lane's life from assigned to revoked. */
import { concatMap, filter, map, type Observable, type OperatorFunction } from 'rxjs';
import { type Batch, each, type SourceRecord } from './batch';
import { haltAfter } from './halt';
import { toEvent } from './order/event';
import type { Fact } from './order/fact';
import { type Mappings, ofMappedType, toFact } from './order/mapping';
import type { MemorySettings } from './order/memory';
import { inTheRightLane, type LaneCheck } from './order/partition';
import { remember } from './order/remember';
import type { OrderSettings } from './order/settings';
import { paced } from './paced';
import { inParts } from './parts';
import type { Lane, Ports, Written } from './ports';
import { unremembered, writing } from './settlement';
import { summarise } from './summary/summarise';
import type { SummarySettings } from './summary/summary';

export interface PipelineSettings {
  readonly mappings: Mappings;
  readonly order: OrderSettings;
  /** Records that may fail in a row before the lane stops with a clear error. */
  readonly failuresInARowMax: number;
  /** Null: whatever lane a record is in is its own. */
  readonly laneCheck: LaneCheck | null;
  /** Null: nothing is remembered, each fact becomes its event at once and alone. */
  readonly memory: MemorySettings | null;
  readonly summary: SummarySettings;
  /** Records that go through the steps together. */
  readonly partRecordsMax?: number;
}

/** What is made of so many fits into the collector's young generation a few times over. */
const usualPartRecords = 250;

/** Read top to bottom, this is the pipeline. */
export const orderLane = (lane: Lane, ports: Ports, settings: PipelineSettings): Observable<Written> => {
  const { memory, summary, order, partRecordsMax = usualPartRecords } = settings;
  if (memory === null) return forgetfulLane(lane, ports, settings);
  return remember(lane, ports.states, memory, order, facts(lane, ports, settings)).pipe(
    concatMap(memory =>
      paced(
        inParts(() => lane.pull(), partRecordsMax), // small ones, as what is made of them is thrown away
        batches =>
          batches.pipe(
            facts(lane, ports, settings), // bytes  → facts, complete and checked, or failures
            concatMap(memory.recall), // with what is known of their orders
            map(memory.gather), // facts  → orders whose window closed
            map(memory.settle), // orders → ODP events, or failures
            map(summarise(lane.id, summary, lane.start.summaries)), // counted by window of time
            concatMap(writing(ports)), // all of it, what changed and the position, in one transaction
          ),
      ),
    ),
    filter(written => written !== undefined),
  );
};

const facts =
  (lane: Lane, { decode }: Ports, { mappings, order, laneCheck, failuresInARowMax }: PipelineSettings): FactsOf =>
  batches =>
    batches.pipe(
      factsOf({ decode, mappings, order }),
      map(each('decode', inTheRightLane(lane.id, laneCheck))), // else two lanes would know half of an order each
      haltAfter(failuresInARowMax, lane.start.failuresInARow), // when everything fails, the fault is ours
    );

type FactsOf = OperatorFunction<Batch<SourceRecord>, Batch<Fact>>;

export interface FactsSettings {
  readonly decode: Ports['decode'];
  readonly mappings: Mappings;
  readonly order: OrderSettings;
}

/** What records tell, whatever lane they are in. */
export const factsOf =
  ({ decode, mappings, order }: FactsSettings): FactsOf =>
  batches =>
    batches.pipe(
      concatMap(decode), // bytes → values of their schema
      map(each('decode', ofMappedType(mappings))), // a type that nobody maps is a failure
      map(each('map', toFact(mappings, order))), // their schema → ours
    );

const forgetfulLane = (lane: Lane, ports: Ports, settings: PipelineSettings): Observable<Written> =>
  paced(
    () => lane.pull(),
    batches =>
      batches.pipe(
        facts(lane, ports, settings),
        map(each('map', toEvent(settings.order))),
        map(unremembered),
        concatMap(ports.write),
      ),
  );
