/** What the pipeline would make of a lane's records, told one by one in their order; nothing is written anywhere. */
import { defer, map, type Observable, of } from 'rxjs';
import { MemoryStates } from '../../connectors/memory/states';
import type { SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import type { Lane, Ports, Written } from '../../pipeline/ports';
import { wholly, writtenOf } from '../../pipeline/settlement';
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
  const eventless: Previewed[] = [];
  const ports: Ports = {
    decode: batch =>
      decode(batch).pipe(
        map(decoded => {
          for (const outcome of decoded.outcomes)
            if (!(outcome instanceof Failure)) records.set(placeOf(outcome.source), outcome.value);
          return decoded;
        }),
      ),
    ...wholly(states, settlement =>
      defer(() => {
        const previewed = (source: SourceRecord, outcome: Previewed['outcome']): Previewed => {
          const record = records.get(placeOf(source));
          records.delete(placeOf(source));
          return { source, record, outcome };
        };
        for (const outcome of settlement.outcomes)
          if (!(outcome instanceof Failure)) settled.push(previewed(outcome.source, outcome.value));
          else (outcome.stage === 'ledger' ? settled : eventless).push(previewed(outcome.source, outcome));
        for (const { source, value } of settlement.duplicates)
          eventless.push(previewed(source, new SeenBefore(value.orderId, value.eventId)));
        if (settlement.moment.end) for (const one of inOrder(settled, eventless)) tell(one);
        states.apply(settlement.changes);
        return of(writtenOf(settlement));
      }),
    ),
  };
  // Whoever looks at failures wants to see them all: no halt limit.
  return orderLane(lane, ports, { ...settings, failuresInARowMax: Number.POSITIVE_INFINITY });
};

/** As they were settled; what could not be read, and what was seen before, where it stood among them. */
const inOrder = (settled: readonly Previewed[], eventless: readonly Previewed[]): Previewed[] => {
  const all: Previewed[] = [];
  const others = [...eventless].sort((a, b) => Number(a.source.offset - b.source.offset));
  let next = 0;
  for (const one of settled) {
    for (let other = others[next]; other && other.source.offset < one.source.offset; other = others[++next])
      all.push(other);
    all.push(one);
  }
  return [...all, ...others.slice(next)];
};

const placeOf = ({ topic, partition, offset }: SourceRecord) => `${topic}[${partition}]@${offset}`;
