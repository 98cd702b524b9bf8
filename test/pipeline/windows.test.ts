/**
 * What windows do in the pipeline, a row per rule: facts as they are read, and the events in the order in which they go out.
 * `R1@5000` is refund R1 of order A at 5,000 ms (P: its purchase, M: a purchase of order M, which moves time and is not
 * shown). Deductions of a window are merged, to show which were in it together. Gap and grace are 5 s, tumbling windows 60 s.
 */
import { at, type DriveOptions, drive } from '../driver';
import { cancelled, placed, refunded, returned } from '../facts';

const FAR = 'commerce.refunds';

const arrival = (text: string) => {
  const [, id = '', time, topic] = /^(\w+)@(-?\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  const order = id.startsWith('M') ? 'M' : 'A';
  const fields = { order, id, at: `${time}ms`, total: 1, subtotal: null };
  const make = id.startsWith('R') ? refunded : placed;
  return at('0s', make(fields), topic === 'far' ? FAR : topic);
};

const eventsOf = (story: string, options: DriveOptions = {}) => {
  const window = { merge: true, ...options.window };
  const arrivals = story.split(' ').filter(Boolean).map(arrival);
  const { orderEvents, failures, error, written } = drive(arrivals, {
    backlog: true,
    settings: { eventTimeMinMs: -8_640_000_000_000_000, eventTimeFutureMaxMs: 9_000_000_000_000_000 },
    ledger: { overDeduction: 'warn' },
    ...options,
    window,
  });
  expect([error, failures, written.at(-1)?.held ?? 0]).toEqual([undefined, [], 0]);
  return orderEvents
    .filter(({ order_id }) => order_id === 'A')
    .map(({ fact_ids, late }) => fact_ids.join('+') + (late ? ' late' : ''));
};

type Row = [rule: string, story: string, events: string[], options?: DriveOptions];

// As objects: jest takes a parameter for which a row has nothing for `done`.
const rowsOf = (rows: Row[], options: DriveOptions = {}) =>
  test.each(rows.map(([rule, story, events, own]) => ({ rule, story, events, own })))(
    '$rule: $story',
    ({ story, events, own }) => {
      expect(eventsOf(story, { ...options, ...own, window: { ...options.window, ...own?.window } })).toEqual(events);
    },
  );

describe('session windows', () => {
  const rows: Row[] = [
    ['nothing', '', []],
    ['one', 'P@0', ['P']],
    ['many, at the gap exactly, whatever came first', 'R2@10000 P@5000 R1@5000', ['P', 'R1+R2']],
    ['a millisecond beyond the gap', 'P@0 R1@1000 R2@6001', ['P', 'R1', 'R2']],
    ['a third fact makes one of two', 'P@0 R1@20000 R3@26000 R2@23000', ['P', 'R1+R2+R3']],
    ['at the gap of both, and at the end of the grace', 'P@0 R1@20000 R3@30000 R2@25000', ['P', 'R1+R2+R3']],
    [
      'late by a millisecond: alone, and after older ones that still wait',
      'P@0 R1@20000 M@30000 R2@24999',
      ['P', 'R1', 'R2 late'],
    ],
    ['told again late, while the first still waits', 'P@0 R1@20000 R2@20001 M@25002 R2@20001', ['P', 'R1+R2']],
    ['late, before newer ones', 'P@0 R1@20000 M@30000 R2@19999', ['P', 'R2 late', 'R1']],
    ['at the end of the grace: in time', 'P@0 R1@20000 M@30000 R2@25000', ['P', 'R1+R2']],
    ['late facts are not merged', 'P@0 M@30000 R1@1000 R2@1000', ['P', 'R1 late', 'R2 late']],
    ['equal times: by kind, then by fact id', 'R2@0 R1@0 P@0', ['P', 'R1+R2']],
    ['a gap of none', 'P@0 R1@1 R2@1 R3@2', ['P', 'R1+R2', 'R3'], { window: { gapMs: 0 } }],
    ['a grace of none', 'P@0 R2@20001 R1@20000', ['P', 'R1 late', 'R2'], { window: { graceMs: 0 } }],
  ];
  rowsOf(rows);
});

describe('tumbling windows', () => {
  const rows: Row[] = [
    ['nothing', '', []],
    ['one', 'P@0', ['P']],
    ['many, from the first instant to the last', 'R2@59999 R1@30000 P@0', ['P', 'R1+R2']],
    ['the end is the next', 'P@0 R1@59999 R2@60000', ['P', 'R1', 'R2']],
    ['far behind, its window open: in time', 'P@0 R2@64999 R1@1', ['P', 'R1', 'R2']],
    ['late by a millisecond', 'P@0 M@65000 R1@59999 R2@60000', ['P', 'R1 late', 'R2']],
  ];
  rowsOf(rows, { window: { kind: 'tumbling' } });
});

describe('no windows', () => {
  const rows: Row[] = [
    ['nothing', '', []],
    ['each alone, as they come', 'P@0 R2@10 R1@5 R3@10', ['P', 'R2', 'R1', 'R3']],
    ['none is late', 'P@0 M@100000 R1@1', ['P', 'R1']],
    ['a deduction waits for its purchase all the same', 'R1@0 P@1', ['P', 'R1']],
    [
      'by the time of the slowest topic',
      'M@0/far R1@0 R2@700000 P@1/far',
      ['P', 'R1+R2'],
      { topics: ['commerce.orders', FAR] },
    ],
  ];
  rowsOf(rows, { window: { kind: 'none' } });
});

describe('several topics', () => {
  const topics = ['commerce.orders', FAR];
  const rows: Row[] = [
    [
      'one far behind holds the other: a purchase joins its refund',
      'M@0/far R1@600000 M@900000 P@600000/far',
      ['P', 'R1'],
    ],
    ['a topic never heard of as well', 'R1@0 M@900000 P@0/far', ['P', 'R1']],
    ['late by its own topic, though the other is behind', 'P@0 M@60000 R1@1 M@0/far', ['P', 'R1 late']],
    ['in time by its own topic, though the other is ahead', 'P@0 M@60000 R1@1/far', ['P', 'R1']],
  ];
  rowsOf(rows, { topics });
});

describe('the inbox', () => {
  const rows: Row[] = [
    ['moves no time', 'P@0 M@100000/inbox R1@1', ['P', 'R1']],
    ['is late by the watermark', 'P@0 M@60000 R1@1/inbox', ['P', 'R1 late']],
    ['in time, what it brings is windowed', 'P@0 R2@60000 R1@55000/inbox R3@60001', ['P', 'R1+R2+R3']],
    ['late, it is never refused', 'P@0 M@60000 R1@1/inbox', ['P', 'R1 late'], { window: { late: 'refuse' } }],
  ];
  rowsOf(rows);
});

describe('any time there is', () => {
  const epoch = -1_767_225_600_000;
  const most = 8_640_000_000_000_000;
  const first = -most + epoch;
  const last = most + epoch;
  test.each(['session', 'tumbling', 'none'] as const)('%s: around 1970, at the first and last instants', kind => {
    const together = kind === 'none' ? ['R1', 'R2'] : ['R1+R2'];
    const around = (time: number) => `P@${time - 60_000} R1@${time} R2@${time + 1} M@${time + 600_000}`;
    for (const time of [epoch - 60_000, epoch, first + 60_000, last - 660_000])
      expect(eventsOf(around(time), { window: { kind } })).toEqual(['P', ...together]);
  });

  test('over the whole of it, what waits goes out once', () => {
    expect(eventsOf(`R1@${first} M@${last} P@${last}`)).toEqual(['R1', 'P']);
  });
});

describe('bounds', () => {
  const rows: Row[] = [
    [
      'held_facts_max: what ends first closes early, the next is another',
      'P@0 R1@20000 R2@20001 M@20002 R3@20003',
      ['P', 'R1+R2', 'R3'],
      { window: { heldFactsMax: 2 } },
    ],
    ['one fact at most: each alone, as they come', 'P@0 R2@2 R1@1', ['P', 'R2', 'R1'], { window: { heldFactsMax: 1 } }],
    // A record of the story weighs 65 bytes.
    [
      'held bytes of one order, whatever others hold',
      'P@0 M@0 M@1 M@2 R1@20000 R2@20001 R3@20002',
      ['P', 'R1+R2+R3'],
      { window: { heldBytesPerOrderMax: 195 } },
    ],
    [
      'a byte more closes it',
      'P@0 R1@20000 R2@20001 R3@20002',
      ['P', 'R1+R2+R3'],
      { window: { heldBytesPerOrderMax: 194 } },
    ],
    [
      'and what comes then is another',
      'P@0 R1@20000 R2@20001 R3@20002',
      ['P', 'R1+R2', 'R3'],
      { window: { heldBytesPerOrderMax: 129 } },
    ],
    [
      'what closes early is of the time of the watermark, and lets nothing go that still waits for a slower topic',
      'M@0/far R1@0 M2@700000 M3@700001 P@1/far',
      ['P', 'R1'],
      { window: { heldFactsMax: 1 }, topics: ['commerce.orders', FAR] },
    ],
    [
      'while a topic was never heard of, late facts follow what had closed before they came',
      'P@0 M@1 R1@100000 M@100001 M2@0/far R2@-6000/far',
      ['P', 'R1', 'R2 late'],
      { window: { heldFactsMax: 1 }, topics: ['commerce.orders', FAR] },
    ],
  ];
  rowsOf(rows);

  test('what closed early does not depend on where batches were cut', () => {
    const options = { window: { heldFactsMax: 1 } };
    const story = 'P@0 M@20000 R1@20000 R2@14000';
    for (const batches of [[1], [2], [3], [4]]) {
      expect(eventsOf(story, { ...options, batches })).toEqual(eventsOf(story, options));
    }
    expect(eventsOf(story, options)).toHaveLength(3);
  });
});

test('more may not wait than is set: the deduction that is due first goes out alone before its time', () => {
  const story = ['A', 'B', 'C'].map((order, second) => at(`${second}s`, refunded({ order })));
  const { events, written } = drive(
    [...story, at('1m', placed({ order: 'Z' })), at('2m', placed({ order: 'B', at: '2m' }))],
    {
      window: { heldFactsMax: 2 },
    },
  );
  expect(events.map(({ action, data }) => `${action} ${data.order.order_id}`)).toEqual([
    'refund A',
    'purchase Z',
    'purchase B',
    'refund B',
    'refund C',
  ]);
  // The window of A was the third fact in open ones, its refund the third that waited.
  expect(written.reduce((sum, { closedEarly }) => sum + closedEarly, 0)).toBe(2);
});

test('a late fact takes the place of what waits, before what closes after it: wherever batches are cut', () => {
  const twice = { order: 'A', total: null, id: 'twice', at: '0ms' };
  const story = [
    at('0ms', cancelled(twice)),
    at('0ms', returned({ order: 'A', id: 'A1', at: '0ms' }), 'inbox'),
    at('0ms', returned({ order: 'B', id: 'B0', at: '0ms' })),
    at('5ms', placed({ order: 'B', id: 'B1', at: '5ms' })),
    at('6ms', placed({ order: 'B', id: 'B1', at: '5ms' })),
    at('24ms', returned({ order: 'B', id: 'B2', at: '24ms', currency: 'USD' }), FAR),
    at('25ms', placed({ order: 'B', id: 'B1', at: '5ms' }), FAR),
    at('26ms', cancelled(twice)),
  ];
  const comes = (batches?: number[]) => {
    const { failures, written } = drive(story, {
      backlog: true,
      topics: ['commerce.orders', FAR],
      window: { gapMs: 3, graceMs: 5, heldFactsMax: 3 },
      ledger: { orphanWaitMs: 20 },
      ...(batches && { batches }),
    });
    return {
      failures: failures.map(({ order, code, offset }) => `${order}@${offset} ${code}`),
      early: written.reduce((sum, { closedEarly }) => sum + closedEarly, 0),
    };
  };
  for (const batches of [[1], [2], [3], [7]]) expect(comes(batches)).toEqual(comes());
  // The cancel went out alone, and could not; so its second telling was not its duplicate.
  expect(comes()).toEqual({ failures: ['A@0 missing_field', 'A@4 missing_field', 'B@0 currency_changed'], early: 4 });
});

test('what is due goes out before a late fact that finds no room: wherever batches are cut', () => {
  const alone = returned({ order: 'A', id: 'A0', at: '0ms' });
  const story = [
    ...[alone, alone, alone].map(one => at('0ms', one)),
    at('0ms', placed({ order: 'B', id: 'B0', at: '0ms' })),
    at('21ms', returned({ order: 'B', id: 'B1', at: '21ms' })),
    ...['B2', 'B3', 'B4'].map(id => at('22ms', returned({ order: 'B', id, at: '0ms' }))),
  ];
  const idsOf = (batches?: number[]) =>
    drive(story, {
      backlog: true,
      window: { gapMs: 3, graceMs: 5, heldBytesPerOrderMax: 140 },
      ledger: { orphanWaitMs: 15, overDeduction: 'warn' },
      ...(batches && { batches }),
    }).orderEvents.map(({ fact_ids }) => fact_ids[0]);
  for (const batches of [[1], [2], [3], [5]]) expect(idsOf(batches)).toEqual(idsOf());
  expect(idsOf()).toEqual(['B0', 'A0', 'B2', 'B3', 'B4', 'B1']);
});

test('a late fact behind a window that closes early goes out with its closing: wherever batches are cut', () => {
  const story = [
    at('10ms', placed({ order: 'A', id: 'A1', at: '10ms' })),
    at('13ms', refunded({ order: 'A', id: 'A2', at: '13ms', total: 10 })),
    at('20ms', placed({ order: 'B', id: 'B1', at: '20ms' })),
    at('20ms', refunded({ order: 'A', id: 'late', at: '12ms', total: 60 })),
    at('21ms', refunded({ order: 'B', id: 'B2', at: '21ms', total: 1 })),
    at('21ms', refunded({ order: 'A', id: 'A3', at: '16ms', total: 5 })),
    at('21ms', refunded({ order: 'A', id: 'A4', at: '16ms', total: 60 })),
    at('100ms', refunded({ order: 'B', id: 'B3', at: '100ms', total: 1 })),
  ];
  const comes = (batches?: number[]) => {
    const { orderEvents, failures } = drive(story, {
      backlog: true,
      window: { gapMs: 3, graceMs: 5, heldBytesPerOrderMax: 140 },
      ...(batches && { batches }),
    });
    return { events: orderEvents.map(({ fact_ids }) => fact_ids[0]), failures: failures.map(({ code }) => code) };
  };
  for (const batches of [[1], [2], [3], [4], [5], [6], [7]]) expect(comes(batches)).toEqual(comes());
  // The fourth of the window found no room in it.
  expect(comes()).toEqual({
    events: ['A1', 'A2', 'A3', 'late', 'B1', 'B2', 'B3'],
    failures: ['over_deduction'],
  });
});

test('a window that closes early before there is a time lets nothing late go: wherever batches are cut', () => {
  const ofA = returned({ order: 'A', id: 'A0', at: '6ms' });
  const ofB = returned({ order: 'B', id: 'B0', at: '0ms' });
  const story = [at('6ms', ofA, FAR), at('6ms', ofA, FAR), at('6ms', ofB, FAR), at('7ms', ofA, FAR), at('7ms', ofB)];
  const comes = (batches?: number[]) =>
    drive(story, {
      backlog: true,
      topics: ['commerce.orders', FAR],
      window: { gapMs: 3, graceMs: 5, heldBytesPerOrderMax: 140 },
      ...(batches && { batches }),
    }).orderEvents.map(({ fact_ids, late }) => fact_ids[0] + (late ? ' late' : ''));
  for (const batches of [[1], [2], [3], [4]]) expect(comes(batches)).toEqual(comes());
  // Of B's two the one of the first topic counts, which is not late.
  expect(comes()).toEqual(['B0', 'A0']);
});

test('a late fact does not overtake what it stood behind, where both wait for their purchase', () => {
  const { orderEvents } = drive(
    [
      at('0ms', returned({ order: 'B', id: 'B0', at: '0ms' })),
      at('6ms', returned({ order: 'A', id: 'A0', at: '6ms' })),
      at('6ms', returned({ order: 'B', id: 'B1', at: '0ms' })),
    ],
    { backlog: true, window: { gapMs: 3, graceMs: 5 }, ledger: { orphanWaitMs: 20 } },
  );
  expect(orderEvents.map(({ fact_ids }) => fact_ids[0])).toEqual(['B0', 'B1', 'A0']);
});
