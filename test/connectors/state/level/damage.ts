/**
 * Damage of every kind to every file of a store: it may cost the store, but never a crash, and never a wrong state: after the
 * restore it holds what the changelog says.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StateStore } from '../../../../connectors/state/store';
import { contentOf } from '../../../contract/store';
import { Scene } from './scene';

export const files = (path: string) => readdirSync(path).filter(name => name !== 'LOCK');

/** By scan and by key: the two find their way by different parts of a table. */
export const held = async (store: StateStore, disk: Scene) => {
  const orders = Array.from({ length: 60 }, (_, index) => `order ${index}`);
  const states = await store.get(orders);
  const byKey = new Map(orders.flatMap((order, index) => (states[index] ? [[order, String(states[index])]] : [])));
  expect(byKey).toEqual(disk.content());
  expect(await contentOf(store)).toEqual(disk.content());
  expect([...(await store.waiting())].sort()).toEqual(disk.waiting());
};

/** A lane that begins, again where damage shows only on a read. */
export const begin = async (disk: Scene) => {
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
export const filled = async (disk: Scene): Promise<string> => {
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
export const kinds: [string, (file: string) => void][] = [
  ['deleted', file => rmSync(file)],
  ['emptied', truncated(0)],
  ['shortened', truncated(0.5)],
  ['a little shortened', truncated(0.97)],
  ['zeroed', file => writeFileSync(file, Buffer.alloc(readFileSync(file).length))],
  ['flipped at the front', flipped(0.02, 3)],
  ['flipped in the middle', flipped(0.5, 0)],
  ['flipped near the end', flipped(0.9, 5)],
];

/** Of some file: flipped, shortened, deleted, filled with noise, or made longer. */
const anyDamage = fc.record({
  file: fc.nat(),
  kind: fc.constantFrom('flip', 'flip', 'flip', 'shorten', 'shorten', 'delete', 'noise', 'append'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 64 }),
});
type AnyDamage = typeof anyDamage extends fc.Arbitrary<infer T> ? T : never;

const doDamage = (file: string, { kind, share, bytes }: AnyDamage): void => {
  const old = readFileSync(file);
  const at = Math.floor(old.length * share);
  if (kind === 'delete') rmSync(file);
  else if (kind === 'shorten') truncateSync(file, at);
  else if (kind === 'append') writeFileSync(file, Buffer.concat([old, bytes]));
  else {
    const end = Math.min(old.length, at + (kind === 'flip' ? 1 : bytes.length));
    for (let index = at; index < end; index++)
      old[index] = kind === 'flip' ? old[index]! ^ (bytes[0]! || 1) : bytes[index - at]!;
    writeFileSync(file, old);
  }
};

/** Rounds of random damage to random places of a store that a dying process left. */
export const randomDamage = (rounds: number): void =>
  test(`random damage to random files, ${rounds} times: in the end it holds what the changelog says`, async () => {
    const disk = new Scene();
    try {
      const dying = await filled(disk);
      const told = { rounds: 0, setAside: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(anyDamage, { minLength: 1, maxLength: 3 }), async all => {
          rmSync(disk.path, { recursive: true, force: true });
          cpSync(dying, disk.path, { recursive: true });
          disk.told.splice(0);
          for (const damage of all) {
            const names = files(disk.path);
            doDamage(join(disk.path, names[damage.file % names.length]!), damage);
          }
          await begin(disk);
          told.rounds += 1;
          if (disk.told.length > 0) told.setAside += 1;
        }),
        { numRuns: rounds },
      );
      // Both happen: what is set aside although it is whole would be no use either.
      expect(told.setAside).toBeGreaterThan(rounds / 10);
      expect(told.setAside).toBeLessThan(told.rounds);
    } finally {
      disk.remove();
    }
  }, 600_000);

/**
 * A power cut takes away the end of what was written: the last writes in LevelDB's log, cut at every `step`th byte; or the end of
 * its manifest. What is left is an earlier store, or none.
 */
export const powerCut = (step: number): void =>
  test(`cut at every ${step === 1 ? '' : `${step}th `}byte of the last writes: an earlier store, and then what the changelog says`, async () => {
    const disk = new Scene();
    try {
      const before = await filledAndOpen(disk);
      const dying = `${disk.path}.dying`;
      for (const [name, from] of before) {
        const whole = statSync(join(dying, name)).size;
        for (let length = whole; length >= from; length -= step) {
          rmSync(disk.path, { recursive: true, force: true });
          cpSync(dying, disk.path, { recursive: true });
          disk.told.splice(0);
          truncateSync(join(disk.path, name), length);
          await begin(disk);
          if (name.endsWith('.log')) expect([name, length, disk.told]).toEqual([name, length, []]);
        }
      }
    } finally {
      disk.remove();
    }
  }, 600_000);

/** @returns By file, how long it was before the last three writes; the manifest from its beginning. */
const filledAndOpen = async (disk: Scene): Promise<Map<string, number>> => {
  await filled(disk);
  rmSync(`${disk.path}.dying`, { recursive: true });
  const store = await disk.open();
  await disk.write(store, [['order 1', 'before']]);
  // LevelDB takes away what it no longer needs on a thread of its own.
  for (let looks = 0; looks < 200 && files(disk.path).filter(name => /\.log$|^MANIFEST/.test(name)).length > 2; looks++)
    await new Promise(resolve => setTimeout(resolve, 10));
  const lengths = new Map(
    files(disk.path)
      .filter(name => /\.log$|^MANIFEST/.test(name))
      .map(name => [name, name.endsWith('.log') ? statSync(join(disk.path, name)).size : 0]),
  );
  for (let write = 0; write < 3; write++)
    await disk.write(store, [
      [`order ${write}`, `the last of ${write}`],
      ['order 7', write === 1 ? undefined : 'once more'],
    ]);
  cpSync(disk.path, `${disk.path}.dying`, { recursive: true });
  await store.close();
  expect([...lengths.keys()].map(name => name.replace(/\d+/, ''))).toEqual(['.log', 'MANIFEST-']);
  return lengths;
};
