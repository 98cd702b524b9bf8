/** The pipeline of a copying lane: records → the key each gets → the other topic. */
import { concatMap, map, type Observable, type OperatorFunction, of, zip } from 'rxjs';
import type { Copied, Keyed } from '../../connectors/kafka/repartition/writer';
import { type Batch, type Outcome, type SourceRecord, withOutcomes } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import { haltAfter } from '../../pipeline/halt';
import type { Fact } from '../../pipeline/order/fact';
import { paced } from '../../pipeline/paced';
import { type FactsSettings, factsOf } from '../../pipeline/pipeline';
import type { Lane } from '../../pipeline/ports';

/** How records get their keys; made anew for each life of a lane. */
export type Keying = (lane: Lane) => OperatorFunction<Batch<SourceRecord>, Batch<Keyed>>;

export const rekeyedLane = (
  lane: Lane,
  keying: Keying,
  write: (batch: Batch<Keyed>) => Observable<Copied>,
): Observable<Copied> =>
  paced(
    () => lane.pull(),
    batches =>
      batches.pipe(
        keying(lane), // records → the key each gets, or why it keeps its own
        concatMap(write), // all of it and the position, in one transaction
      ),
  );

/** Every record keeps its key. */
export const byOwnKey: Keying = () => map(batch => batch);

export interface OrderIdSettings extends FactsSettings {
  /** Records in a row without an order id: then it is not the data. */
  readonly failuresInARowMax: number;
}

/** The id of the order that the record is about, as the pipeline would find it. A tombstone is about none, and keeps its key. */
export const byOrderId =
  (settings: OrderIdSettings): Keying =>
  lane => {
    const facts = factsOf(settings);
    return batches =>
      batches.pipe(
        concatMap(batch => zip([batch], of(batch).pipe(facts)).pipe(map(([read, found]) => keyed(read, found)))),
        haltAfter(settings.failuresInARowMax, lane.start.failuresInARow), // when no order id is found, the fault is ours
      );
  };

/** Decoding leaves out what has no value: every record must come through here, and in its order. */
const keyed = (batch: Batch<SourceRecord>, { outcomes: found }: Batch<Fact>): Batch<Keyed> => {
  const outcomes: Outcome<Keyed>[] = [];
  let next = 0;
  for (const { source } of batch.outcomes) {
    const outcome = found[next];
    if (outcome?.source !== source) outcomes.push({ source, value: source });
    else {
      next += 1;
      const orderId = outcome instanceof Failure ? outcome.orderId : outcome.value.orderId;
      // Of a record that can be no fact, its order may be known all the same.
      outcomes.push(orderId === undefined ? (outcome as Failure) : { source, value: { key: Buffer.from(orderId) } });
    }
  }
  return withOutcomes(batch, outcomes);
};
