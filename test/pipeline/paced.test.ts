import {
  concatMap,
  defer,
  delay,
  EMPTY,
  map,
  type Observable,
  of,
  pipe,
  take,
  tap,
  throwError,
  VirtualTimeScheduler,
} from 'rxjs';
import { paced } from '../../pipeline/paced';

interface Pulled {
  readonly number: number;
}

/** Answers `count` items at once, then ends. */
const source = (count: number, answer: (item: Pulled) => Observable<Pulled> = item => of(item)) => {
  const pulls = { asked: 0 };
  const pull = () => defer(() => (pulls.asked < count ? answer({ number: ++pulls.asked }) : EMPTY));
  return { pull, pulls };
};

test('100,000 pulls that answer at once are a loop, not a recursion', () => {
  let seen = 0;
  let completed = false;
  const { pull } = source(100_000);
  paced(
    pull,
    map(item => item),
  ).subscribe({ next: () => seen++, complete: () => (completed = true) });
  expect(seen).toBe(100_000);
  expect(completed).toBe(true);
});

test('so are those that follow a pull that waited', () => {
  const scheduler = new VirtualTimeScheduler();
  let seen = 0;
  let failed: unknown;
  const { pull } = source(100_000, item =>
    item.number % 50_000 === 1 ? of(item).pipe(delay(5, scheduler)) : of(item),
  );
  paced(
    pull,
    map(item => item),
  ).subscribe({ next: () => seen++, error: error => (failed = error) });
  scheduler.flush();
  expect(failed).toBeUndefined();
  expect(seen).toBe(100_000);
});

test('the next is pulled only once the flow has emitted for the last', () => {
  const scheduler = new VirtualTimeScheduler();
  let inFlight = 0;
  let most = 0;
  const done: number[] = [];
  const { pull } = source(50, item => {
    most = Math.max(most, ++inFlight);
    return item.number % 2 === 0 ? of(item) : of(item).pipe(delay(3, scheduler));
  });
  const slow = pipe(
    concatMap((item: Pulled) => of(item).pipe(delay(item.number % 3 === 0 ? 0 : 7, scheduler))),
    tap(() => inFlight--),
  );
  paced(pull, slow).subscribe(item => done.push(item.number));
  scheduler.flush();
  expect(done).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(most).toBe(1);
});

test('a pull that completes empty is the end, and nothing is pulled after it', () => {
  const { pull, pulls } = source(3);
  let ends = 0;
  const emptied = () => pull().pipe(map(item => item));
  let completed = 0;
  paced(
    () => defer(() => (pulls.asked === 3 && ends++ ? throwError(() => new Error('pulled after the end')) : emptied())),
    map(item => item.number),
  ).subscribe({ complete: () => completed++ });
  expect([pulls.asked, ends, completed]).toEqual([3, 1, 1]);
});

test.each([
  [
    'a pull',
    () =>
      paced(
        () => throwError(() => new Error('broken')),
        map(item => item),
      ),
  ],
  [
    'the flow',
    () =>
      paced(
        source(5).pull,
        map(() => {
          throw new Error('broken');
        }),
      ),
  ],
])('an error of %s ends it, and is not swallowed', (_, make) => {
  let reason: unknown;
  make().subscribe({ error: error => (reason = error) });
  expect(reason).toEqual(new Error('broken'));
});

test('whoever unsubscribes ends the pulling', () => {
  const { pull, pulls } = source(100);
  paced(
    pull,
    map(item => item),
  )
    .pipe(take(4))
    .subscribe();
  expect(pulls.asked).toBe(4);
});

test('every subscription paces on its own', () => {
  const { pull, pulls } = source(4);
  const once = paced(
    pull,
    map(item => item.number),
  ).pipe(take(2));
  const seen: number[] = [];
  once.subscribe(number => seen.push(number));
  once.subscribe(number => seen.push(number));
  expect([seen, pulls.asked]).toEqual([[1, 2, 3, 4], 4]);
});

test('a result is delivered before the next pull can fail or bring another', () => {
  const scheduler = new VirtualTimeScheduler();
  const seen: (number | string)[] = [];
  const { pull } = source(5);
  const slowAtFirst = concatMap((item: Pulled) => {
    if (item.number === 4) throw new Error('broken');
    return item.number === 1 ? of(1).pipe(delay(5, scheduler)) : of(item.number);
  });
  paced(pull, slowAtFirst).subscribe({ next: number => seen.push(number), error: error => seen.push(error.message) });
  scheduler.flush();
  expect(seen).toEqual([1, 2, 3, 'broken']);
});
