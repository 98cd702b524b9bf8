/** Damage in the gate: every kind, some random rounds; the long run is damage.histories.test.ts. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { begin, files, filled, held, kinds, powerCut, randomDamage } from './damage';
import { Scene } from './scene';

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

randomDamage(40);
powerCut(13);
