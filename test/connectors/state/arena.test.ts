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

const put = (arena: Arena, name: string, value: Uint8Array | undefined) => {
  const bytes = Buffer.from(name);
  // Somewhere among other bytes.
  const all = Buffer.concat([Buffer.from('before'), bytes, value ?? Buffer.alloc(0), Buffer.from('after')]);
  const [keyAt, keyEnd] = [6, 6 + bytes.length];
  if (value === undefined) arena.remove(all, keyAt, keyEnd);
  else arena.put(all, keyAt, keyEnd, keyEnd + value.length);
};

const content = (arena: Arena) => new Map([...arena.all()].map(([name, value]) => [name, value.toString('latin1')]));

test('whatever is put and removed, it holds what a map holds', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), changes => {
      const arena = new Arena();
      const map = new Map<string, string>();
      for (const [name, value] of changes) {
        put(arena, name, value);
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
    for (let order = 0; order < 100_000; order++) put(arena, `order-${order}`, value(order, round));
  for (let order = 0; order < 100_000; order += 2) put(arena, `order-${order}`, undefined);
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
  for (let order = 0; order < 100; order++) put(arena, `order-${order}`, Buffer.from([order]));
  const seen = new Set<string>();
  for (let calls = 0; calls < 20; calls++) for (const [name] of arena.next(7)) seen.add(name);
  expect(seen.size).toBe(100);
  expect(new Arena().next(3)).toEqual([]);
});

describe('looking on comes to the back', () => {
  /** Calls `next` once behind each of many changes: which orders came up. */
  const seenOf = (arena: Arena, count: number, calls: number, change: (call: number) => void) => {
    const seen = new Set<string>();
    for (let call = 0; call < calls; call++) {
      change(call);
      for (const [name] of arena.next(count)) seen.add(name);
    }
    return seen;
  };

  test('although states that grow are compacted before a round could end', () => {
    const arena = new Arena();
    const orders = 1_000;
    let bytes = 5_000;
    let compacted = 0;
    const grow = (call: number) => {
      const before = arena.bytes;
      bytes++; // no value has room where the last one was
      for (let n = 0; n < orders / 2; n++) put(arena, `order-${(call * 500 + n) % orders}`, Buffer.alloc(bytes));
      if (arena.bytes < before) compacted++;
    };
    const calls = 60;
    const count = orders / 20; // a round in twenty calls
    expect(seenOf(arena, count, calls, grow).size).toBe(orders);
    expect(compacted).toBeGreaterThan(calls / 10);
  });

  test('although orders that come and go have its slots laid out anew before a round could end', () => {
    const arena = new Arena();
    const stay = Array.from({ length: 100 }, (_, n) => `stays-${n}`);
    for (const order of stay) put(arena, order, Buffer.alloc(1));
    const turnOver = (call: number) => {
      for (let n = call * 10; n < call * 10 + 10; n++) {
        put(arena, `order-${n}`, Buffer.alloc(1));
        put(arena, `order-${n - 100}`, undefined);
      }
    };
    const seen = seenOf(arena, 2, 300, turnOver);
    expect(stay.filter(order => !seen.has(order))).toEqual([]);
  });

  test('and to none later because more orders came', () => {
    const arena = new Arena();
    const names = Array.from({ length: 400 }, (_, n) => `order-${n}`);
    for (const order of names) put(arena, order, Buffer.alloc(1));
    const seen = new Set(arena.next(300).map(([name]) => name));
    for (let more = 400; more < 4_000; more++) put(arena, `order-${more}`, Buffer.alloc(1));
    for (const [name] of arena.next(4_000)) seen.add(name); // to the end of the round
    expect(names.filter(order => !seen.has(order))).toEqual([]);
  });
});

test('what outgrows a key is told', () => {
  expect(() => put(new Arena(), 'k'.repeat(70_000), Buffer.alloc(1))).toThrow('has 70000 bytes');
});
