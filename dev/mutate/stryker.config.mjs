/**
 * Mutation of the core: each mutant breaks one line of it, and a test must notice. `npm run mutate`, or a part of it:
 * `npm run mutate -- --mutate pipeline/window/kind.ts:10-40`. docs/mutation.md says what came of it.
 */
import { fileURLToPath } from 'node:url';

process.env.HISTORIES ??= '100';
process.env.SEED ??= '1';

export default {
  mutate: ['pipeline/order/**/*.ts', 'pipeline/window/**/*.ts', 'pipeline/summary/**/*.ts'],
  testRunner: 'in-process',
  coverageAnalysis: 'perTest',
  // TypeScript 7 has no interface for programs, and nothing of tsconfig.json is needed: swc takes the types away.
  tsconfigFile: 'none',
  plugins: [fileURLToPath(new URL('runner.mjs', import.meta.url))],
  concurrency: 2,
  timeoutMS: 10_000,
  tempDirName: '.cache/mutate',
  cleanTempDir: 'always',
  ignorePatterns: ['.cache', 'dist', 'coverage', 'bench'],
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  jsonReporter: { fileName: '.cache/mutation.json' },
  htmlReporter: { fileName: '.cache/mutation.html' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  warnings: { slow: false },
};
