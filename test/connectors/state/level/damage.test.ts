/**
 * Damage of every kind to every file of a store: it may cost the store, but never a crash, and never a wrong state: after the
 * restore it holds what the changelog says.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StateStore } from '../../../../connectors/state/store';
import { contentOf } from '../../../contract/store';
import { Scene } from './scene';

const files = (path: string) => readdirSync(path).filter(name => name !== 'LOCK');

/** By scan and by key: the two find their way by different parts of a table. */
const held = async (store: StateStore, disk: Scene) => {
  const orders = Array.from({ length: 60 }, (_, index) => `order ${index}`);
  const states = await store.get(orders);
  const byKey = new Map(orders.flatMap((order, index) => (states[index] ? [[order, String(states[index])]] : [])));
  expect(byKey).toEqual(disk.content());
  expect(await contentOf(store)).toEqual(disk.content());
  expect([...(await store.waiting())].sort()).toEqual(disk.waiting());
};

/** A lane that begins, again where damage shows only on a read. */
const begin = async (disk: Scene) => {
  for (let life = 0; ; life++) {
    const store = await disk.open();
    try {
      await disk.restore(store);
      await held(store, disk);
      return;
    } catch (error) {
      if (life === 2 || !/as it is damaged/.test(String(error))) throw error;
    } finally {
      await store.close();
    }
  }
};

/** Several tables, a log with several batches, a manifest with several changes. @returns As a dying process leaves it. */
const filled = async (disk: Scene): Promise<string> => {
  for (let life = 0; life < 4; life++) {
    const store = await disk.open();
    for (let write = 0; write < 5; write++) {
      const at = life * 5 + write;
      const changes = Array.from({ length: 6 }, (_, index): [string, string | undefined] => [
        `order ${(at * 6 + index) % 60}`,
        index === 5 && at > 10 ? undefined : `state ${index} of write ${at} `.repeat(1 + (at % 3) * 8),
      ]);
      await disk.write(store, changes);
    }
    if (life === 3) cpSync(disk.path, `${disk.path}.dying`, { recursive: true });
    await store.close();
  }
  return `${disk.path}.dying`;
};

const truncated = (share: number) => (file: string) => {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, Math.floor(bytes.length * share)));
};
const flipped = (share: number, bit: number) => (file: string) => {
  const bytes = readFileSync(file);
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * share));
  if (at >= 0) bytes[at]! ^= 1 << bit;
  writeFileSync(file, bytes);
};
const kinds: [string, (file: string) => void][] = [
  ['deleted', file => rmSync(file)],
  ['emptied', truncated(0)],
  ['shortened', truncated(0.5)],
  ['a little shortened', truncated(0.97)],
  ['zeroed', file => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
  ['flipped at the front', flipped(0.02, 3)],
  ['flipped in the middle', flipped(0.5, 0)],
  ['flipped near the end', flipped(0.9, 5)],
];

describe('a store left by a dying process', () => {
  let disk: Scene;
  let dying: string;
  beforeAll(async () => {
    disk = new Scene();
    dying = await filled(disk);
  });
  afterAll(() => disk.remove());
  const asItWas = () => {
    rmSync(disk.path, { recursive: true, force: true });
    cpSync(dying, disk.path, { recursive: true });
    disk.told.splice(0);
  };

  test('is used as it is where nothing is wrong with it', async () => {
    asItWas();
    const store = await disk.open();
    await held(store, disk);
    expect([await store.place(), disk.told]).toEqual([{ offset: 19, at: disk.now }, []]);
    await store.close();
  });

  test.each(kinds)('each file %s in turn', async (_, damage) => {
    for (const name of files(dying)) {
      asItWas();
      damage(join(disk.path, name));
      await begin(disk);
    }
  });

  test('any bits of any files', async () => {
    const damages = fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(damages, async all => {
        asItWas();
        const names = files(disk.path);
        for (const [file, share, bit] of all) flipped(share, bit)(join(disk.path, names[file % names.length]!));
        await begin(disk);
      }),
      { numRuns: 20 },
    );
  });
});

test('random writes, restarts and damage: in the end it holds what a map would', async () => {
  const change = fc.tuple(
    fc.nat(59).map(index => `order ${index}`),
    fc.option(fc.string({ maxLength: 40 }), { nil: undefined }),
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(change, { minLength: 1, maxLength: 8 }) },
    { weight: 2, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.record({ file: fc.nat(), kind: fc.nat(kinds.length - 1) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async steps => {
      const disk = new Scene();
      try {
        let store = await disk.open();
        for (const one of steps) {
          if (Array.isArray(one)) {
            await disk.write(store, one);
            continue;
          }
          await store.close();
          if (one !== 'restart') {
            const names = files(disk.path);
            kinds[one.kind]![1](join(disk.path, names[one.file % names.length]!));
          }
          await begin(disk);
          store = await disk.open();
        }
        await disk.restore(store);
        await held(store, disk);
        await store.close();
      } finally {
        disk.remove();
      }
    }),
    { numRuns: 6 },
  );
}, 60_000);
