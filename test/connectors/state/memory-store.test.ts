import { memoryStore } from '../../../connectors/state/memory-store';
import { changesOf } from '../../contract/changes';
import { storeContract } from '../../contract/store';

storeContract('memory', () => ({ open: async () => memoryStore() }));

test('memory is gone with the process: its place is the beginning', async () => {
  const store = memoryStore();
  await store.put(changesOf([['A', Buffer.from('a'), false]]), { offset: 7, at: 0 });
  expect(await store.place()).toBeUndefined();
});
