/** The properties as tests, to be run few or many times: `HISTORIES=20000 SEED=7 npx jest histories` runs many, or the same again. */
import fc from 'fast-check';
import type { Driven } from '../../driver';
import { GRACE, type History, historyOf } from './history';
import { all, allIsAccountedFor, driven, isAsExpected, odpHoldsTheTruth, told } from './properties';
import { summariesReconcile } from './summaries';
import { Turns } from './turns';

// Chance looks for what nobody thought of; a submission is not judged by it.
const SEED = Number(process.env.SEED ?? (process.env.CI ? 4242 : Date.now() % 1_000_000));

const windows = ['session', 'session', 'tumbling'] as const;
const any = [...windows, 'none'] as const;

/** @param count Of histories: a fifth for each property. */
export const histories = (count: number): void => {
  const numRuns = Math.ceil(count / 5);
  const turns = new Turns();
  const isTrue = (history: History, result: Driven): void => {
    allIsAccountedFor(history, result);
    odpHoldsTheTruth(history, result);
    summariesReconcile(history, result);
    turns.see(history, result);
  };
  const holds = <A>(what: string, arbitrary: fc.Arbitrary<A>, check: (history: A) => void) =>
    test(`${what} (${numRuns} histories, SEED=${SEED})`, () => {
      fc.assert(fc.property(arbitrary, check), { numRuns, seed: SEED });
    });

  holds('moved by data: what the oracle says', historyOf({ topics: [1, 2], kinds: windows }), history => {
    const result = driven(history);
    isTrue(history, result);
    isAsExpected(history, result);
  });

  const everything = historyOf({ topics: [1, 2], kinds: any, inbox: true, bounds: true, clock: true });
  holds('with a clock, idle topics, bounds and the inbox: ODP holds the truth', everything, history => {
    isTrue(history, driven(history));
  });

  const cut = historyOf({ topics: [1, 2], kinds: any, inbox: true, bounds: true });
  holds('cuts and crashes change nothing', cut, history => {
    const result = driven(history);
    isTrue(history, result);
    const { batches: _, writes: __, partRecordsMax: ___, ...options } = history.options;
    expect(all(result)).toEqual(all(driven({ ...history, options })));
  });

  const twoTopics = fc.tuple(
    historyOf({ topics: [2], kinds: windows }),
    fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }),
  );
  holds('which topic is fetched first changes nothing', twoTopics, ([history, picks]) => {
    expect(all(driven(interleaved(history, picks)))).toEqual(all(driven(history)));
  });

  const delays = fc.array(fc.nat(GRACE), { minLength: 64, maxLength: 64 });
  const shaken = fc.tuple(historyOf({ topics: [1, 2], kinds: windows }), delays, delays);
  holds('disorder within the grace changes nothing', shaken, ([history, some, others]) => {
    const result = driven(delayed(history, some));
    expect(result.orderEvents.some(({ late }) => late)).toBe(false);
    expect(told(driven(delayed(history, others)))).toEqual(told(result));
  });

  if (count >= 500)
    test('every turn that they can take, they took', () => {
      expect(turns.missed()).toEqual([]);
    });
};

/** Each topic's own order stays. */
const interleaved = (history: History, picks: readonly boolean[]): History => {
  const [near = '', far = ''] = history.options.topics ?? [];
  const [a, b] = [near, far].map(topic => history.deliveries.filter(delivery => delivery.topic === topic)) as [
    History['deliveries'][number][],
    History['deliveries'][number][],
  ];
  const deliveries = history.deliveries.map((_, n) => (b.length === 0 || (a.length > 0 && picks[n]) ? a : b).shift()!);
  return { ...history, deliveries };
};

/** Each fact comes so much after it happened. */
const delayed = (history: History, delays: readonly number[]): History => ({
  ...history,
  deliveries: history.deliveries
    .map((delivery, n) =>
      typeof delivery.what === 'string'
        ? delivery
        : { ...delivery, atMs: delivery.what.at + (delays[n % delays.length] as number) },
    )
    .sort((a, b) => a.atMs - b.atMs),
});
