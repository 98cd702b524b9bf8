/**
 * Backpressure for RxJS, which has none: pulls the next batch only once `flow` has emitted for the last.
 * A pull that completes empty is the end.
 */
import {
  BehaviorSubject,
  concat,
  concatMap,
  defaultIfEmpty,
  defer,
  EMPTY,
  type Observable,
  type OperatorFunction,
  of,
  queueScheduler,
  subscribeOn,
  takeWhile,
} from 'rxjs';

/**
 * @param pull Asked once per batch; emits one batch, or completes empty at the end.
 * @param flow Must emit exactly once per batch.
 */
export const paced = <A extends object, B>(pull: () => Observable<A>, flow: OperatorFunction<A, B>): Observable<B> =>
  defer(() => {
    const demand = new BehaviorSubject<void>(undefined);
    const askForNext = defer(() => {
      demand.next();
      return EMPTY;
    });
    return demand.pipe(
      // On the queue, pulls that answer at once are a loop and not a recursion, also behind one that waited.
      concatMap(() => pull().pipe(subscribeOn(queueScheduler), defaultIfEmpty(undefined))),
      takeWhile((item): item is A => item !== undefined),
      flow,
      // Only once the result is delivered: what the next pull brings about must not overtake it.
      concatMap(result => concat(of(result), askForNext)),
    );
  });
