/** The heap by itself: what ends first comes first, whatever was removed; and of that it lets go. */
import fc from 'fast-check';
import { ByEnd, type Ending } from '../../../pipeline/window/by-end';
import { tumblingReducer } from '../../../pipeline/window/tumbling';
import { reading, run, type Value } from './value';

const ending = (key: string, end: number): Ending => ({ key, end, queuedEnd: end, open: true });

/** So few may stay, whatever their share. */
const few = 16;
const mostHeld = (open: number) => open + Math.max(open, few);

test('one that stays open keeps none that were queued behind it', () => {
  const byEnd = new ByEnd<Ending>();
  const orphan = ending('orphan', 1);
  byEnd.push(orphan);
  for (let n = 0; n < 1_000; n++) {
    const window = ending(`A${n}`, 2 + n);
    byEnd.push(window);
    expect(byEnd.first()).toBe(orphan);
    byEnd.remove(window);
    expect(byEnd.size).toBeLessThanOrEqual(mostHeld(1));
  }
});

test('nor do many that stay: of what was removed it holds as many at most', () => {
  const byEnd = new ByEnd<Ending>();
  const windows = Array.from({ length: 1_000 }, (_, n) => ending(`A${n}`, n));
  for (const window of windows) byEnd.push(window);
  let open = windows.length;
  for (const window of windows.reverse()) {
    byEnd.remove(window);
    expect(byEnd.size).toBeLessThanOrEqual(mostHeld(--open));
  }
});

test('nor windows that were closed early, of another key', () => {
  const push = jest.spyOn(ByEnd.prototype, 'push');
  const weight = { of: ({ at }: Value) => at, perKeyMax: 20 };
  const reducer = tumblingReducer({ ...reading, sizeMs: 10, graceMs: 100, weight });
  const { steps } = run(reducer, ['A@1', ...Array.from({ length: 100 }, (_, n) => `B${n}@25`)].join(' '));
  expect(steps[0]).toMatchObject({ closedEarly: 100, held: 1 });
  expect(push.mock.contexts[0]?.size).toBeLessThanOrEqual(mostHeld(1));
  push.mockRestore();
});

test('letting go costs a few steps for each, however many stay', () => {
  let looks = 0;
  const counted = (key: string, end: number): Ending => {
    let open = true;
    return {
      ...ending(key, end),
      get open() {
        looks++;
        return open;
      },
      set open(now) {
        open = now;
      },
    };
  };
  const byEnd = new ByEnd<Ending>();
  for (let n = 0; n < 1_000; n++) byEnd.push(counted(`stays${n}`, n));
  for (let n = 0; n < 10_000; n++) {
    const window = counted(`A${n}`, 1_000 + n);
    byEnd.push(window);
    byEnd.remove(window);
  }
  expect(looks).toBeLessThan(3 * 10_000);
});

test('whatever is pushed, removed, grown and taken: the first by end, then by key', () => {
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ push: fc.integer({ min: 0, max: 9 }) }) },
    { weight: 3, arbitrary: fc.record({ remove: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ grow: fc.nat(), by: fc.integer({ min: 0, max: 5 }) }) },
    { weight: 1, arbitrary: fc.constant('take' as const) },
  );
  fc.assert(
    fc.property(fc.array(act, { minLength: 100, maxLength: 400 }), fc.nat({ max: 100 }), (acts, atStart) => {
      const byEnd = new ByEnd<Ending>();
      const open: Ending[] = [];
      const push = (end: number) => {
        // Keys in another order than that of their coming.
        const window = ending(`K${(pushed++ * 7_919) % 1_000}`, end);
        open.push(window);
        byEnd.push(window);
      };
      const remove = (window: Ending) => {
        open.splice(open.indexOf(window), 1);
        byEnd.remove(window);
        expect(byEnd.size).toBeLessThanOrEqual(mostHeld(open.length));
      };
      const first = () => [...open].sort((a, b) => a.end - b.end || (a.key < b.key ? -1 : 1))[0];
      let pushed = 0;
      for (let n = 0; n < atStart; n++) push(n % 10);
      for (const one of acts) {
        if (one === 'take') {
          const top = byEnd.first();
          expect(top).toBe(first());
          if (top !== undefined) remove(top);
        } else if ('push' in one) push(one.push);
        else if (open.length === 0) continue;
        else if ('remove' in one) remove(open[one.remove % open.length]!);
        else open[one.grow % open.length]!.end += one.by;
      }
      while (open.length > 0) {
        expect(byEnd.first()).toBe(first());
        remove(first()!);
      }
      expect(byEnd.first()).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});
