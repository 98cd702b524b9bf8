/** What the pipeline would make of a lane's records, told one by one in their order; nothing is written anywhere. */
import { defer, map, type Observable, of } from 'rxjs';
import { MemoryStates } from '../../connectors/memory/states';
import type { SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import type { Lane, Ports, Settlement, Written } from '../../pipeline/ports';
import { writtenOf } from '../../pipeline/settlement';
import type { OrderEvent } from '../../schemas/types';

export interface Previewed {
  readonly source: SourceRecord;
  /** Absent where the record could not be decoded. */
  readonly record: Decoded | undefined;
  readonly outcome: OrderEvent | Failure | SeenBefore;
}

/** Of a fact that had come before, by its id or by all that it says: no event. */
export class SeenBefore {
  constructor(
    readonly orderId: string,
    readonly factId: string,
  ) {}
}

/**
 * @param lane Of a file or of a topic: it says what is read and when that ends.
 * @param tell Called at the end of the lane, in the order of the outcomes.
 */
export const preview = (
  lane: Lane,
  decode: Ports['decode'],
  settings: Omit<PipelineSettings, 'failuresInARowMax'>,
  tell: (previewed: Previewed) => void,
): Observable<Written> => {
  // By place: what waited in a window comes back as a record of its own.
  const records = new Map<string, Decoded>();
  const states = new MemoryStates();
  const settled: Previewed[] = [];
  const unread: Previewed[] = [];
  const ports: Ports = {
    states,
    decode: batch =>
      decode(batch).pipe(
        map(decoded => {
          for (const outcome of decoded.outcomes)
            if (!(outcome instanceof Failure)) records.set(placeOf(outcome.source), outcome.value);
          return decoded;
        }),
      ),
    write: settlement =>
      defer(() => {
        for (const { source, outcome } of outcomesOf(settlement)) {
          const one = { source, record: records.get(placeOf(source)), outcome };
          (outcome instanceof Failure && outcome.stage !== 'ledger' ? unread : settled).push(one);
          records.delete(placeOf(source));
        }
        if (settlement.moment.end) for (const one of inOrder(settled, unread)) tell(one);
        states.apply(settlement.changes);
        return of(writtenOf(settlement));
      }),
  };
  // Whoever looks at failures wants to see them all: no halt limit.
  return orderLane(lane, ports, { ...settings, failuresInARowMax: Number.POSITIVE_INFINITY });
};

/** Of a batch, what was seen before behind what became of its order. */
const outcomesOf = ({ outcomes, duplicates }: Settlement): Omit<Previewed, 'record'>[] => {
  const all: Omit<Previewed, 'record'>[] = outcomes.map(outcome => ({
    source: outcome.source,
    outcome: outcome instanceof Failure ? outcome : outcome.value,
  }));
  for (const { source, value } of duplicates) {
    const seen = new SeenBefore(value.orderId, value.eventId);
    const last = all.findLastIndex(({ outcome }) => orderOf(outcome) === seen.orderId);
    all.splice(last < 0 ? all.length : last + 1, 0, { source, outcome: seen });
  }
  return all;
};

const orderOf = (outcome: Previewed['outcome']): string | undefined =>
  'order_id' in outcome ? outcome.order_id : outcome.orderId;

/** As they were settled, and those that could not even be read where they stood among them. */
const inOrder = (settled: readonly Previewed[], unread: readonly Previewed[]): Previewed[] => {
  const all: Previewed[] = [];
  let next = 0;
  for (const one of settled) {
    for (let other = unread[next]; other && other.source.offset < one.source.offset; other = unread[++next])
      all.push(other);
    all.push(one);
  }
  return [...all, ...unread.slice(next)];
};

const placeOf = ({ topic, partition, offset }: SourceRecord) => `${topic}[${partition}]@${offset}`;
