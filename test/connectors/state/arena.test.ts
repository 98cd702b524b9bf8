/** The arena is a map of bytes: held against one, through growth, overwriting, removal and compaction. */
import fc from 'fast-check';
import { Arena } from '../../../connectors/state/arena';

const key = fc.oneof(
  fc.constantFrom('A', 'B', 'C', 'ä', 'order-1'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.nat(3_000_000).map(length => new Uint8Array(length).fill(7)),
);
const change = fc.tuple(key, fc.option(bytes, { nil: undefined, freq: 4 }));

const content = (arena: Arena) => new Map([...arena.all()].map(([name, value]) => [name, value.toString('latin1')]));

test('whatever is put and removed, it holds what a map holds', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), changes => {
      const arena = new Arena();
      const map = new Map<string, string>();
      for (const [name, value] of changes) {
        arena.put(name, value);
        if (value === undefined) map.delete(name);
        else map.set(name, Buffer.from(value).toString('latin1'));
      }
      expect(arena.size).toBe(map.size);
      expect(content(arena)).toEqual(map);
      for (const [name] of changes) expect(arena.get(name)?.toString('latin1')).toBe(map.get(name));
      expect(arena.get('never')).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('a hundred thousand orders, each changed three times and half of them forgotten', () => {
  const arena = new Arena();
  const value = (order: number, round: number) => Buffer.alloc(40 + 30 * round, order % 251);
  for (let round = 0; round < 3; round++)
    for (let order = 0; order < 100_000; order++) arena.put(`order-${order}`, value(order, round));
  for (let order = 0; order < 100_000; order += 2) arena.put(`order-${order}`, undefined);
  expect(arena.size).toBe(50_000);
  let wrong = 0;
  for (let order = 0; order < 100_000; order++) {
    const found = arena.get(`order-${order}`);
    if (order % 2 === 0 ? found !== undefined : !found?.equals(value(order, 2))) wrong++;
  }
  expect(wrong).toBe(0);
});

test('looking on comes to all in turns, then begins again', () => {
  const arena = new Arena();
  for (let order = 0; order < 100; order++) arena.put(`order-${order}`, Buffer.from([order]));
  const seen = new Set<string>();
  for (let calls = 0; calls < 20; calls++) for (const [name] of arena.next(7)) seen.add(name);
  expect(seen.size).toBe(100);
  expect(new Arena().next(3)).toEqual([]);
});

test('what outgrows a key is told', () => {
  expect(() => new Arena().put('k'.repeat(70_000), Buffer.alloc(1))).toThrow('has 70000 bytes');
});
