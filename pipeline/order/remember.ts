/** A lane's memory at its start: what waited is read again, by the same way in, from the records it came in. */
import { concatMap, map, type Observable, type OperatorFunction, of } from 'rxjs';
import type { OrderState } from '../../schemas/types';
import { type Batch, type Entry, pulled, type SourceRecord } from '../batch';
import { Failure } from '../failure';
import type { Lane, OrderStates } from '../ports';
import type { Fact } from './fact';
import { type MemorySettings, OrderMemory } from './memory';
import type { OrderSettings } from './settings';
import { type Recalled, recalled, recordsOf, sourceOf } from './state';

/** @param facts Records → facts, as for those that are pulled. Emits once. */
export const remember = (
  lane: Lane,
  states: OrderStates,
  settings: MemorySettings,
  orderSettings: OrderSettings,
  facts: OperatorFunction<Batch<SourceRecord>, Batch<Fact>>,
): Observable<OrderMemory> =>
  states.waiting().pipe(
    concatMap(waiting => {
      const records = [...waiting.values()].flatMap(recordsOf).map(sourceOf);
      return of(pulled(lane.id, records, lane.start)).pipe(
        facts,
        map(({ outcomes }) => {
          const bySource = new Map(outcomes.map(outcome => [outcome.source, outcome]));
          const kept = new Map<string, Recalled>();
          const failures: Failure[] = [];
          let next = 0;
          for (const [orderId, state] of waiting) {
            const own = recordsOf(state).map((): Entry<Fact> | undefined => {
              const outcome = bySource.get(records[next++] as SourceRecord);
              if (!(outcome instanceof Failure)) return outcome;
              failures.push(outcome);
              return undefined;
            });
            kept.set(orderId, recalled(orderId, state as OrderState, own));
          }
          return new OrderMemory(settings, orderSettings, states, { time: lane.start.time, waiting: kept, failures });
        }),
      );
    }),
  );
