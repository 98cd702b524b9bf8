/** Orders through the whole pipeline, in virtual time: windows, ledger and what waits. Each story says all that is written. */
import { at, drive } from '../driver';
import { cancel, cancelled, placed, purchase, refund, refunded, returnEvent, returned } from '../facts';

const bought = { total: 102, subtotal: 90, tax: 7.2, shipping: 4.8 };

test('a refund in the same window follows its purchase, whatever came first', () => {
  const { events, failures } = drive([at('1s', refunded({ total: 10 })), at('2s', placed({ at: '0s' }))]);
  expect(events).toEqual([purchase('A'), refund('A', { at: '1s', total: 10 })]);
  expect(failures).toEqual([]);
});

test('what remains of tax and shipping goes out with each deduction', () => {
  const { events } = drive([
    at('0s', placed(bought)),
    at('1h', returned({ total: 43.2, tax: 3.2 })),
    at('2h', cancelled({ total: null })),
  ]);
  expect(events).toEqual([
    purchase('A', bought),
    returnEvent('A', { at: '1h', total: -43.2, subtotal: -40, tax: 4, shipping: 4.8 }),
    cancel('A', { at: '2h', total: -58.8, subtotal: -50, tax: 0, shipping: 0 }),
  ]);
});

test('the same fact twice is one event, in one window or a day later', () => {
  const { events, written } = drive([
    at('0s', placed()),
    at('0s', placed()),
    at('1h', refunded({ at: '1h' })),
    at('25h', refunded({ at: '1h' })),
  ]);
  expect(events).toEqual([purchase('A'), refund('A', { at: '1h' })]);
  expect(written.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(2);
});

test('a deduction waits for its purchase, and goes out alone after its wait', () => {
  const { events } = drive([
    at('0s', refunded({ order: 'A' })),
    at('0s', refunded({ order: 'B' })),
    at('5m', placed({ order: 'A', at: '-1m' })),
    at('20m', placed({ order: 'C' })),
  ]);
  expect(events).toEqual([
    purchase('A', { at: '-1m' }),
    refund('A', { total: 10 }),
    refund('B', { total: 10 }),
    purchase('C', { at: '20m' }),
  ]);
});

test('a late fact makes its own event, marked late, or is a failure', () => {
  const story = [at('0s', placed()), at('1m', placed({ order: 'B' })), at('1m', refunded({ at: '1s' }))];
  const { orderEvents } = drive(story);
  expect(orderEvents.map(({ order_id, action, late }) => [order_id, action, late])).toEqual([
    ['A', 'purchase', false],
    ['A', 'refund', true],
    ['B', 'purchase', false],
  ]);
  expect(drive(story, { window: { late: 'refuse' } }).failures).toEqual([
    { stage: 'window', code: 'late', order: 'A', offset: 2 },
  ]);
});

test('with several topics the slowest says what time it is', () => {
  const topics = ['commerce.orders', 'commerce.refunds'];
  const story = [
    at('0s', refunded({ order: 'Z' }), 'commerce.refunds'),
    at('0s', placed({ order: 'Z' })),
    at('1m', placed({ order: 'B' })),
    at('2m', refunded({ order: 'A', at: '3s' }), 'commerce.refunds'),
    at('2m', placed({ order: 'A', at: '1m' })),
  ];
  const { orderEvents } = drive(story, { topics });
  expect(orderEvents.map(({ order_id, action, late }) => `${order_id} ${action} ${late}`)).toEqual([
    'Z purchase false',
    'Z refund false',
    'A purchase false',
    'A refund false',
    'B purchase false',
  ]);
});

test('the last order of the evening is not held until the morning, and time goes on as if it had been', () => {
  const story = [at('0s', placed()), at('10h', refunded())];
  const { written, events } = drive(story, { idleAfter: '10s', until: '11h' });
  expect(events).toEqual([purchase('A'), refund('A', { at: '10h' })]);
  // 5 s gap, 5 s grace, then the clock.
  expect(written.findIndex(({ events }) => events === 1)).toBeLessThan(15);
});

test('what waits survives the death of the lane, before and after a commit', () => {
  const story = [
    at('0s', refunded({ order: 'B' })),
    at('0s', placed(bought)),
    at('1s', returned({ total: 43.2, tax: 3.2 })),
    at('1m', placed({ order: 'C' })),
    at('30m', placed({ order: 'D' })),
  ];
  const whole = drive(story);
  for (const writes of [
    ['lost'],
    ['died after'],
    ['good', 'lost', 'died after'],
    ['good', 'good', 'good', 'lost'],
  ] as const) {
    const died = drive(story, { writes });
    expect(died.events).toEqual(whole.events);
    expect(died.states).toEqual(whole.states);
  }
  expect(whole.events).toHaveLength(5);
});

test('deductions of one action in a window become one event where that is set', () => {
  const story = [
    at('0s', placed(bought)),
    at('1h', refunded({ id: 'R1', total: 5 })),
    at('1h', refunded({ id: 'R2', total: 7 })),
  ];
  const { orderEvents } = drive(story, { window: { merge: true } });
  expect(orderEvents.map(({ action, total, fact_ids }) => [action, total, fact_ids])).toEqual([
    ['purchase', 1_020_000, ['A-placed']],
    ['refund', 120_000, ['R1', 'R2']],
  ]);
});

test('summaries count events by window, currency and action, and failures by stage', () => {
  const { summaries } = drive([
    at('0s', placed()),
    at('1s', placed({ order: 'B', currency: 'USD' })),
    at('2s', refunded({ id: 'R1' })),
    at('30s', refunded({ id: 'R2' })),
    at('31s', refunded({ order: 'B', currency: 'EUR' })),
    at('70s', placed({ order: 'C' })),
  ]);
  const shown = summaries.map(({ window_start, currency, actions, failures }) => [
    (window_start - 1_767_225_600_000) / 1_000,
    currency,
    ...actions.map(({ action, events, orders, revenue_effect }) => `${action} ${events} ${orders} ${revenue_effect}`),
    failures,
  ]);
  expect(shown).toEqual([
    [0, null, { ledger: 1 }],
    [0, 'EUR', 'purchase 1 1 1000000', 'refund 2 1 -200000', {}],
    [0, 'USD', 'purchase 1 1 1000000', {}],
    [60, 'EUR', 'purchase 1 1 1000000', {}],
  ]);
});
