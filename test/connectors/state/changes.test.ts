/** Changes come back as they were added, however large. */
import { Changes } from '../../../connectors/state/changes';
import { changesIn } from '../../contract/changes';

const add = (changes: Changes, orderId: string, state: Uint8Array | null, waits: boolean) =>
  changes.add(Buffer.from(orderId), state, waits);
const told = (changes: Changes) =>
  changesIn(changes).map(([orderId, state, waits]) => [orderId, state && Buffer.from(state).toString('latin1'), waits]);

test('in their order, with what was removed and what is empty', () => {
  const changes = new Changes();
  add(changes, 'A', Buffer.from('a'), false);
  add(changes, 'B', null, false);
  add(changes, 'C', Buffer.alloc(0), true);
  add(changes, 'ü/x', Buffer.from('dd'), true);
  add(changes, 'E', null, true);
  expect(told(changes)).toEqual([
    ['A', 'a', false],
    ['B', undefined, false],
    ['C', '', true],
    ['ü/x', 'dd', true],
    ['E', undefined, true],
  ]);
  changes.clear();
  expect(told(changes)).toEqual([]);
  add(changes, 'F', Buffer.from('f'), false);
  expect(told(changes)).toEqual([['F', 'f', false]]);
});

test('the bytes are copied, and outgrow the memory at hand as often as they must', () => {
  const changes = new Changes();
  const bytes = Buffer.alloc(100_000);
  for (let round = 0; round < 2; round++) {
    for (let order = 0; order < 60; order++) add(changes, `order-${order}`, bytes.fill(order), false);
    expect(changesIn(changes).map(([orderId, state]) => [orderId, state?.length, state?.[0], state?.at(-1)])).toEqual(
      Array.from({ length: 60 }, (_, order) => [`order-${order}`, 100_000, order, order]),
    );
    changes.clear();
  }
});
