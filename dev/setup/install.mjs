/**
 * Packages: `npm ci` when what is installed is not what package-lock.json says. npm's own record of what it installed is
 * compared, so that `npm install x` by hand needs no second installation.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './run.mjs';

export function installIsFresh() {
  try {
    const packages = path => JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
    const installed = packages('node_modules/.package-lock.json');
    return Object.entries(packages('package-lock.json')).every(
      ([path, { version, integrity, optional }]) =>
        path === '' ||
        (installed[path] ? installed[path].version === version && installed[path].integrity === integrity : optional),
    );
  } catch {
    return false;
  }
}

export function install() {
  say('Installing packages …');
  run('install the packages (npm ci)', 'npm', 'ci', '--no-audit', '--no-fund', '--loglevel=error');
}
