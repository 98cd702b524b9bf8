/** A store that forgets as quickly as it learns: however busy the lane, it holds not much more than what has not expired. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaneState } from '../../../connectors/state/lane-state';
import { levelStore } from '../../../connectors/state/level/store';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { StateStore } from '../../../connectors/state/store';
import type { OrderState } from '../../../schemas/types';
import { changesIn } from '../../contract/changes';
import { memoryCodec } from '../../state-codec';

const directory = mkdtempSync(join(tmpdir(), 'lane-state-'));
afterAll(() => rmSync(directory, { recursive: true }));

const order = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });

const codec = memoryCodec();

/** Counts what is in it. */
const counted = (store: StateStore) => {
  const orders = new Set<string>();
  const put: StateStore['put'] = (changes, place) => {
    for (const [orderId, state] of changesIn(changes))
      state === undefined ? orders.delete(orderId) : orders.add(orderId);
    return store.put(changes, place);
  };
  return { store: { ...store, put }, orders };
};

const newInWrite = 50;
const retentionMs = 40; // a write a millisecond
const alive = newInWrite * retentionMs;

const stores: [string, () => StateStore | Promise<StateStore>][] = [
  ['memory', memoryStore],
  [
    'disk',
    () =>
      levelStore({
        path: join(directory, 'level'),
        changelog: 'changelog',
        cacheBytesMax: 65_536,
        now: Date.now,
        told: () => undefined,
      }),
  ],
];

test.each(stores)(
  'in %s: orders that come in the order of their ids, each changed when it comes and once more',
  async (_, open) => {
    const { store, orders } = counted(await open());
    const state = new LaneState(store, codec, retentionMs);
    let most = 0;
    for (let now = 0; now < 200; now++) {
      const changes = new Map<string, OrderState>();
      for (let at = -newInWrite; at < newInWrite; at++) {
        const number = now * newInWrite + at;
        if (number >= 0) changes.set(`SO-${1_000_000 + number}`, order(now));
      }
      state.stage({ changes, moment: { idle: [], clockMs: undefined, end: false } });
      await state.committed(now);
      most = Math.max(most, orders.size);
    }
    await store.close();
    expect(orders.size).toBeGreaterThanOrEqual(alive);
    expect(most).toBeLessThan(2 * alive);
  },
);
