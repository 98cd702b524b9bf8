/** No windows: values come out as they came, and time moves all the same. Grace is 5 ms. */
import { passReducer } from '../../../pipeline/window/pass';
import { reading, run, values } from './value';

const one = passReducer(reading);
const two = passReducer({ ...reading, topics: ['near', 'far'] });
const ats = (...inputs: Parameters<typeof run> extends [unknown, ...infer I] ? I : never) =>
  run(one, ...inputs).steps.flatMap(step => step.closed.map(({ at }) => at));

test('each value closes a window of its own at once, as it came, never late and never kept', () => {
  const { steps, closed, late } = run(one, 'A@20 B@3 A@20', '', 'A@1', { end: true });
  expect(closed).toEqual([
    ['A[20,21) 20 by watermark', 'B[3,4) 3 by watermark', 'A[20,21) 20 by watermark'],
    [],
    ['A[1,2) 1 by watermark'],
    [],
  ]);
  expect(late).toEqual([]);
  for (const { held, closedEarly, changes } of steps) expect([held, closedEarly, changes.size]).toEqual([0, 0, 0]);
});

test('the watermark is the newest event time − grace, over all topics', () => {
  expect(run(one, {}, 'A@10', 'A@7', 'A@11').watermarks).toEqual([null, 5, 5, 6]);
  expect(run(two, 'A@10', 'A@3/far', 'A@8/far').watermarks).toEqual([null, -2, 3]);
});

test('an idle topic is left out, but not while it has values', () => {
  expect(run(two, 'A@1/far A@30', { idle: ['far'] }).watermarks).toEqual([-4, 25]);
  expect(run(two, 'A@1/far', { values: 'A@30 A@9/far', idle: ['far'] }).watermarks).toEqual([null, 4]);
});

test('a value goes out at the time its topic has come to', () => {
  expect(ats('A@20 A@3 A@21')).toEqual([15, 15, 16]);
  expect(ats('A@20', 'A@3/inbox A@30/inbox')).toEqual([15, 15, 25]);
});

test('time goes on where it stopped', () => {
  const { time } = run(two, 'A@20 A@18/far').steps[0]!;
  const step = two.next(two.start({ time, open: [] }), { values: values('A@30 A@19/far') });
  expect(step.time.watermark).toBe(14);
  expect(step.closed.map(({ at }) => at)).toEqual([25, 14]);
});

test('settings out of range are told', () => {
  expect(() => passReducer({ ...reading, graceMs: -1 })).toThrow(
    new RangeError('Cannot open no windows as graceMs must be a whole number from 0: current value is -1'),
  );
});
