import { HaltLimitReached } from '../../pipeline/halt';
import type { Mapping } from '../../pipeline/order/mapping';
import { type Arrival, at, type DriveOptions, drive as driveRemembering, undecodable } from '../driver';
import { cancel, cancelled, placed, purchase, refund, refunded, returnEvent, returned } from '../facts';

/** Nothing is remembered: each fact is its event, at once. */
const drive = (story: readonly Arrival[], options: DriveOptions = {}) =>
  driveRemembering(story, { ...options, memory: null });

test('what happens to an order reaches ODP in the order it came', () => {
  const { events, failures, error } = drive([
    at('0s', placed({ order: 'A' })),
    at('1s', returned({ order: 'A', total: 43.2, tax: 3.2 })),
    at('2s', refunded({ order: 'A', total: 10 })),
    at('3s', cancelled({ order: 'A', total: 46.8 })),
  ]);
  expect(events).toEqual([
    purchase('A'),
    returnEvent('A', { at: '1s', total: -43.2, subtotal: -40 }),
    refund('A', { at: '2s', total: 10 }),
    cancel('A', { at: '3s', total: -46.8, subtotal: -46.8 }),
  ]);
  expect(failures).toEqual([]);
  expect(error).toBeUndefined();
});

test('without state a cancel must say its total: nobody knows what is left', () => {
  const { events, failures, messages } = drive([at('0s', cancelled({ total: null }))]);
  expect(events).toEqual([]);
  expect(failures).toEqual([{ stage: 'map', code: 'missing_field', order: 'A', offset: 0 }]);
  expect(messages).toEqual([
    'Cannot cancel order "A" as without "total" what is left of it is cancelled, and without state nobody knows that',
  ]);
});

test('an event has the time of its fact, not of its record', () => {
  const { events } = drive([at('1h', placed({ at: '-2d' })), at('1h', refunded({ at: '2h' }))]);
  expect(events).toEqual([purchase('A', { at: '-2d' }), refund('A', { at: '2h' })]);
});

test('records that cannot be used are failures in their place, and the others go on', () => {
  const { events, failures, written } = drive([
    at('0s', undecodable('corrupt')),
    at('0s', placed({ order: 'A' })),
    at('0s', { type: 'shop.Unknown', value: {} }),
    at('0s', null),
    at('0s', placed({ order: 'B', customer: {} })),
    at('0s', refunded({ order: 'A', total: '12,50' })),
    at('0s', refunded({ order: 'A' })),
  ]);
  expect(events).toEqual([purchase('A'), refund('A')]);
  expect(failures).toEqual([
    { stage: 'decode', code: 'corrupt', order: undefined, offset: 0 },
    { stage: 'decode', code: 'unmapped_type', order: undefined, offset: 2 },
    { stage: 'map', code: 'no_identifier', order: 'B', offset: 4 },
    { stage: 'map', code: 'invalid_amount', order: 'A', offset: 5 },
  ]);
  expect(written).toMatchObject([{ records: 7, events: 2, failures: 4, skipped: 1 }]);
});

test('a mapping that throws fails its record alone', () => {
  const mapping: Mapping = value => {
    const { order } = value as { order: string | undefined };
    const id = (order as string).toUpperCase();
    const amounts = { total: '100', subtotal: '100', items: [{ product_id: 'P-1', price: '100', quantity: 1 }] };
    return placed({ order: id, at: '0s', ...amounts }) as ReturnType<Mapping>;
  };
  const { events, failures, messages } = drive(
    [at('0s', { type: 'shop.Order', value: { order: 'a' } }), at('0s', { type: 'shop.Order', value: {} })],
    { mappings: new Map([['shop.Order', mapping]]) },
  );
  expect(events).toEqual([purchase('A')]);
  expect(failures).toEqual([{ stage: 'map', code: 'step_failed', order: undefined, offset: 1 }]);
  expect(messages).toEqual(['Cannot map the record as the step threw TypeError']);
});

const mixed = Array.from({ length: 30 }, (_, i) =>
  at(`${i % 7}s`, i % 6 === 5 ? undecodable() : i % 4 === 3 ? null : placed({ order: `A${i}`, total: i })),
);

test.each([[[1]], [[2]], [[3, 1, 7]], [[1000]]])('batches of %p change nothing of what is written', batches => {
  const whole = drive(mixed);
  const cut = drive(mixed, { batches });
  expect(cut.events).toEqual(whole.events);
  expect(cut.failures).toEqual(whole.failures);
  expect(cut.events.length + cut.failures.length).toBeGreaterThan(20);
});

test('a slow write holds the next pull back, and what has come meanwhile is one batch', () => {
  const { written, events } = drive(
    ['0s', '1s', '2s', '3s'].map((time, i) => at(time, placed({ order: `A${i}` }))),
    { writing: '10s' },
  );
  expect(written.map(({ records }) => records)).toEqual([1, 3]);
  expect(events).toHaveLength(4);
});

test('time passes without records: empty batches are written, with the position', () => {
  const { written, events } = drive([at('0s', placed())], { until: '5s' });
  expect(events).toEqual([purchase('A')]);
  expect(written.map(({ records }) => records)).toEqual([1, 0, 0, 0, 0, 0]);
  expect(written.map(({ position }) => position.offsets.get('commerce.orders'))).toEqual([1n, 1n, 1n, 1n, 1n, 1n]);
});

test('a lane without records ends without a word', () => {
  expect(drive([])).toMatchObject({ events: [], failures: [], written: [], error: undefined });
});

describe('the halt limit', () => {
  const bad = (order: string) => at('0s', placed({ order, items: [] }));
  const good = (order: string) => at('0s', placed({ order }));

  test('stops the lane before the batch that reaches it is written', () => {
    const { events, failures, written, error } = drive([good('A'), bad('B'), bad('C'), good('D')], {
      batches: [2],
      failuresInARowMax: 2,
    });
    expect(events).toEqual([purchase('A')]);
    expect(failures.map(({ offset }) => offset)).toEqual([1]);
    expect(written).toHaveLength(1);
    expect(error).toBeInstanceOf(HaltLimitReached);
    expect(error).toMatchObject({ limit: 2, message: expect.stringContaining('at offset 2 with map/no_items') });
  });

  test('counts failures of all stages, and keeps the run with the position', () => {
    const story = [undecodable(), { type: 'shop.Unknown', value: {} }].map(what => at('0s', what));
    const { written, error } = drive([...story, bad('A')], { failuresInARowMax: 4 });
    expect(error).toBeUndefined();
    expect(written.map(({ position }) => position.failuresInARow)).toEqual([3]);
    expect(drive([bad('B')], { failuresInARowMax: 4, failuresInARow: 3 }).error).toBeInstanceOf(HaltLimitReached);
    expect(drive([good('B'), bad('C')], { failuresInARowMax: 4, failuresInARow: 3 }).error).toBeUndefined();
  });

  test('holds for what waited, too: at a start with a mapping that is broken nothing of it is given up', () => {
    let works = 3;
    const mapping: Mapping = value => {
      if (works-- <= 0) throw new Error('broken');
      return placed(value as { order: string }) as ReturnType<Mapping>;
    };
    const story = ['A', 'B', 'C'].map(order => at('0s', { type: 'shop.Order', value: { order, at: '0s' } }));
    const options = { mappings: new Map([['shop.Order', mapping]]), writes: ['died after'] as const };
    const { error, failures, states } = driveRemembering(story, { ...options, failuresInARowMax: 3 });
    expect(error).toMatchObject({ name: 'HaltLimitReached', limit: 3 });
    expect([failures, states.size]).toEqual([[], 3]);
    works = 3;
    expect(driveRemembering(story, { ...options, failuresInARowMax: 4 }).failures).toHaveLength(3);
  });
});
