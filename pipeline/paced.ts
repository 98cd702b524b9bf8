/**
 * Backpressure for RxJS, which has none: pulls the next batch only once `flow` has emitted for the last.
 * A pull that completes empty is the end.
 */
import {
  BehaviorSubject,
  concatMap,
  defaultIfEmpty,
  defer,
  type Observable,
  type OperatorFunction,
  observeOn,
  queueScheduler,
  takeWhile,
  tap,
} from 'rxjs';

/**
 * @param pull Asked once per batch; emits one batch, or completes empty at the end.
 * @param flow Must emit exactly once per batch.
 */
export const paced = <A extends object, B>(pull: () => Observable<A>, flow: OperatorFunction<A, B>): Observable<B> =>
  defer(() => {
    const demand = new BehaviorSubject<void>(undefined);
    return demand.pipe(
      observeOn(queueScheduler), // a pull that answers at once must loop, not recurse
      concatMap(() => pull().pipe(defaultIfEmpty(undefined))),
      takeWhile((item): item is A => item !== undefined),
      flow,
      tap(() => demand.next()),
    );
  });
