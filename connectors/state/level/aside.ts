/** Stores that are not used any more, and why: beside the store under a name of their own, the newest kept for whoever wonders. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const markOf = (path: string) => `${path}.damaged`;

/** For the next who opens the store: this one can neither read on nor mend it. */
export const markDamaged = (path: string, why: string): void => writeFileSync(markOf(path), why, { mode: 0o600 });

export const damageOf = (path: string): string | undefined =>
  existsSync(markOf(path)) ? readFileSync(markOf(path), 'utf8') : undefined;

/** @returns Where it is now. */
export const setAside = (path: string, now: number): string => {
  const to = `${path}.aside-${now}`;
  const name = basename(path);
  for (const other of readdirSync(dirname(path)))
    if (other.startsWith(`${name}.aside-`)) rmSync(join(dirname(path), other), { recursive: true, force: true });
  renameSync(path, to);
  rmSync(markOf(path), { force: true });
  return to;
};
