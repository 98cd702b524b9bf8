/**
 * Unit tests in this very process, as many times as wanted: what jest does in a fresh world for each file is too slow for a
 * thousand mutants. It knows of jest what these tests use, and says so where they use more.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { format } from 'node:util';
import { ModuleMocker } from 'jest-mock';

/** Test files, to be evaluated as often as wanted. A test is its name, its file, and `run`, which throws or rejects where it fails. */
export class Suite {
  constructor(root, files) {
    this.root = root;
    this.files = files;
    this.require = createRequire(join(root, 'package.json'));
    this.compiled = new Map();
    this.compileTypes();
    this.endAtFirstFailure();
  }

  /** Evaluates all files anew, ours only: the packages they use stay. Answers the tests. */
  load() {
    for (const path of Object.keys(this.require.cache)) if (this.isOurs(path)) delete this.require.cache[path];
    const tests = [];
    for (const file of this.files) {
      Object.assign(globalThis, globals(this.require('expect').expect, file, tests));
      this.require(join(this.root, file));
    }
    return tests;
  }

  isOurs(path) {
    return path.startsWith(this.root) && !path.includes(`${sep}node_modules${sep}`);
  }

  compileTypes() {
    const { transformSync } = this.require('@swc/core');
    const { compiled } = this;
    const options = {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
      swcrc: false,
    };
    this.require.extensions['.ts'] = (module, filename) => {
      if (!compiled.has(filename)) {
        const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
        // Dynamic imports name what is built.
        compiled.set(filename, code.replace(/(require\(['"]\.[^'"]*)\.js(['"]\))/g, '$1$2'));
      }
      module._compile(compiled.get(filename), filename);
    };
  }

  /** That a property fails is enough, and the same ones must fail each time. */
  endAtFirstFailure() {
    const fc = this.require('fast-check');
    (fc.default ?? fc).configureGlobal({ endOnFailure: true, seed: Number(process.env.SEED) });
  }
}

/** Test files below `folder`, from the root. */
export const testsIn = (root, folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter(name => name.endsWith('.test.ts') && !/\.(integration|histories)\.test\.ts$/.test(name))
    .map(name => join(folder, name))
    .sort();

function globals(expect, file, tests) {
  const path = [file];
  const names = new Set();
  const test = (title, run) => {
    let name = [...path, title].join(' › ');
    while (names.has(name)) name += ' (again)';
    names.add(name);
    tests.push({ name, file, run });
  };
  const each = told => table => (title, run) => {
    for (const row of table) {
      const cells = Array.isArray(row) ? row : [row];
      told(format(title, ...cells), () => run(...cells));
    }
  };
  const describe = (title, tell) => {
    path.push(title);
    tell();
    path.pop();
  };
  test.each = each(test);
  describe.each = each(describe);
  return { test, it: test, describe, expect, jest: { spyOn }, ...unknown };
}

const mocker = new ModuleMocker(globalThis);
const spyOn = mocker.spyOn.bind(mocker);

const unknown = Object.fromEntries(
  ['beforeEach', 'afterEach', 'beforeAll', 'afterAll'].map(name => [
    name,
    () => {
      throw new Error(
        `Cannot run these tests in this process as they use ${name}: teach dev/mutate/suite.mjs what it is.`,
      );
    },
  ]),
);
