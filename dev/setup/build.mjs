/** The build: TypeScript to dist/, when a source has changed since. dist/ carries the digest of what it was built from. */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, files, root, run, say, stamp } from './run.mjs';

const stampFile = join(root, 'dist/.built-from');
const sources = () => [
  'tsconfig.json',
  'package-lock.json',
  ...['pipeline', 'schemas', 'connectors', 'commands', 'dev', 'bench', 'test'].flatMap(directory =>
    files(directory, '.ts'),
  ),
];

export const buildIsFresh = () => stamp(stampFile) === digest(sources());

export function build() {
  say('Building …');
  const from = sources();
  const built = digest(from);
  // The compiler believes its notes: without what it emitted then, they are wrong.
  if (!existsSync(stampFile)) rmSync(join(root, 'node_modules/.cache/tsbuildinfo'), { force: true });
  try {
    run('build', process.execPath, join(root, 'node_modules/typescript/bin/tsc'), '-p', '.');
  } finally {
    // Even with errors the compiler has written: the next run must try again, but incrementally.
    if (existsSync(join(root, 'dist'))) writeFileSync(stampFile, 'unfinished');
  }
  const kept = new Set(from.map(path => join('dist', path.replace(/\.ts$/, '.js'))));
  for (const path of files('dist', '.js'))
    if (!kept.has(path)) for (const leftOver of [path, `${path}.map`]) rmSync(join(root, leftOver), { force: true });
  chmodSync(join(root, 'dist/commands/main.js'), 0o755); // it is `bin`
  writeFileSync(stampFile, built);
}
