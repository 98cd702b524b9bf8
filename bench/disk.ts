/** Room on disk that a directory takes, as the file system counts it. */
import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const blockBytes = 512;

/** In MB (2^20 bytes), with all below. What is deleted while we look counts nothing. */
export const diskMb = (directory: string): number => bytesIn(directory) / 2 ** 20;

const bytesIn = (directory: string): number => {
  let bytes = 0;
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    bytes += entry.isDirectory() ? bytesIn(path) : bytesOf(path);
  }
  return bytes;
};

const entriesOf = (directory: string): Dirent[] =>
  unlessGone(() => readdirSync(directory, { withFileTypes: true }), []);

const bytesOf = (path: string): number => unlessGone(() => lstatSync(path).blocks * blockBytes, 0);

const unlessGone = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
};
