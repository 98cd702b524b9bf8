/** Where values go, and when windows close: a row per rule. Grace is 5 ms, so a value at t takes the watermark to t − 5. */
import { hoppingReducer } from '../../../pipeline/window/hopping';
import { sessionReducer } from '../../../pipeline/window/session';
import { tumblingReducer } from '../../../pipeline/window/tumbling';
import { reading, run } from './value';

const kinds = {
  tumbling: tumblingReducer({ ...reading, sizeMs: 10 }),
  hopping: hoppingReducer({ ...reading, sizeMs: 10, hopMs: 4 }),
  session: sessionReducer({ ...reading, gapMs: 3 }),
};

/** `closed` and `late` over all values, in one batch; then the end. */
type Row = [story: string, values: string, closed: string[], late: string[], atEnd: string[]];

const table = (name: keyof typeof kinds, rows: Row[]) =>
  test.each(rows)(`${name}: %s`, (_story, values, closed, late, atEnd) => {
    const result = run(kinds[name], values, { end: true });
    expect(result.closed).toEqual([closed, atEnd]);
    expect(result.late).toEqual(late);
    expect(result.steps.map(step => step.closedEarly)).toEqual([0, 0]);
    expect(result.steps.at(-1)?.held).toBe(0);
  });

table('tumbling', [
  ['nothing', '', [], [], []],
  ['one', 'A@3', [], [], ['A[0,10) 3 by end']],
  ['the start is in, the end is out', 'A@0 A@9 A@10', [], [], ['A[0,10) 0 9 by end', 'A[10,20) 10 by end']],
  [
    'keys apart, ends first, then keys',
    'B@3 A@11 a@2 A@4',
    [],
    [],
    ['A[0,10) 4 by end', 'B[0,10) 3 by end', 'a[0,10) 2 by end', 'A[10,20) 11 by end'],
  ],
  [
    'open a millisecond before the watermark reaches the end',
    'A@3 A@14',
    [],
    [],
    ['A[0,10) 3 by end', 'A[10,20) 14 by end'],
  ],
  ['closed when the watermark is at the end', 'A@3 A@15', ['A[0,10) 3 by watermark'], [], ['A[10,20) 15 by end']],
  ['another key moves time too', 'A@3 B@15', ['A[0,10) 3 by watermark'], [], ['B[10,20) 15 by end']],
  ['behind the watermark, its window open: in time', 'A@14 A@0', [], [], ['A[0,10) 0 by end', 'A[10,20) 14 by end']],
  ['late by a millisecond', 'B@15 A@9 A@10', [], ['A@9'], ['A[10,20) 10 by end', 'B[10,20) 15 by end']],
  ['late although the window was never there', 'A@30 A@0', [], ['A@0'], ['A[30,40) 30 by end']],
  ['a late value moves nothing', 'A@30 A@0 A@20', [], ['A@0'], ['A[20,30) 20 by end', 'A[30,40) 30 by end']],
  ['in event-time order, then by the comparator', 'A@5#b A@5#a A@1#z', [], [], ['A[0,10) 1#z 5#a 5#b by end']],
  ['before the epoch', 'A@-6 A@-10 A@-11', [], [], ['A[-20,-10) -11 by end', 'A[-10,0) -10 -6 by end']],
  [
    'huge',
    'A@8640000000000000 A@8639999999999999',
    [],
    [],
    [
      'A[8639999999999990,8640000000000000) 8639999999999999 by end',
      'A[8640000000000000,8640000000000010) 8640000000000000 by end',
    ],
  ],
  [
    'huge before the epoch',
    'A@-8640000000000000',
    [],
    [],
    ['A[-8640000000000000,-8639999999999990) -8640000000000000 by end'],
  ],
]);

table('hopping', [
  ['nothing', '', [], [], []],
  ['one, at a beginning', 'A@8', [], [], ['A[0,10) 8 by end', 'A[4,14) 8 by end', 'A[8,18) 8 by end']],
  ['the end is out', 'A@10', [], [], ['A[4,14) 10 by end', 'A[8,18) 10 by end']],
  [
    'many share some',
    'A@8 A@14',
    [],
    [],
    ['A[0,10) 8 by end', 'A[4,14) 8 by end', 'A[8,18) 8 14 by end', 'A[12,22) 14 by end'],
  ],
  ['in what is open still', 'B@19 A@9', [], [], ['A[8,18) 9 by end', 'B[12,22) 19 by end', 'B[16,26) 19 by end']],
  ['late when all have closed', 'B@23 A@9', [], ['A@9'], ['B[16,26) 23 by end', 'B[20,30) 23 by end']],
  [
    'in the last a millisecond before',
    'B@22 A@9',
    [],
    [],
    ['A[8,18) 9 by end', 'B[16,26) 22 by end', 'B[20,30) 22 by end'],
  ],
  ['before the epoch', 'A@-1', [], [], ['A[-8,2) -1 by end', 'A[-4,6) -1 by end']],
]);

table('session', [
  ['nothing', '', [], [], []],
  ['one', 'A@3', [], [], ['A[3,7) 3 by end']],
  ['exactly the gap belongs', 'A@3 A@6', [], [], ['A[3,10) 3 6 by end']],
  ['a millisecond more does not', 'A@3 A@7', [], [], ['A[3,7) 3 by end', 'A[7,11) 7 by end']],
  ['exactly the gap before belongs', 'A@6 A@3', [], [], ['A[3,10) 3 6 by end']],
  ['a millisecond more before does not', 'A@7 A@3', [], [], ['A[3,7) 3 by end', 'A[7,11) 7 by end']],
  ['a third merges two', 'A@0 A@5 A@2', [], [], ['A[0,9) 0 2 5 by end']],
  ['a third merges two at the gap of both', 'A@0 A@6 A@3', [], [], ['A[0,10) 0 3 6 by end']],
  ['one of two takes it, the other is too far', 'A@0 A@5 A@1', [], [], ['A[0,5) 0 1 by end', 'A[5,9) 5 by end']],
  ['one inside changes no bounds', 'A@0 A@3 A@2', [], [], ['A[0,7) 0 2 3 by end']],
  ['the later of two grows to the front', 'A@0 A@8 A@5', [], [], ['A[0,4) 0 by end', 'A[5,12) 5 8 by end']],
  ['merged ones merge again', 'A@0 A@4 A@8 A@3 A@6', [], [], ['A[0,12) 0 3 4 6 8 by end']],
  ['a longer later one takes in the earlier', 'A@0 A@5 A@5#b A@2', [], [], ['A[0,9) 0 2 5 5#b by end']],
  ['keys apart', 'A@0 B@1 A@2', [], [], ['B[1,5) 1 by end', 'A[0,6) 0 2 by end']],
  ['equal times', 'A@1#b A@1#a', [], [], ['A[1,5) 1#a 1#b by end']],
  ['open while a value in time may still join', 'A@3 B@11 A@6', [], [], ['A[3,10) 3 6 by end', 'B[11,15) 11 by end']],
  ['closed from then on', 'A@3 B@12', ['A[3,7) 3 by watermark'], [], ['B[12,16) 12 by end']],
  [
    'a value at the watermark begins another',
    'A@3 B@12 A@7',
    ['A[3,7) 3 by watermark'],
    [],
    ['A[7,11) 7 by end', 'B[12,16) 12 by end'],
  ],
  ['late by a millisecond', 'A@3 B@12 A@6', ['A[3,7) 3 by watermark'], ['A@6'], ['B[12,16) 12 by end']],
  [
    'late by a millisecond, though a session would take it',
    'A@8 B@12 A@6',
    [],
    ['A@6'],
    ['A[8,12) 8 by end', 'B[12,16) 12 by end'],
  ],
  ['growth puts off the end', 'A@3 A@6 B@12 B@15', ['A[3,10) 3 6 by watermark'], [], ['B[12,19) 12 15 by end']],
  ['an end put off is ordered by where it is now', 'A@0 B@1 A@3', [], [], ['B[1,5) 1 by end', 'A[0,7) 0 3 by end']],
  ['before the epoch', 'A@-3 A@0', [], [], ['A[-3,4) -3 0 by end']],
  [
    'huge',
    'A@8640000000000000 A@8639999999999997',
    [],
    [],
    ['A[8639999999999997,8640000000000004) 8639999999999997 8640000000000000 by end'],
  ],
  [
    'huge before the epoch',
    'A@-8640000000000000',
    [],
    [],
    ['A[-8640000000000000,-8639999999999996) -8640000000000000 by end'],
  ],
]);

test('a gap of none joins equal times only', () => {
  const { closed } = run(sessionReducer({ ...reading, gapMs: 0 }), 'A@1 A@2 A@1', { end: true });
  expect(closed[1]).toEqual(['A[1,2) 1 1 by end', 'A[2,3) 2 by end']);
});

test('a grace of none: what is behind at all is late', () => {
  const { closed, late } = run(sessionReducer({ ...reading, gapMs: 3, graceMs: 0 }), 'A@5 A@5 A@4', { end: true });
  expect(closed[1]).toEqual(['A[5,9) 5 5 by end']);
  expect(late).toEqual(['A@4']);
});

test.each([
  [
    'tumbling',
    () => tumblingReducer({ ...reading, sizeMs: 0, graceMs: -1, heldFactsMax: 0, topics: [] }),
    'Cannot open tumbling windows as sizeMs must be a whole number from 1: current value is 0; graceMs must be a whole number from 0: current value is -1; heldFactsMax must be a whole number from 1: current value is 0; topics must name at least one topic, as only topics move time',
  ],
  [
    'hopping',
    () => hoppingReducer({ ...reading, sizeMs: 10, hopMs: 11 }),
    'Cannot open hopping windows as hopMs must be a whole number from 1 to 10: current value is 11',
  ],
  [
    'hopping',
    () => hoppingReducer({ ...reading, sizeMs: 10, hopMs: 0 }),
    'Cannot open hopping windows as hopMs must be a whole number from 1 to 10: current value is 0',
  ],
  [
    'session',
    () => sessionReducer({ ...reading, gapMs: -1 }),
    'Cannot open session windows as gapMs must be a whole number from 0: current value is -1',
  ],
  [
    'session',
    () => sessionReducer({ ...reading, gapMs: 0.5 }),
    'Cannot open session windows as gapMs must be a whole number from 0: current value is 0.5',
  ],
])('%s: settings out of range are told, all at once', (_kind, open, message) => {
  expect(open).toThrow(new RangeError(message));
});

test('the least of each setting will do', () => {
  expect(() => hoppingReducer({ ...reading, sizeMs: 1, hopMs: 1, graceMs: 0, heldFactsMax: 1 })).not.toThrow();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5])(
  'an event time of %p is an error, before it moves anything',
  at => {
    const reducer = kinds.session;
    const value = { key: 'A', at, id: '', topic: 'near' };
    expect(() => reducer.next(reducer.start(), { values: [value] })).toThrow(
      new RangeError(
        `Cannot window a value of topic "near" as its event time must be whole epoch milliseconds: current value is ${at}. Check event times before they come here`,
      ),
    );
  },
);
