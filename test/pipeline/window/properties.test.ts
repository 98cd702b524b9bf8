/**
 * Random values against a model that groups them all at once: neither batch cuts, nor the interleaving of topics, nor
 * disorder within the grace, nor a restart anywhere changes what comes out, and every value comes out.
 */
import fc from 'fast-check';
import { hoppingReducer } from '../../../pipeline/window/hopping';
import type { WindowReducer } from '../../../pipeline/window/reduce';
import { sessionReducer } from '../../../pipeline/window/session';
import { tumblingReducer } from '../../../pipeline/window/tumbling';
import { reading, Store, shown, type Value } from './value';

const numRuns = Number(process.env.HISTORIES ?? 500);
const settings = { ...reading, topics: ['near', 'far'] };
const size = 10;
const hop = 4;
const gap = 3;
const kinds = {
  tumbling: tumblingReducer({ ...settings, sizeMs: size }),
  hopping: hoppingReducer({ ...settings, sizeMs: size, hopMs: hop }),
  session: sessionReducer({ ...settings, gapMs: gap }),
};
type Kind = keyof typeof kinds;
const kind = fc.constantFrom<Kind>('tumbling', 'hopping', 'session');

const arrivals = (topic: string) =>
  fc
    .array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.integer({ min: -40, max: 60 })), { maxLength: 25 })
    .map(all => all.map(([key, at], n): Value => ({ key, at, topic, id: `${topic}${n}` })));
const picks = fc.array(fc.boolean(), { minLength: 50, maxLength: 50 });
const story = fc.record({ kind, near: arrivals('near'), far: arrivals('far'), order: picks, cuts: picks });

const interleave = (near: Value[], far: Value[], order: boolean[]): Value[] => {
  const [a, b] = [[...near], [...far]];
  const all: Value[] = [];
  for (let n = 0; a.length + b.length > 0; n++)
    all.push((b.length === 0 || (a.length > 0 && order[n]) ? a : b).shift()!);
  return all;
};

/** `restart`: all state goes through a store, as JSON, after each batch. */
const result = (reducer: WindowReducer<Value>, all: Value[], cuts: boolean[], restart = false) => {
  const batches: Value[][] = [[]];
  all.forEach((value, n) => {
    batches.at(-1)!.push(value);
    if (cuts[n]) batches.push([]);
  });
  const store = new Store();
  let state = reducer.start();
  const closed: string[] = [];
  const late: string[] = [];
  const take = (values: Value[], end: boolean) => {
    const step = reducer.next(state, { values, end });
    store.keep(step);
    state = restart ? reducer.start(store.read()) : step.state;
    closed.push(...step.closed.map(shown));
    late.push(...step.late.map(({ value }) => value.id));
  };
  for (const batch of batches) take(batch, false);
  take([], true);
  expect(state.held).toBe(0);
  return { closed, late: late.sort() };
};

/** The windows of a value by arithmetic, in the way of the model: all that there could be, tried one by one. */
const model = (name: Kind, near: Value[], far: Value[]) => {
  const late: string[] = [];
  const windows = new Map<string, { end: number; key: string; values: Value[] }>();
  const add = (key: string, start: number, end: number, value: Value) => {
    const id = `${key}[${start},${end})`;
    if (!windows.has(id)) windows.set(id, { end, key, values: [] });
    windows.get(id)!.values.push(value);
  };
  const inTime: Value[] = [];
  for (const topic of [near, far])
    topic.forEach((value, n) => {
      const time = Math.max(...topic.slice(0, n).map(v => v.at)) - reading.graceMs;
      let taken = false;
      if (name === 'session') {
        taken = value.at >= time;
        if (taken) inTime.push(value);
      } else
        for (let start = -200; start <= 200; start++)
          if (
            start % (name === 'hopping' ? hop : size) === 0 &&
            start <= value.at &&
            value.at < start + size &&
            start + size > time
          ) {
            add(value.key, start, start + size, value);
            taken = true;
          }
      if (!taken) late.push(value.id);
    });
  for (const key of ['A', 'B', 'C']) {
    const sorted = inTime.filter(value => value.key === key).sort((a, b) => a.at - b.at);
    let run: Value[] = [];
    sorted.forEach((value, n) => {
      run.push(value);
      const next = sorted[n + 1];
      if (next !== undefined && next.at - value.at <= gap) return;
      for (const member of run) add(key, run[0]!.at, value.at + gap + 1, member);
      run = [];
    });
  }
  const watermark = Math.min(...[near, far].map(topic => Math.max(...topic.map(v => v.at)))) - reading.graceMs;
  const order = (a: Value, b: Value) => a.at - b.at || reading.compare(a, b);
  const closed = [...windows]
    .sort(([, a], [, b]) => a.end - b.end || (a.key < b.key ? -1 : 1))
    .map(
      ([id, { end, values }]) =>
        `${id} ${values
          .sort(order)
          .map(v => `${v.at}#${v.id}`)
          .join(' ')} by ${end <= watermark ? 'watermark' : 'end'}`,
    );
  return { closed, late: late.sort() };
};

test('any batch cuts, any interleaving of topics, a restart after every batch: what the model says', () => {
  fc.assert(
    fc.property(story, ({ kind, near, far, order, cuts }) => {
      const expected = model(kind, near, far);
      const all = interleave(near, far, order);
      expect(result(kinds[kind], all, cuts)).toEqual(expected);
      expect(result(kinds[kind], all, cuts, true)).toEqual(expected);
    }),
    { numRuns },
  );
});

test('any order within the grace gives the same windows, and nothing is late', () => {
  const shaken = fc.array(fc.integer({ min: 0, max: reading.graceMs }), { minLength: 25, maxLength: 25 });
  fc.assert(
    fc.property(kind, arrivals('near'), shaken, picks, (kind, near, delays, cuts) => {
      // Read up to the grace after it happened: no value is further than that behind the newest.
      const read = near.map((value, n) => ({ value, when: value.at + delays[n]! })).sort((a, b) => a.when - b.when);
      const inOrder = [...near].sort((a, b) => a.at - b.at);
      const expected = result(kinds[kind], inOrder, []);
      expect(expected.late).toEqual([]);
      expect(
        result(
          kinds[kind],
          read.map(({ value }) => value),
          cuts,
        ),
      ).toEqual(expected);
    }),
    { numRuns },
  );
});

test('every value comes out exactly once, in a window or late, whatever bound, clock and idleness do', () => {
  const told = fc.record({
    values: fc.oneof(arrivals('near'), arrivals('far')),
    idle: fc.subarray(['near', 'far']),
    clockMs: fc.integer({ min: -50, max: 90 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom<Kind>('tumbling', 'session'),
      fc.integer({ min: 1, max: 9 }),
      fc.array(told, { maxLength: 6 }),
      (name, heldFactsMax, inputs) => {
        const limited = { ...settings, heldFactsMax };
        const reducer =
          name === 'session'
            ? sessionReducer({ ...limited, gapMs: gap })
            : tumblingReducer({ ...limited, sizeMs: size });
        let state = reducer.start();
        const [seen, out]: [Value[], Value[]] = [[], []];
        for (const input of [...inputs, { values: [], end: true }]) {
          seen.push(...input.values);
          const step = reducer.next(state, input);
          state = step.state;
          expect(step.held).toBeLessThanOrEqual(heldFactsMax);
          expect(step.closedEarly).toBe(step.closed.filter(window => window.cause === 'bound').length);
          out.push(...step.late.map(({ value }) => value), ...step.closed.flatMap(window => window.values));
        }
        expect(out).toHaveLength(seen.length);
        expect(new Set(out)).toEqual(new Set(seen));
      },
    ),
    { numRuns },
  );
});
