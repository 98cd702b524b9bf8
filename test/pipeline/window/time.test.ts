/** How time moves: several topics, idle ones, the wall clock, the bound, a restart. */
import { sessionReducer } from '../../../pipeline/window/session';
import { tumblingReducer } from '../../../pipeline/window/tumbling';
import { reading, run, Store, shown, value, values } from './value';

const one = tumblingReducer({ ...reading, sizeMs: 10 });
const two = tumblingReducer({ ...reading, sizeMs: 10, topics: ['near', 'far'] });
const session = sessionReducer({ ...reading, gapMs: 3 });
const bounded = (heldFactsMax: number) => tumblingReducer({ ...reading, sizeMs: 10, heldFactsMax });

test('the watermark is the newest event time − grace, and only rises', () => {
  expect(run(one, {}, 'A@10', 'A@7', 'A@11', 'A@11').watermarks).toEqual([null, 5, 5, 6, 6]);
});

test('the topic that is behind holds the others: nothing of it is late', () => {
  const { closed, late, watermarks } = run(two, 'A@1/far', 'A@1000', 'A@2/far A@9/far', 'A@14/far', 'A@15/far');
  expect(closed).toEqual([[], [], [], [], ['A[0,10) 1 2 9 by watermark']]);
  expect(late).toEqual([]);
  expect(watermarks).toEqual([null, -4, 4, 9, 10]);
});

test('a topic never heard of holds time back', () => {
  expect(run(two, 'A@1 A@1000').closed).toEqual([[]]);
});

test('a value is late by the time of its own topic, however far behind the others are', () => {
  const { late } = run(two, 'A@1/far A@15 A@9 A@9/far');
  expect(late).toEqual(['A@9']);
});

test('an idle topic is left out; back again, it is late by what has closed', () => {
  const { closed, late } = run(two, 'A@1/far A@3 A@15', { idle: ['far'] }, 'A@9/far A@10/far', { end: true });
  expect(closed).toEqual([[], ['A[0,10) 1 3 by watermark'], [], ['A[10,20) 10 15 by end']]);
  expect(late).toEqual(['A@9']);
});

test('idleness is told anew by each input', () => {
  const { closed } = run(two, 'A@1/far A@3', { idle: ['far'] }, 'A@15');
  expect(closed.flat()).toEqual([]);
});

test('a topic that has values in the input is not idle in it', () => {
  const { late } = run(two, 'A@1/far', { values: 'A@15 A@9/far', idle: ['far'] });
  expect(late).toEqual([]);
});

test('a topic that moves no time is windowed all the same, and late by the watermark', () => {
  const { closed, late, watermarks } = run(one, 'A@1000/inbox A@3/inbox', 'A@15', 'A@9/inbox A@10/inbox');
  expect(closed).toEqual([[], ['A[0,10) 3 by watermark'], []]);
  expect(late).toEqual(['A@9']);
  expect(watermarks).toEqual([null, 10, 10]);
});

test('a topic that moves no time may come while all others are idle', () => {
  expect(run(one, 'A@3', { values: 'A@4/inbox', idle: ['near'] }).watermarks).toEqual([-2, -2]);
});

test('the clock closes what has ended by it, grace included, when all topics are idle', () => {
  const idle = ['near'];
  const { closed, watermarks } = run(one, 'A@3', { idle, clockMs: 14 }, { idle, clockMs: 15 }, { idle, clockMs: 99 });
  expect(closed).toEqual([[], [], ['A[0,10) 3 by clock'], []]);
  expect(watermarks).toEqual([-2, -2, 10, 10]);
});

test('the clock moves the watermark to the end of what it closed and no further', () => {
  const { closed, late } = run(session, 'A@3 B@4', { idle: ['near'], clockMs: 1_000_000 }, 'A@8 A@7', { end: true });
  expect(closed).toEqual([[], ['A[3,7) 3 by clock', 'B[4,8) 4 by clock'], [], ['A[8,12) 8 by end']]);
  expect(late).toEqual(['A@7']);
});

test('the clock closes nothing while one topic is not idle: its broker is silent, or it is being read', () => {
  const { closed } = run(two, 'A@3 A@3/far', { clockMs: 1_000_000 }, { idle: ['near'], clockMs: 1_000_000 });
  expect(closed.flat()).toEqual([]);
});

test('values in the same input: their topic is not idle, the clock waits', () => {
  expect(run(one, { values: 'A@3', idle: ['near'], clockMs: 1_000_000 }).closed).toEqual([[]]);
});

test('a clock that goes back closes nothing and takes nothing back', () => {
  const idle = ['near'];
  const { closed, watermarks } = run(
    one,
    'A@3',
    { idle, clockMs: 15 },
    'A@12',
    { idle, clockMs: -5 },
    { idle, clockMs: 24 },
  );
  expect(closed.flat()).toEqual(['A[0,10) 3 by clock']);
  expect(watermarks).toEqual([-2, 10, 10, 10, 10]);
});

test('the end closes all, and moves no time', () => {
  const { closed, watermarks } = run(one, 'A@13 A@9', { end: true }, { end: false });
  expect(closed).toEqual([[], ['A[0,10) 9 by end', 'A[10,20) 13 by end'], []]);
  expect(watermarks).toEqual([8, 8, 8]);
});

test('beyond the bound the window that ends first closes early, counted; what comes after opens it again', () => {
  const { steps, closed } = run(bounded(3), 'A@11 A@3 B@4', 'A@5 A@6', 'C@13', { end: true });
  expect(closed).toEqual([
    [],
    ['A[0,10) 3 5 by bound'],
    ['A[0,10) 6 by bound'],
    ['B[0,10) 4 by end', 'A[10,20) 11 by end', 'C[10,20) 13 by end'],
  ]);
  expect(steps.map(step => step.closedEarly)).toEqual([0, 1, 1, 0]);
  expect(steps.map(step => step.held)).toEqual([3, 3, 3, 0]);
});

test('what closes anyhow closes before the bound does', () => {
  const { steps, closed } = run(bounded(2), 'A@3 A@4 A@15');
  expect(closed).toEqual([['A[0,10) 3 4 by watermark']]);
  expect(steps[0]?.closedEarly).toBe(0);
});

test('changes: each changed key once, with all it has open; none when it went; nothing of one that came and went', () => {
  const { steps } = run(one, 'A@3 B@4 A@12', 'C@6 B@5', 'B@15 B@30', { end: true });
  const told = steps.map(step =>
    [...step.changes]
      .map(([key, windows]) => [key, ...windows.map(w => `${w.start}-${w.end}:${w.values.map(v => v.at)}`)].join(' '))
      .sort(),
  );
  expect(told).toEqual([
    ['A 0-10:3 10-20:12', 'B 0-10:4'],
    ['B 0-10:4,5', 'C 0-10:6'],
    ['A', 'B 30-40:30', 'C'],
    ['B'],
  ]);
  const { steps: twice } = run(one, 'A@3 B@15', 'A@16 B@30');
  expect(twice.map(step => [...step.changes.keys()])).toEqual([['B'], ['B']]);
  expect(twice[1]?.state.kept().open.map(([key]) => key)).toEqual(['B']);
});

test('changes are a copy: later values do not reach into them', () => {
  const { steps } = run(session, 'A@3', 'A@4');
  expect(steps[0]?.changes.get('A')).toEqual([{ start: 3, end: 7, values: values('A@3') }]);
});

test('what was kept goes on where it stopped: windows, topics and watermark', () => {
  const store = new Store();
  const first = two.next(two.start(), { values: values('B@12 A@3 A@16 A@2/far') });
  store.keep(first);
  const state = two.start(store.read());
  expect(state.kept()).toEqual(first.state.kept());
  expect(state.kept()).toEqual({
    time: {
      watermark: -3,
      topics: [
        { topic: 'near', newest: 16 },
        { topic: 'far', newest: 2 },
      ],
    },
    open: [
      [
        'A',
        [
          { start: 0, end: 10, values: values('A@3 A@2/far') },
          { start: 10, end: 20, values: values('A@16') },
        ],
      ],
      ['B', [{ start: 10, end: 20, values: values('B@12') }]],
    ],
  });
  expect(state.held).toBe(4);
  const step = two.next(state, { values: values('A@9 A@15/far') });
  expect(step.late).toEqual([{ value: value('A@9'), at: 11, watermark: -3, after: 0 }]);
  expect(step.closed.map(shown)).toEqual(['A[0,10) 2 3 by watermark']);
});

test('a hundred thousand open windows, grown and closed, in moments', () => {
  let state = session.start();
  const many = Array.from({ length: 100_000 }, (_, n) => ({
    key: `K${(n * 7919) % 100_000}`,
    at: n % 3,
    id: '',
    topic: 'near',
  }));
  state = session.next(state, { values: many }).state;
  state = session.next(state, { values: many }).state;
  const step = session.next(state, { values: [], end: true });
  expect(step.closed).toHaveLength(100_000);
});
