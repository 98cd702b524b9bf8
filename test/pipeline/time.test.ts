/** What moves time and what does not, in the pipeline: late facts, the wall clock, idle and silent topics, wrong clocks. */
import { at, type Driven, drive } from '../driver';
import { cancelled, placed, refunded } from '../facts';

const FAR = 'commerce.refunds';
const topics = ['commerce.orders', FAR];

const shown = ({ orderEvents }: Driven) =>
  orderEvents.map(({ fact_ids, late }) => fact_ids.join('+') + (late ? ' late' : ''));

/** Events by when they were written, in whole seconds. */
const timed = ({ written, writtenAtMs, orderEvents }: Driven) => {
  const ids = orderEvents.map(({ fact_ids }) => fact_ids.join('+'));
  return written.flatMap(({ events }, n) =>
    events === 0 ? [] : [`${Math.floor((writtenAtMs[n] as number) / 1000)}s ${ids.splice(0, events).join(' ')}`],
  );
};

const waitingOf = ({ states }: Driven, order: string) => states.get(order)?.waiting;

describe('late facts', () => {
  test('one that had come before is counted, and leaves nothing behind', () => {
    const story = [
      at('0s', placed()),
      at('1m', placed({ order: 'B' })),
      at('1m', placed({ at: '0s' })),
      at('2m', placed({ order: 'C' })),
    ];
    const result = drive(story);
    expect(shown(result)).toEqual(['A-placed', 'B-placed', 'C-placed']);
    expect(waitingOf(result, 'A')).toEqual([]);
    expect(result.written.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(1);
  });

  test('a late deduction that waits for its purchase stays late, and over a restart', () => {
    const story = [
      at('0s', placed({ order: 'B' })),
      at('1m', placed({ order: 'C' })),
      at('1m', refunded({ at: '1s' })),
      at('2m', placed({ order: 'D' })),
      at('3m', placed({ at: '3m' })),
    ];
    const events = ['B-placed', 'C-placed', 'D-placed', 'A-placed', 'A-refunded late'];
    expect(shown(drive(story))).toEqual(events);
    for (let death = 0; death < 8; death++) {
      const writes = [...Array(death).fill('good'), 'died after'] as const;
      expect(shown(drive(story, { pullWait: '1m', writes }))).toEqual(events);
    }
  });

  test('they go out in the order of the times that their topics had, whatever was fetched first', () => {
    const near = [at('0s', placed()), at('1m', placed({ order: 'B' })), at('1m', refunded({ id: 'R1', at: '1s' }))];
    const far = [
      at('0s', placed({ order: 'C' }), FAR),
      at('30s', placed({ order: 'D' }), FAR),
      at('30s', refunded({ id: 'R2', at: '2s' }), FAR),
      at('2m', placed({ order: 'E' }), FAR),
    ];
    const events = ['A-placed', 'C-placed', 'R2 late', 'D-placed', 'R1 late', 'B-placed', 'E-placed'];
    for (const story of [
      [...near, ...far],
      [...far, ...near],
      [near[0]!, ...far.slice(0, 3), ...near.slice(1), far[3]!],
    ])
      expect(shown(drive(story, { topics, backlog: true }))).toEqual(events);
  });
});

test('of the same fact by two topics, which is the one does not depend on what was fetched first', () => {
  const near = [at('0s', placed()), at('1s', refunded({ total: 200 }))];
  const far = [at('1s', refunded({ total: 200 }), FAR)];
  for (const story of [
    [...near, ...far],
    [...far, ...near],
  ]) {
    const { failed } = drive(story, { topics, backlog: true });
    expect(failed.map(({ code, source }) => [code, source.topic])).toEqual([
      ['over_deduction', 'commerce.orders'],
      ['over_deduction', FAR],
    ]);
  }
});

test('only orders in which something waits stay in memory: the store is asked for the others again', () => {
  const facts = ['0s', '1s', '2m', '3m', '20m'].map((time, n) => at(time, refunded({ id: `R${n}` })));
  const others = ['1m', '19m', '21m'].map((time, n) => at(time, placed({ order: `B${n}`, at: time })));
  const late = at('22m', refunded({ id: 'R5', at: '1s' }));
  const story = [
    ...facts,
    ...others,
    late,
    at('22m', refunded({ id: 'R6', at: '2s' })),
    at('25m', placed({ order: 'C' })),
  ];
  const { asked } = drive([...story, at('35m', placed({ order: 'D' })), at('40m', refunded({ id: 'R7' }))], {
    ledger: { orphanWaitMs: 300_000 },
  });
  // A waits in a window, for its purchase, and as late; twice not at all.
  expect(asked).toEqual(['A', 'B0', 'B1', 'A', 'B2', 'C', 'D', 'A']);
});

describe('the clock', () => {
  test('closes by gap and grace when all is idle, and lets go what waited long enough, by the grace too', () => {
    const story = [at('0s', placed()), at('0s', refunded({ order: 'B' }))];
    const result = drive(story, { idleAfter: '2s', until: '1h', ledger: { orphanWaitMs: 60_000 } });
    // 5 s gap and 5 s grace; then a minute more, from when its window had closed.
    expect(timed(result)).toEqual(['10s A-placed', '70s B-refunded']);
  });

  test('a purchase whose window is still open goes before its deduction, however the clock stands', () => {
    const story = [at('0s', refunded()), at('55s', placed())];
    const result = drive(story, { idleAfter: '1s', until: '2m', ledger: { orphanWaitMs: 56_000 } });
    expect(timed(result)).toEqual(['65s A-placed A-refunded']);
  });

  test('that goes back closes nothing and takes nothing back', () => {
    const clock = (passed: number) => (passed < 12_000 ? passed : passed - 10_000);
    const story = [
      at('0s', placed()),
      at('10s', refunded({ at: '10s' })),
      at('13s', refunded({ id: 'R2', at: '10s' })),
    ];
    const result = drive(story, { idleAfter: '1s', until: '60s', clock });
    expect(timed(result)).toEqual(['11s A-placed', '30s A-refunded R2']);
  });

  test('that is wrong by years, either way, loses nothing', () => {
    const story = [at('0s', placed()), at('30s', refunded({ at: '29s' })), at('60s', cancelled({ total: null }))];
    for (const wrong of [-1e12, 1e12]) {
      const result = drive(story, { idleAfter: '1s', until: '2m', clock: passed => passed + wrong });
      expect(shown(result)).toEqual(['A-placed', 'A-refunded', 'A-cancelled']);
    }
  });

  test('runs on while the broker is silent: the topic is not idle, and nothing closes', () => {
    const story = [at('0s', placed()), at('0s', refunded({ at: '1s' })), at('1h', placed({ order: 'B' }))];
    const result = drive(story, { idleAfter: '2s', silent: ['commerce.orders'] });
    expect(timed(result)).toEqual(['3600s A-placed A-refunded', '3600s B-placed']);
  });

  test('runs on while one of two brokers is silent: it may have what is missing', () => {
    const story = [at('0s', refunded(), FAR), at('0s', placed({ order: 'B' })), at('10m', placed({ at: '0s' }))];
    const result = drive(story, { topics, idleAfter: '2s', silent: ['commerce.orders'], until: '11m' });
    expect(shown(result)).toEqual(['A-placed', 'A-refunded', 'B-placed']);
  });
});

test('a topic that is idle is left out; what it brings then from before is late', () => {
  const story = [
    at('0s', placed({ order: 'M' }), FAR),
    at('0s', placed()),
    at('60s', placed({ order: 'B' })),
    at('120s', refunded({ at: '1s' }), FAR),
    at('120s', refunded({ order: 'B', at: '60s' }), FAR),
  ];
  const result = drive(story, { topics, idleAfter: '30s', until: '121s' });
  expect(shown(result)).toEqual(['A-placed', 'M-placed', 'B-placed', 'A-refunded late', 'B-refunded late']);
});

test('a fact from 2099 is refused and moves nothing', () => {
  const story = [
    at('0s', placed()),
    at('0s', refunded({ id: 'R99', at: '640000h' })),
    at('0s', refunded({ at: '1s' })),
  ];
  const { failures, written, ...result } = drive(story);
  expect(shown({ ...result, failures, written })).toEqual(['A-placed', 'A-refunded']);
  expect(failures).toEqual([{ stage: 'map', code: 'invalid_timestamp', order: 'A', offset: 1 }]);
  expect(written[0]?.position.time.topics).toEqual([{ topic: 'commerce.orders', newest: 1_767_225_601_000 }]);
});

test('with merge, what was let go from its wait stays apart from what happened later', () => {
  const story = [
    at('0s', refunded({ id: 'R1' })),
    at('0s', refunded({ id: 'R2' })),
    at('20m', refunded({ id: 'R3' })),
    at('20m', refunded({ id: 'R4', at: '1201s' })),
  ];
  expect(shown(drive(story, { window: { merge: true } }))).toEqual(['R1+R2', 'R3+R4']);
});
