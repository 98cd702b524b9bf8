/** The arena is a map of bytes: held against one, through growth, overwriting, removal and compaction. */
import fc from 'fast-check';
import { Arena } from '../../../connectors/state/arena';
import { headBytes } from '../../../connectors/state/entry';
import { changesOf } from '../../contract/changes';

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
  const changes = changesOf([
    ['before', Buffer.from('other bytes'), false],
    [name, value, false],
  ]);
  let count = 0;
  changes.each((bytes, keyAt, keyEnd, end) => {
    if (count++ === 0) return;
    if (end === undefined) arena.remove(bytes, keyAt, keyEnd);
    else arena.put(bytes, keyAt - headBytes, end);
  });
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

/** Orders as a batch changes them; as a restore reads them, some twice. */
const batch = fc.array(fc.tuple(key, fc.option(bytes, { nil: undefined, freq: 4 }), fc.boolean()), { maxLength: 30 });

test('whatever is put at once, and twice at once, it holds what a map holds, and knows in which something waits', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 5 }), batches => {
      const arena = new Arena();
      const map = new Map<string, readonly [string, boolean]>();
      for (const all of batches) {
        arena.putAll(changesOf(all));
        for (const [name, value, waits] of all)
          if (value === undefined) map.delete(name);
          else map.set(name, [Buffer.from(value).toString('latin1'), waits]);
      }
      expect(content(arena)).toEqual(new Map([...map].map(([name, [value]]) => [name, value])));
      expect([...arena.waiting()].sort()).toEqual([...map.keys()].filter(name => map.get(name)?.[1]).sort());
    }),
    { numRuns: 15 },
  );
});

test('batches of orders that are new, grow, shrink and go, over many chunks and compactions', () => {
  const arena = new Arena();
  const map = new Map<string, Buffer>();
  let compacted = 0;
  for (let round = 0; round < 120; round++) {
    const all = Array.from({ length: 500 }, (_, index) => {
      const number = (round * 400 + index) % 9_000;
      const isGone = round < 60 ? number % 7 === 3 && round % 2 === 0 : number % 7 < 5;
      const value = isGone ? undefined : Buffer.alloc(((number * 31 + round * 977) % 4_000) + 1, round);
      return [`order-${number}`, value, number % 2 === 0] as const;
    });
    const before = arena.bytes;
    arena.putAll(changesOf(all));
    if (arena.bytes < before) compacted++;
    for (const [name, value] of all) value === undefined ? map.delete(name) : map.set(name, value);
  }
  expect(arena.size).toBe(map.size);
  expect([...arena.all()].filter(([name, value]) => !map.get(name)?.equals(value))).toEqual([]);
  expect(compacted).toBeGreaterThan(0);
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

test('a key may be long', () => {
  const arena = new Arena();
  put(arena, 'k'.repeat(70_000), Buffer.from([7]));
  expect(arena.get('k'.repeat(70_000))).toEqual(Buffer.from([7]));
});
