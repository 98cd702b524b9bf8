import { cacheBytesMin, cachedStore } from '../../../connectors/state/cached-store';
import { memoryStore } from '../../../connectors/state/memory-store';
import type { StateStore } from '../../../connectors/state/store';
import { type Change, changesOf } from '../../contract/changes';
import { storeContract } from '../../contract/store';

storeContract('memory behind a cache', () => ({ open: async () => cachedStore(memoryStore(), cacheBytesMin) }));

/** A store that tells what it is asked for. */
const behind = () => {
  const store = memoryStore();
  const asked: string[] = [];
  const told: StateStore = {
    ...store,
    get: orderIds => {
      asked.push(...orderIds);
      return store.get(orderIds);
    },
  };
  return { store: cachedStore(told, cacheBytesMin), told, asked };
};

const state = (of: number, bytes = 10_000) => Buffer.alloc(bytes, of % 251);
const change = (of: number, bytes?: number): Change => [`order ${of}`, state(of, bytes), false];

test('what was put last is answered without the store, what it does not have is the store’s', async () => {
  const { store, told, asked } = behind();
  await told.put(changesOf([change(1), change(2)]));
  await store.put(changesOf([change(2, 5), change(3)]));
  expect(await store.get(['order 1', 'order 3', 'order 2', 'order 4'])).toEqual([
    state(1),
    state(3),
    state(2, 5),
    undefined,
  ]);
  expect(asked).toEqual(['order 1', 'order 4']);
  await store.put(changesOf([['order 2', undefined, false]]));
  expect(await store.get(['order 2'])).toEqual([undefined]);
});

test('it holds a part of what is put, no more bytes than it may; nothing it answers is old', async () => {
  const { store, asked } = behind();
  const last = new Map<string, Buffer>();
  for (let round = 0; round < 40; round++) {
    // Of many sizes; some larger than a cache may take, some put again with another size.
    const changes = Array.from({ length: 40 }, (_, at) =>
      change((round * 31 + at) % 900, 100 + ((round * at * 977) % 300_000)),
    );
    await store.put(changesOf(changes));
    for (const [orderId, bytes] of changes) last.set(orderId, bytes as Buffer);
    const orderIds = [...last.keys()];
    asked.splice(0);
    const found = await store.get(orderIds);
    expect(found.every((bytes, at) => bytes?.equals(last.get(orderIds[at] as string) as Buffer))).toBe(true);
  }
  const left = new Set(asked);
  const held = [...last].reduce((sum, [orderId, bytes]) => sum + (left.has(orderId) ? 0 : bytes.length), 0);
  expect(held).toBeGreaterThan(cacheBytesMin / 8);
  expect(held).toBeLessThan(cacheBytesMin);
});

test('a store that refuses a put is not run ahead of', async () => {
  const { store, told } = behind();
  await store.put(changesOf([change(1)]));
  told.put = () => Promise.reject(new Error('full'));
  const refusing = cachedStore(told, cacheBytesMin);
  await expect(refusing.put(changesOf([change(1, 3)]))).rejects.toThrow('full');
  expect(await refusing.get(['order 1'])).toEqual([state(1)]);
});
