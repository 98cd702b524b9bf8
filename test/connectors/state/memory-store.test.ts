import { memoryStore } from '../../../connectors/state/memory-store';
import { changesOf } from '../../contract/changes';
import { storeContract } from '../../contract/store';

storeContract('memory', () => ({ open: async () => memoryStore() }));

test('memory is gone with the process: its place is the beginning', async () => {
  const store = memoryStore();
  await store.put(changesOf([['A', Buffer.from('a'), false]]), { offset: 7, at: 0 });
  expect(await store.place()).toBeUndefined();
});

test('ten thousand at once, and half of them gone at once', async () => {
  const store = memoryStore();
  const orders = Array.from({ length: 10_000 }, (_, order) => order);
  const changes = (half: number, state: (order: number) => Buffer | undefined) =>
    changesOf(orders.filter(order => order % 2 >= half).map(order => [`order ${order}`, state(order), false]));
  await store.put(changes(0, order => Buffer.from(`first ${order}`)));
  await store.put(changes(1, order => (order % 3 === 0 ? undefined : Buffer.from(`second ${order}`))));
  const asked = orders.flatMap(order => [`order ${order}`, `no order ${order}`]).reverse();
  const found = await store.get(asked);
  const wanted = orders.flatMap(order => {
    if (order % 2 === 0) return [`first ${order}`, undefined];
    return [order % 3 === 0 ? undefined : `second ${order}`, undefined];
  });
  expect(found.map(state => state && String(state))).toEqual(wanted.reverse());
});
