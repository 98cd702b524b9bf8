/** No windows: values come out as they came, each at the time that the lane has come to with it. */
import { passReducer } from '../../../pipeline/window/pass';
import { sessionReducer } from '../../../pipeline/window/session';
import { reading, run, values } from './value';

const one = passReducer(reading);
const two = passReducer({ ...reading, topics: ['near', 'far'] });

/** `K@time at time of the lane`. */
const passed = (...[reducer, ...inputs]: Parameters<typeof run>) =>
  run(reducer, ...inputs).steps.map(({ closed }) =>
    closed.map(({ key, start, end, at }) => `${key}@${start} at ${at}${end === start + 1 ? '' : ' ?'}`),
  );

test.each([
  ['nothing', '', []],
  ['as they came, behind the grace as well', 'A@20 B@3 A@9', ['A@20 at 15', 'B@3 at 15', 'A@9 at 15']],
  ['before the epoch', 'A@-10 A@-3', ['A@-10 at -15', 'A@-3 at -8']],
])('%s', (_, story, expected) => {
  const { closed, late, steps } = run(one, story, { end: true });
  expect(passed(one, story, { end: true })).toEqual([expected, []]);
  expect([closed[1], late, steps.map(({ held }) => held)]).toEqual([[], [], [0, 0]]);
});

test('the topic that is behind says the time, and none that was never heard of', () => {
  expect(passed(two, 'A@1000 B@10/far A@1001')).toEqual([['A@1000 at 995', 'B@10 at 5', 'A@1001 at 5']]);
});

test('an idle topic is left out', () => {
  expect(passed(two, 'B@10/far', { values: 'A@1000', idle: ['far'] }, 'B@11/far')).toEqual([
    ['B@10 at 5'],
    ['A@1000 at 995'],
    ['B@11 at 995'],
  ]);
});

test('of windows: what closed early is of the time of the watermark, or of its start while there is none', () => {
  const bounded = sessionReducer({ ...reading, topics: ['near', 'far'], gapMs: 3, heldFactsMax: 1 });
  const { steps } = run(bounded, 'A@20 B@30', 'A@10/far C@40');
  expect(steps.map(({ closed }) => closed.map(({ key, cause, at }) => `${key} by ${cause} at ${at}`))).toEqual([
    ['A by bound at 20'],
    ['A by bound at 5', 'B by bound at 5'],
  ]);
});

test('late values tell between which closings they came', () => {
  const { steps } = run(sessionReducer({ ...reading, gapMs: 3 }), 'A@0 A@5 A@-1 A@20 A@1 A@40 A@2');
  expect(steps[0]?.closed).toHaveLength(3);
  expect(steps[0]?.late.map(({ value, after }) => [value.at, after])).toEqual([
    [-1, 0],
    [1, 2],
    [2, 3],
  ]);
});

test('a value closes a window of its own, never kept, whatever is bound', () => {
  const { steps, closed } = run(passReducer({ ...reading, heldFactsMax: 1 }), 'A@20 B@3 A@20', { end: true });
  expect(closed).toEqual([['A[20,21) 20 by watermark', 'B[3,4) 3 by watermark', 'A[20,21) 20 by watermark'], []]);
  for (const { held, closedEarly, changes } of steps) expect([held, closedEarly, changes.size]).toEqual([0, 0, 0]);
});

test('a topic is not idle while it has values, and one that moves no time may have some', () => {
  expect(run(two, 'A@1/far', { values: 'A@30 A@9/far', idle: ['far'] }).watermarks).toEqual([null, 4]);
  expect(run(two, 'A@1/far A@30', { values: 'A@9/inbox', idle: ['far'] }).watermarks).toEqual([-4, 25]);
});

test('time goes on where it stopped', () => {
  const { time } = run(two, 'A@20 A@18/far').steps[0]!;
  const step = two.next(two.start({ time, open: [] }), { values: values('A@30 A@19/far') });
  expect(step.time.watermark).toBe(14);
});

test('settings out of range are told', () => {
  expect(() => passReducer({ ...reading, graceMs: -1 })).toThrow(
    new RangeError('Cannot open no windows as graceMs must be a whole number from 0: current value is -1'),
  );
});
