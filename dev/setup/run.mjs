/** Where the repository is, and how a program is run in it: silent unless it fails. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const say = text => process.stderr.write(`${text}\n`);

/** Runs to its end; a failure throws an error with all the program said. */
export function run(what, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`Cannot ${what}: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
  return stdout;
}

/** All files below a directory of the repository with this ending, sorted; none when it does not exist. */
export function files(directory, ending) {
  let entries;
  try {
    entries = readdirSync(join(root, directory), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap(entry => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return files(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** A digest over names and contents: unlike times, it survives a checkout and a copy. */
export function digest(paths) {
  const hash = createHash('sha256').update(process.versions.modules);
  for (const path of paths)
    hash
      .update(relative(root, join(root, path)))
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** What a stamp file says, or undefined. */
export function stamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
