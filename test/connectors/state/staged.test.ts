/** Changes of a write come back as they were staged, however large. */
import { StagedChanges } from '../../../connectors/state/staged';

const told = (staged: StagedChanges) =>
  [...staged.all()].map(([orderId, state, waits]) => [orderId, state?.toString('latin1'), waits]);

test('in their order, with what was removed and what is empty', () => {
  const staged = new StagedChanges();
  staged.add('A', Buffer.from('a'), false);
  staged.add('B', null, false);
  staged.add('C', Buffer.alloc(0), true);
  staged.add('D', Buffer.from('dd'), true);
  expect(told(staged)).toEqual([
    ['A', 'a', false],
    ['B', undefined, false],
    ['C', '', true],
    ['D', 'dd', true],
  ]);
  staged.clear();
  expect(told(staged)).toEqual([]);
  staged.add('E', Buffer.from('e'), false);
  expect(told(staged)).toEqual([['E', 'e', false]]);
});

test('the bytes are copied, and outgrow the memory at hand as often as they must', () => {
  const staged = new StagedChanges();
  const bytes = Buffer.alloc(100_000);
  for (let round = 0; round < 2; round++) {
    for (let order = 0; order < 60; order++) staged.add(`order-${order}`, bytes.fill(order), false);
    const all = [...staged.all()];
    expect(all.map(([, state]) => [state?.length, state?.[0], state?.at(-1)])).toEqual(
      Array.from({ length: 60 }, (_, order) => [100_000, order, order]),
    );
    staged.clear();
  }
});
