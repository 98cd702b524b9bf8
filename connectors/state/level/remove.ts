/** The stores of a group on this machine, counted and removed: they are copies, and the changelog has what they have. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { StoreInUse } from './open';
import { isLocked } from './reason';

/** A lane's store, one that was set aside, and the mark of one that is damaged. Nothing else is touched. */
const ours = /^\d+(?:\.aside-\d+|\.damaged)?$/;

/** @param directory Of the group. @returns Names in it. */
export const storesIn = (directory: string): readonly string[] =>
  existsSync(directory) ? readdirSync(directory).filter(name => ours.test(name)) : [];

/** @returns How many were removed. @throws StoreInUse, before anything of that store is gone. */
export const removeStores = async (directory: string): Promise<number> => {
  const names = storesIn(directory);
  for (const name of names) {
    const path = join(directory, name);
    if (/^\d+$/.test(name)) await destroyed(path);
    rmSync(path, { recursive: true, force: true });
  }
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory);
  return names.length;
};

/** LevelDB's own way, as it holds the lock meanwhile. */
const destroyed = async (path: string): Promise<void> => {
  try {
    await ClassicLevel.destroy(path);
  } catch (error) {
    if (isLocked(error)) throw new StoreInUse(path, error);
    throw error;
  }
};
