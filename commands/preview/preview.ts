/** What the pipeline would make of a lane's records, told one by one in their order; nothing is written anywhere. */
import { defer, map, type Observable, of } from 'rxjs';
import type { SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import { orderLane, type PipelineSettings } from '../../pipeline/pipeline';
import type { Lane, Ports, Written } from '../../pipeline/ports';
import type { OrderEvent } from '../../schemas/types';

export interface Previewed {
  readonly source: SourceRecord;
  /** Absent where the record could not be decoded. */
  readonly record: Decoded | undefined;
  readonly outcome: OrderEvent | Failure;
}

/**
 * @param lane Of a file or of a topic: it says what is read and when that ends.
 * @param tell Called in the order of the outcomes.
 */
export const preview = (
  lane: Lane,
  decode: Ports['decode'],
  settings: Omit<PipelineSettings, 'failuresInARowMax'>,
  tell: (previewed: Previewed) => void,
): Observable<Written> => {
  const records = new Map<SourceRecord, Decoded>();
  const ports: Ports = {
    decode: batch =>
      decode(batch).pipe(
        map(decoded => {
          for (const outcome of decoded.outcomes)
            if (!(outcome instanceof Failure)) records.set(outcome.source, outcome.value);
          return decoded;
        }),
      ),
    write: batch =>
      defer(() => {
        let failures = 0;
        for (const outcome of batch.outcomes) {
          const failed = outcome instanceof Failure;
          if (failed) failures += 1;
          tell({
            source: outcome.source,
            record: records.get(outcome.source),
            outcome: failed ? outcome : outcome.value,
          });
          records.delete(outcome.source);
        }
        const { lane: id, skipped, position } = batch;
        const none: ReadonlyMap<string, number> = new Map();
        const events = batch.outcomes.length - failures;
        return of({
          lane: id,
          records: batch.outcomes.length + skipped,
          events,
          failures,
          skipped,
          byAction: none,
          byCode: none,
          position,
        });
      }),
  };
  // Whoever looks at failures wants to see them all: no halt limit.
  return orderLane(lane, ports, { ...settings, failuresInARowMax: Number.POSITIVE_INFINITY });
};
