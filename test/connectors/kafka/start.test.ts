/** Where a lane begins, by what its group says, what its state says, and what somebody chose. */
import type { Restored } from '../../../connectors/kafka/restore';
import { PositionUnsure, StateChanged, startOf } from '../../../connectors/kafka/start';
import { type Position, startPosition } from '../../../pipeline/batch';
import { FakeCluster } from './fake';
import { laneSettings } from './subject';

/** Behind the end stand five records of a transaction that is open. */
const [EARLIEST, END, OPEN] = [100, 200, 5];
const shape = { settings: 'session 5 s', partitions: 2 };

interface Scene {
  /** Offset of the group. */
  readonly group?: number;
  /** Offset of the state; null: it has none; undefined: nothing is remembered. */
  readonly state?: number | null;
  readonly choice?: 'acceptReset' | 'restorePosition';
  readonly from?: 'latest';
}

const clusterWith = (committed: Record<string, { offset: number; metadata?: string }>) => {
  const cluster = new FakeCluster();
  cluster.broker(1).range = [EARLIEST, END, OPEN];
  for (const [topic, { offset, metadata = '' }] of Object.entries(committed))
    cluster.committed.set(topic, { offset: String(offset), metadata });
  return cluster;
};

const settingsOf = ({ choice, from }: Scene = {}, sources = ['orders']) =>
  laneSettings(
    'group',
    { events: 'e', failures: 'f' },
    { sources, ...(choice && { [choice]: true }), ...(from && { startFrom: from }) },
  ).lane;

const restoredAt = (position: Position | undefined): Restored => ({ position, shape, records: 0 });
const at = (offset: number) => startPosition(new Map([['orders', BigInt(offset)]]));

const begin = (scene: Scene) => {
  const { group, state } = scene;
  const cluster = clusterWith(group === undefined ? {} : { orders: { offset: group } });
  const restored = state === undefined ? undefined : restoredAt(state === null ? undefined : at(state));
  return startOf(cluster, settingsOf(scene), 0, restored, shape);
};

describe('a lane begins', () => {
  test.each<[string, Scene, number, committed: boolean]>([
    ['where its group is', { group: 150 }, 150, true],
    ['at the earliest record without any offset', {}, EARLIEST, false],
    ['at the end without any offset, by setting', { from: 'latest' }, END, false],
    ['where group and state are', { group: 150, state: 150 }, 150, true],
    ['where both are, at the very first record', { group: 0, state: 0 }, 0, true],
    ['at the earliest record where neither has been anywhere', { state: null }, EARLIEST, false],
    ['at the end where neither has, by setting', { state: null, from: 'latest' }, END, false],
    ['where the state is, if that is chosen', { group: 150, state: 140, choice: 'restorePosition' }, 140, false],
    ['where the state is, if that is chosen, ahead', { group: 150, state: 160, choice: 'restorePosition' }, 160, false],
    [
      'where the state is, if that is chosen and offsets expired',
      { state: 140, choice: 'restorePosition' },
      140,
      false,
    ],
    ['where the group is, if that is chosen', { group: 150, state: 140, choice: 'acceptReset' }, 150, false],
    [
      'where the group is, if that is chosen and there is no state',
      { group: 150, state: null, choice: 'acceptReset' },
      150,
      false,
    ],
    ['at the earliest, if that is chosen and offsets expired', { state: 140, choice: 'acceptReset' }, EARLIEST, false],
    [
      'at the end, if that is chosen, offsets expired and it is set',
      { state: 140, choice: 'acceptReset', from: 'latest' },
      END,
      false,
    ],
    ['at the first record that is there, by choice', { group: EARLIEST, choice: 'acceptReset' }, EARLIEST, true],
    ['at the very last of what is there, by choice', { group: END + OPEN, choice: 'acceptReset' }, END + OPEN, true],
    [
      'at the earliest where what it had was deleted, by choice',
      { group: EARLIEST - 1, choice: 'acceptReset' },
      EARLIEST,
      false,
    ],
    [
      'at the earliest where its topic is another one, by choice',
      { group: END + OPEN + 1, choice: 'acceptReset', from: 'latest' },
      EARLIEST,
      false,
    ],
    ['where both are, whatever is chosen', { group: 150, state: 150, choice: 'restorePosition' }, 150, true],
  ])('%s', async (_, scene, offset, committed) => {
    expect(await begin(scene)).toEqual({ position: at(offset), committed });
  });

  test.each<[string, Scene, string]>([
    ['the group is behind the state', { group: 140, state: 150 }, 'the group has 140, the state 150'],
    ['the group is ahead', { group: 160, state: 150 }, 'the group has 160, the state 150'],
    ['offsets expired', { state: 150 }, 'the group has none, the state 150'],
    ['the state is gone', { group: 150, state: null }, 'the group has 150, the state none'],
    [
      'the state is gone, so that it cannot be chosen',
      { group: 150, state: null, choice: 'restorePosition' },
      'the group has 150, the state none',
    ],
  ])('not where %s', async (_, scene, why) => {
    const refused = begin(scene);
    await expect(refused).rejects.toEqual(new PositionUnsure('group', [`orders[0]: ${why}`]));
    await expect(refused).rejects.toMatchObject({ name: 'PositionUnsure' });
  });

  test('nowhere before all topics are sure: each that is not is named', async () => {
    const cluster = clusterWith({ orders: { offset: 150 }, refunds: { offset: 7 }, inbox: { offset: 3 } });
    const offsets = new Map([
      ['orders', 150n],
      ['refunds', 8n],
    ]);
    const settings = settingsOf({}, ['orders', 'refunds', 'inbox']);
    await expect(startOf(cluster, settings, 0, restoredAt(startPosition(offsets)), shape)).rejects.toThrow(
      'Cannot go on in group group as its committed offsets are not where its state stands (refunds[0]: the group has 7, ' +
        'the state 8; inbox[0]: the group has 3, the state none): they expired, or were set from outside. Start with ' +
        '--restore-position to go on where the state stands, or with --accept-reset to go on from the group’s offsets, ' +
        'knowing that what lies between is lost or comes again',
    );
  });
});

describe('what survives with the offsets', () => {
  const kept = (run: number, w: number | null, n: number | null) => JSON.stringify({ v: 1, run, w, n });
  const committed = {
    orders: { offset: 150, metadata: kept(3, 7_000, 12_000) },
    refunds: { offset: 160, metadata: kept(3, 7_000, null) },
    inbox: { offset: 170 },
  };
  const settings = settingsOf({}, ['orders', 'refunds', 'inbox']);
  const offsets = new Map([
    ['orders', 150n],
    ['refunds', 160n],
    ['inbox', 170n],
  ]);

  test('is the run of failures, and time, where nothing is remembered', async () => {
    expect(await startOf(clusterWith(committed), settings, 0)).toEqual({
      position: {
        offsets,
        failuresInARow: 3,
        time: { watermark: 7_000, topics: [{ topic: 'orders', newest: 12_000 }] },
        summaries: [],
      },
      committed: true,
    });
  });

  test('is the most that any of them says', async () => {
    const { position } = await startOf(
      clusterWith({
        orders: { offset: 150, metadata: kept(1, -9_000, null) },
        refunds: { offset: 160, metadata: kept(4, -7_000, null) },
        inbox: { offset: 170, metadata: kept(2, -8_000, null) },
      }),
      settings,
      0,
    );
    expect(position).toMatchObject({ failuresInARow: 4, time: { watermark: -7_000, topics: [] } });
  });

  test('of time and summaries the state has the word', async () => {
    const summary = { window_start: 0, window_end: 60_000, lane: 0, currency: 'EUR', actions: [], failures: {} };
    const time = { watermark: 8_000, topics: [{ topic: 'refunds', newest: 13_000 }] };
    const position = { offsets, failuresInARow: 0, time, summaries: [summary] };
    expect(await startOf(clusterWith(committed), settings, 0, restoredAt(position), shape)).toEqual({
      position: { ...position, failuresInARow: 3 },
      committed: true,
    });
  });
});

test.each<[string, Partial<typeof shape>, string]>([
  ['partitions', { partitions: 3 }, 'its source topics had 2 partitions and have 3 now'],
  ['settings', { settings: 'none' }, 'it was made with other settings (session 5 s; now none)'],
])('the state of other %s is not read by these, whatever is chosen', async (_, other, why) => {
  const start = startOf(clusterWith({}), settingsOf({ choice: 'restorePosition' }), 0, restoredAt(at(1)), {
    ...shape,
    ...other,
  });
  await expect(start).rejects.toEqual(new StateChanged(why));
  await expect(start).rejects.toMatchObject({ name: 'StateChanged' });
  await expect(start).rejects.toThrow(
    `Cannot go on with the state of this group as ${why}: put it back as it was, or begin anew: with another kafka.group, or with this one after "odp-orders reset"`,
  );
});
