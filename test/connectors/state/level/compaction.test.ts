import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Compaction } from '../../../../connectors/state/level/compaction';
import { changesOf } from '../../../contract/changes';
import { Scene } from './scene';

// For a busy machine.
jest.setTimeout(30_000);

class FakeLevel {
  readonly ranges: string[] = [];
  private finish: (() => void)[] = [];
  closed = false;

  async compactRange(from: Buffer, to: Buffer): Promise<void> {
    if (this.closed) throw new Error('Database is not open: cannot call compactRange()');
    this.ranges.push(`${from}-${to}`);
    await new Promise<void>(resolve => this.finish.push(resolve));
  }

  async finishAll(): Promise<void> {
    while (this.finish.length > 0) {
      for (const finish of this.finish.splice(0)) finish();
      await turn();
    }
  }
}

const forget = (compaction: Compaction, orders: number) => {
  for (let order = 0; order < orders; order++) compaction.forgot();
};

const until = async (holds: () => boolean) => {
  const end = performance.now() + 20_000;
  while (!holds() && performance.now() < end) await wait(1);
  expect(holds()).toBe(true);
};

test('a round that forgot many is merged, from the first to the last; one that forgot few waits for the next', async () => {
  const level = new FakeLevel();
  const compaction = new Compaction(level);
  forget(compaction, 9_999);
  compaction.passes(60_000, Buffer.from('o7'));
  compaction.passes(20_000, undefined);
  await turn();
  expect(level.ranges).toEqual([]);
  compaction.passes(10, Buffer.from('o3'));
  forget(compaction, 1);
  compaction.passes(10, undefined);
  await turn();
  expect(level.ranges).toEqual(['o-p']);
  compaction.passes(10, undefined); // counted anew
  await level.finishAll();
  expect(level.ranges).toEqual(['o-p']);
});

test('a hundred thousand orders at a time, and what lies beside them', async () => {
  const level = new FakeLevel();
  const compaction = new Compaction(level);
  for (const reached of ['o3', 'o6', 'o9']) {
    level.ranges.length = 0;
    forget(compaction, 10_000);
    compaction.passes(99_999, Buffer.from(`${reached}-`));
    compaction.passes(1, Buffer.from(reached));
    await until(() => level.ranges.length === 1);
    await level.finishAll();
    expect(level.ranges).toEqual(['b-c', 'w-x', expect.stringMatching(`-${reached}$`)]);
  }
  level.ranges.length = 0;
  forget(compaction, 10_000);
  compaction.passes(5, undefined);
  await until(() => level.ranges.length === 1);
  await level.finishAll();
  expect(level.ranges).toEqual(['o9-p']);
});

test('what lies beside orders also where nothing is forgotten, and rounds are short', async () => {
  const level = new FakeLevel();
  const compaction = new Compaction(level);
  for (let round = 0; round < 199; round++) compaction.passes(1_000, undefined);
  await until(() => level.ranges.length === 1);
  await level.finishAll();
  expect(level.ranges).toEqual(['b-c', 'w-x']);
  compaction.passes(1_000, undefined);
  await until(() => level.ranges.length === 3);
  await level.finishAll();
  expect(level.ranges).toEqual(['b-c', 'w-x', 'b-c', 'w-x']);
});

test('while one is under way, what is passed waits for the next; the rest of a round for the next round', async () => {
  const level = new FakeLevel();
  const compaction = new Compaction(level);
  const passes = (to: string | undefined) => {
    forget(compaction, 10_000);
    compaction.passes(100_000, to === undefined ? undefined : Buffer.from(to));
  };
  const orders = () => level.ranges.filter(range => range.startsWith('o'));
  const merged = async (count: number) => {
    await until(() => level.ranges.length === 3 * count - 2);
    await level.finishAll();
  };
  passes('o2');
  passes('o4');
  passes('o6');
  await merged(1);
  passes('o8');
  passes(undefined);
  await merged(2);
  passes('o1');
  await merged(3);
  expect(orders()).toEqual(['o-o2', 'o2-o8', 'o-o1']);
});

test('stores take turns, and one that was closed meanwhile is passed over', async () => {
  const [first, second, third] = [new FakeLevel(), new FakeLevel(), new FakeLevel()];
  for (const level of [first, second, third]) {
    const compaction = new Compaction(level);
    forget(compaction, 10_000);
    compaction.passes(1, undefined);
  }
  await until(() => first.ranges.length === 1);
  await turn();
  expect([first.ranges, second.ranges, third.ranges]).toEqual([['o-p'], [], []]);
  second.closed = true;
  await first.finishAll();
  await until(() => third.ranges.length === 1);
  expect([second.ranges, third.ranges]).toEqual([[], ['o-p']]);
  await third.finishAll();
});

test('then it pauses for longer than it took', async () => {
  const [first, second] = [new FakeLevel(), new FakeLevel()];
  for (const level of [first, second]) {
    const compaction = new Compaction(level);
    forget(compaction, 10_000);
    compaction.passes(1, undefined);
  }
  await until(() => first.ranges.length === 1);
  await wait(20);
  await first.finishAll();
  const ended = performance.now();
  await until(() => second.ranges.length === 1);
  expect(performance.now() - ended).toBeGreaterThan(100);
  await second.finishAll();
});

test('what is forgotten leaves the disk, and what is not stays', async () => {
  const scene = new Scene();
  const store = await scene.open();
  const state = Buffer.alloc(200, 'state');
  const idOf = (number: number) => `order-${String(number).padStart(6, '0')}`;
  const [count, atOnce] = [60_000, 5_000];
  const place = { offset: 0, at: scene.now };
  for (let first = 0; first < count; first += atOnce) {
    const some = Array.from({ length: atOnce }, (_, index) => [idOf(first + index), state, false] as const);
    await store.put(changesOf(some), place);
  }
  const before = bytesIn(scene.path);
  expect(before).toBeGreaterThan(count * state.length);
  // As a lane forgets: what it just looked at.
  for (let seen = 0; seen < count; seen += atOnce) {
    const some = await store.next(atOnce);
    await store.put(
      changesOf(some.filter((_, index) => index % 10 > 0).map(([orderId]) => [orderId, undefined, false] as const)),
    );
  }
  expect(await store.next(1)).toEqual([]); // the round's end
  await until(() => bytesIn(scene.path) < before / 5);
  await store.close();
  const again = await scene.open();
  const orders = await again.next(count);
  expect(orders.map(([orderId]) => orderId)).toEqual(Array.from({ length: count / 10 }, (_, at) => idOf(10 * at)));
  await again.close();
  expect(scene.told).toEqual([]);
  scene.remove();
});

const bytesIn = (path: string): number =>
  readdirSync(path)
    // LevelDB may take one away meanwhile.
    .reduce((sum, name) => sum + (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0), 0);
