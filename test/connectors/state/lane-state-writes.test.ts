/** What of a lane's state goes to the changelog and to the store, and what is forgotten in time. */
import { firstValueFrom } from 'rxjs';
import { textOf } from '../../../connectors/state/changes';
import { newestOf } from '../../../connectors/state/codec';
import { LaneState } from '../../../connectors/state/lane-state';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { Place } from '../../../connectors/state/store';
import type { OrderState } from '../../../schemas/types';
import { memoryCodec } from '../../state-codec';

const RETENTION = 1_000;

const waits: OrderState['waiting'] = [
  {
    until: 1,
    late: false,
    came_late: false,
    record: {
      topic: 'orders',
      partition: 0,
      offset: 1n,
      timestamp: 1,
      key: null,
      value: null,
      headers: [],
      attempt: 1,
      arrived_on: null,
    },
  },
];
const order = (newest: number, waiting: OrderState['waiting'] = []): OrderState => ({
  newest,
  ledger: null,
  waiting,
  windows: [],
});

const laneState = () => {
  const places: (Place | undefined)[] = [];
  const memory = memoryStore();
  const store: typeof memory = {
    ...memory,
    put: (changes, place) => {
      places.push(place);
      return memory.put(changes, place);
    },
  };
  const codec = memoryCodec();
  const state = new LaneState(store, codec, RETENTION);
  /** What the changelog gets: the newest event time of an order, null for a tombstone. */
  const stage = (changes: Record<string, OrderState | undefined>) => {
    stagePart(changes, false);
    const staged: [string, number | null][] = [];
    state.staged.each((bytes, keyAt, keyEnd, end) => {
      staged.push([textOf(bytes, keyAt, keyEnd), end === undefined ? null : newestOf(bytes, keyEnd)]);
    });
    const byOrder = Object.fromEntries(staged);
    expect(Object.keys(byOrder)).toHaveLength(staged.length); // each order once
    return byOrder;
  };
  const stagePart = (changes: Record<string, OrderState | undefined>, more = true) =>
    state.stage({
      changes: new Map(Object.entries(changes)),
      moment: { idle: [], clockMs: undefined, end: false, ...(more && { more }) },
    });
  const loaded = async (...orderIds: string[]) =>
    Object.fromEntries([...(await firstValueFrom(state.load(orderIds)))].map(([id, { newest }]) => [id, newest]));
  const waiting = async () => [...(await firstValueFrom(state.waiting())).keys()].sort();
  return { state, places, stage, stagePart, loaded, waiting };
};

test('what is staged goes to the changelog, and to the store once it is committed', async () => {
  const { state, places, stage, loaded } = laneState();
  expect(stage({ A: order(1), B: order(2), C: undefined })).toEqual({ A: 1, B: 2, C: null });
  expect(await loaded('A', 'B')).toEqual({});
  await state.committed(null, { offset: 7, at: 1 });
  expect(await loaded('B', 'C', 'A')).toEqual({ A: 1, B: 2 });
  expect(stage({ A: undefined, B: order(3) })).toEqual({ A: null, B: 3 });
  await state.committed(null);
  expect(await loaded('A', 'B')).toEqual({ B: 3 });
  expect(places).toEqual([{ offset: 7, at: 1 }, undefined]);
});

describe('of a batch in parts', () => {
  test('what a part told is loaded before it is committed, and an order that changes again is told once', async () => {
    const { state, stage, stagePart, loaded } = laneState();
    stage({ A: order(1), B: order(1), C: order(1) });
    await state.committed(null);
    stagePart({ A: order(2), B: undefined, D: order(2) });
    expect(await loaded('A', 'B', 'C', 'D', 'E')).toEqual({ A: 2, C: 1, D: 2 });
    stagePart({ A: order(3), E: order(3), D: undefined });
    expect(await loaded('D', 'A', 'E')).toEqual({ A: 3, E: 3 });
    expect(stage({ E: order(4), B: order(4) })).toEqual({ A: 3, B: 4, D: null, E: 4 });
    await state.committed(null);
    expect(await loaded('A', 'B', 'C', 'D', 'E')).toEqual({ A: 3, B: 4, C: 1, E: 4 });
  });

  test('an order that has expired and was told by a part lives on', async () => {
    const { state, stage, stagePart, loaded } = laneState();
    stage({ old: order(0), older: order(0) });
    await state.committed(0);
    await state.committed(RETENTION + 1);
    stagePart({ old: order(9_000) });
    expect(stage({})).toEqual({ old: 9_000, older: null });
    await state.committed(RETENTION + 1);
    expect(await loaded('old', 'older')).toEqual({ old: 9_000 });
  });

  test('as many more orders are looked at as all its parts changed', async () => {
    const { state, stage, stagePart } = laneState();
    stage(Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`A${index}`, order(0)])));
    await state.committed(null);
    stagePart({ B: order(9_999) });
    stage({ C: order(9_999) });
    await state.committed(RETENTION + 1);
    expect(Object.values(stage({})).filter(isNull)).toHaveLength(102);
  });
});

test('what was staged and never committed is not put with what comes after it', async () => {
  const { state, stage, loaded } = laneState();
  stage({ A: order(1) });
  stage({ B: order(2) });
  await state.committed(null);
  expect(await loaded('A', 'B')).toEqual({ B: 2 });
  await state.committed(null);
  expect(await loaded('A', 'B')).toEqual({ B: 2 });
});

test('orders in which something waits come back, all of them', async () => {
  const { state, stage, waiting } = laneState();
  const many = Array.from({ length: 2_001 }, (_, index) => `W${index}`);
  stage({ ...Object.fromEntries(many.map(orderId => [orderId, order(1, waits)])), A: order(1) });
  await state.committed(null);
  expect(await waiting()).toEqual([...many].sort());
  stage(Object.fromEntries(many.slice(1).map(orderId => [orderId, order(2)])));
  await state.committed(null);
  expect(await waiting()).toEqual(['W0']);
});

describe('an order that has expired', () => {
  const filled = async () => {
    const lane = laneState();
    lane.stage({ old: order(0), edge: order(1), waits: order(0, waits), young: order(500) });
    await lane.state.committed(0);
    return lane;
  };

  test('gets a tombstone with the next write, and is forgotten with its commit', async () => {
    const { state, stage, loaded } = await filled();
    expect(stage({})).toEqual({});
    await state.committed(RETENTION + 1);
    expect(stage({ A: order(5_000) })).toEqual({ A: 5_000, old: null });
    expect(await loaded('old')).toEqual({ old: 0 });
    await state.committed(RETENTION + 1);
    expect(await loaded('old', 'edge', 'waits', 'young', 'A')).toEqual({ edge: 1, waits: 0, young: 500, A: 5_000 });
    expect(stage({})).toEqual({});
  });

  test('has a tombstone again where the write was never committed', async () => {
    const { state, stage } = await filled();
    await state.committed(RETENTION + 1);
    expect([stage({}), stage({})]).toEqual([{ old: null }, { old: null }]);
  });

  test('and changes with that write lives on', async () => {
    const { state, stage, loaded } = await filled();
    await state.committed(RETENTION + 1);
    expect(stage({ old: order(9_000) })).toEqual({ old: 9_000 });
    await state.committed(RETENTION + 1);
    expect(await loaded('old')).toEqual({ old: 9_000 });
  });

  test('is not known without a watermark', async () => {
    const { state, stage } = laneState();
    stage({ ancient: order(-5_000) });
    await state.committed(null);
    expect(stage({})).toEqual({});
  });

  test('comes up before long, however many there are: more are looked at where more change', async () => {
    const { state, stage, loaded } = laneState();
    const orderIds = Array.from({ length: 1_000 }, (_, index) => `A${index}`);
    stage(Object.fromEntries(orderIds.map(orderId => [orderId, order(0)])));
    await state.committed(null);
    for (let write = 0; write < 20; write++) {
      stage({});
      await state.committed(RETENTION + 1);
    }
    expect(await loaded(...orderIds)).toEqual({});
    stage(Object.fromEntries(Array.from({ length: 320 }, (_, index) => [`B${index}`, order(0)])));
    await state.committed(RETENTION + 1);
    expect(Object.keys(stage({}))).toHaveLength(320);
  });

  test('does not come up in ever more at once, where all has expired', async () => {
    const { state, stage } = laneState();
    stage(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`A${index}`, order(0)])));
    await state.committed(null);
    const forgotten: number[] = [];
    for (let write = 0; write < 20; write++) {
      const orderIds = [`B${write}`, `C${write}`];
      forgotten.push(
        Object.values(stage(Object.fromEntries(orderIds.map(id => [id, order(9_999)])))).filter(isNull).length,
      );
      await state.committed(RETENTION + 1);
    }
    expect(Math.max(...forgotten)).toBe(102);
  });
});

const isNull = (one: unknown) => one === null;
