/** What the pipeline would make of a lane's records, told one by one in their order; nothing is written anywhere. */
import { defer, map, type Observable, of } from 'rxjs';
import { MemoryStates } from '../../connectors/memory/states';
import type { SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import type { Lane, Ports, Written } from '../../pipeline/ports';
import { writtenOf } from '../../pipeline/settlement';
import type { OrderEvent } from '../../schemas/types';

export interface Previewed {
  readonly source: SourceRecord;
  /** Absent where the record could not be decoded. */
  readonly record: Decoded | undefined;
  readonly outcome: OrderEvent | Failure;
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
        for (const outcome of settlement.outcomes) {
          const { source } = outcome;
          const one = {
            source,
            record: records.get(placeOf(source)),
            outcome: outcome instanceof Failure ? outcome : outcome.value,
          };
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
