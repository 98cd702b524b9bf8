/** What may be held: beyond it windows close early, and say at which time. Grace is 5 ms. */
import { tumblingReducer } from '../../../pipeline/window/tumbling';
import { reading, run, type Value } from './value';

/** Each value weighs its time. */
const weighing = (perKeyMax: number) =>
  tumblingReducer({ ...reading, sizeMs: 10, graceMs: 20, weight: { of: ({ at }: Value) => at, perKeyMax } });

test('up to what a key may weigh all stay open, whatever other keys weigh', () => {
  const { steps, closed } = run(weighing(6), 'A@1 A@2 A@3 B@6', { end: true });
  expect(closed[0]).toEqual([]);
  expect(steps[0]).toMatchObject({ closedEarly: 0, held: 4 });
});

test('beyond it the first windows of the key close, counted, until the rest may stay', () => {
  const { steps, closed } = run(weighing(34), 'A@11 A@22 A@1 B@9', 'A@23', { end: true });
  expect(closed).toEqual([
    [],
    ['A[0,10) 1 by bound', 'A[10,20) 11 by bound', 'A[20,30) 22 23 by bound'],
    ['B[0,10) 9 by end'],
  ]);
  expect(steps.map(step => step.closedEarly)).toEqual([0, 3, 0]);
});

test('a late value weighs nothing', () => {
  const { steps, late } = run(weighing(60), 'A@25 A@35', 'A@1', 'B@60 A@1');
  expect(late).toEqual(['A@1', 'A@1']);
  expect(steps.map(step => step.closedEarly)).toEqual([0, 0, 0]);
});

test('one that closes early closes at the watermark; others at their end', () => {
  const bounded = tumblingReducer({ ...reading, sizeMs: 10, heldFactsMax: 1 });
  const ats = (...inputs: string[]) =>
    run(bounded, ...inputs, { end: true }).steps.flatMap(({ closed }) =>
      closed.map(({ start, cause, at }) => [start, cause, at]),
    );
  expect(ats('A@18 B@12')).toEqual([
    [10, 'bound', 13],
    [10, 'end', 20],
  ]);
  expect(ats('A@12 B@11')).toEqual([
    [10, 'bound', 7],
    [10, 'end', 20],
  ]);
  expect(ats('A@12', 'B@26')).toEqual([
    [10, 'watermark', 20],
    [20, 'end', 30],
  ]);
});
