/** Which files are meant: those named, and in folders all that end in `.story.yaml`, however deep. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../settings/problem';

const ENDING = /\.story\.ya?ml$/;

/** In the order of the paths, those of a folder by name; each once. */
export const storyFiles = (paths: readonly string[]): { files: readonly string[]; problems: readonly Problem[] } => {
  const files = new Set<string>();
  const problems: Problem[] = [];
  for (const path of paths) {
    try {
      const found = statSync(path).isDirectory() ? inFolder(path) : [path];
      if (found.length === 0) problems.push({ source: path, message: 'has no file that ends in .story.yaml' });
      for (const file of found) files.add(file);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      problems.push({ source: path, message: `cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}` });
    }
  }
  return { files: [...files], problems };
};

const inFolder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => ENDING.test(name))
    .sort()
    .map(name => join(folder, name));
