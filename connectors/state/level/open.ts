/**
 * Opens the LevelDB of one lane, if what it holds can be trusted: its tables have their checksums, no batch is missing, it is of
 * this changelog, and has a place in it. Else it is set aside, and the lane begins with an empty one.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { damageOf, setAside } from './aside';
import { lastBatch, type StoredBatch } from './batches';
import { isDenied, isLocked, reasonOf, StateDenied } from './reason';
import { checkTables, hideTables, isNeeded, showTables } from './tables';
import { readTables } from './unmapped';

export type Level = ClassicLevel<Buffer, Buffer>;

export interface LevelSettings {
  /** The directory of the database. */
  readonly path: string;
  /** The changelog that it follows, in words. */
  readonly changelog: string;
  /** LevelDB's cache of blocks. */
  readonly cacheBytesMax: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** Why the store begins anew. */
  readonly told: (fields: object, message: string) => void;
}

export interface OpenedLevel {
  readonly level: Level;
  readonly last: StoredBatch | undefined;
  /** Orders in which something waits. */
  readonly waiting: Set<string>;
}

export const prefixes = { batch: 0x62, changelog: 0x63, order: 0x6f, waiting: 0x77 } as const; // b, c, o, w
export const changelogKey = Buffer.of(prefixes.changelog);

/** Of our keys and values. */
const format = 1;

/** @throws StoreInUse; StateDenied where the directory cannot be written. */
export const openLevel = async (settings: LevelSettings): Promise<OpenedLevel> => {
  try {
    return await openOrBegin(settings);
  } catch (error) {
    if (error instanceof StoreInUse || !isDenied(error)) throw error;
    throw new StateDenied(settings.path, error);
  }
};

const openOrBegin = async (settings: LevelSettings): Promise<OpenedLevel> => {
  const { path } = settings;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await readTables(dirname(path));
  if (existsSync(path)) {
    const found = await openFound(settings);
    if (typeof found !== 'string') return found;
    setAsideAs(found, settings);
  }
  mkdirSync(path, { mode: 0o700 });
  return { level: await opened(settings), last: undefined, waiting: new Set() };
};

/** Moves a closed one out of the way. */
export const setAsideAs = (why: string, { path, now, told }: LevelSettings): void => {
  const aside = setAside(path, now());
  told({ store: path, aside, reason: why }, 'state on disk set aside, comes from the changelog anew');
};

/** @returns Why it cannot be used, in place of errors. */
const openFound = async (settings: LevelSettings): Promise<OpenedLevel | string> => {
  const { path } = settings;
  // Before it is opened, as LevelDB then begins to merge tables.
  const { damaged, unfinished } = await checkTables(path);
  // Merging a damaged table may end the process: without it LevelDB does not open, and says no more than whether it is locked.
  hideTables(path, damaged);
  let level: Level;
  try {
    level = await opened(settings);
  } catch (error) {
    if (error instanceof StoreInUse || isDenied(error)) {
      showTables(path, damaged);
      throw error;
    }
    return damaged.length > 0 ? damagedTables(damaged) : `it cannot be opened: ${reasonOf(error)}`;
  }
  const needed = unfinished.filter(table => isNeeded(path, table));
  const broken = [...damaged, ...needed.map(({ name }) => name)];
  let found: OpenedLevel | string | undefined;
  try {
    found = damageOf(path) ?? (broken.length > 0 ? damagedTables(broken) : await contentOf(level, settings));
    return found;
  } finally {
    if (typeof found !== 'object') await level.close();
  }
};

const damagedTables = (names: readonly string[]): string => `its tables ${names.join(', ')} are damaged`;

/** What it holds, or why that is not what we need. */
const contentOf = async (level: Level, settings: LevelSettings): Promise<OpenedLevel | string> => {
  try {
    const last = lastBatch(await level.values(rangeOf(prefixes.batch)).all());
    if (last === null) return 'some of what it got is missing';
    if (last === undefined && (await level.keys({ limit: 1 }).all()).length > 0) return 'it is not ours';
    if (last !== undefined) {
      const kept = String(await level.get(changelogKey));
      const wanted = changelogOf(settings);
      if (kept !== wanted) return `it is of another changelog or version (${kept}; now ${wanted})`;
      // Half of a changelog, and nobody knows since when: of what it has, some may be gone from there.
      if (last.place === undefined) return 'its restore did not come to an end';
    }
    const waiting = await level.keys(rangeOf(prefixes.waiting)).all();
    return { level, last, waiting: new Set(waiting.map(key => key.toString('utf8', 1))) };
  } catch (error) {
    if (isDenied(error)) throw error;
    return `it cannot be read: ${reasonOf(error)}`;
  }
};

export const changelogOf = ({ changelog }: LevelSettings): string => `${format} ${changelog}`;

/** Of keys. */
export interface Range {
  readonly gte: Buffer;
  readonly lt: Buffer;
}

/** All keys with this prefix. */
export const rangeOf = (prefix: number): Range => ({ gte: Buffer.of(prefix), lt: Buffer.of(prefix + 1) });

const opened = async ({ path, cacheBytesMax }: LevelSettings): Promise<Level> => {
  const level: Level = new ClassicLevel(path, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    cacheSize: cacheBytesMax,
    compression: false, // tables.ts reads what is written
    writeBufferSize: 2 * 1024 * 1024, // two of them for each lane
    // Of each table LevelDB holds a descriptor and the indices in memory.
    maxFileSize: 8 * 1024 * 1024,
  });
  try {
    await level.open();
    return level;
  } catch (error) {
    await level.close().catch(() => {});
    if (isLocked(error)) throw new StoreInUse(path, error);
    throw error;
  }
};

export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
  constructor(path: string, cause: unknown) {
    super(
      `Cannot open the state in ${path} as another process has it open: give each process on this machine a state.dir of its ` +
        'own, unless it is of the same group and lets go of the lane in a moment',
      { cause },
    );
  }
}
