/**
 * Runs the tests of a mutant for Stryker, all in this process: one after the other, the quick ones first, until one fails.
 * Mutants are switched in the instrumented code, so that nothing is loaded again; where what a mutant left behind could fail
 * the next one, everything is.
 */
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { Suite, testsIn } from './suite.mjs';

/** Left out: long by what they repeat, and about nothing that a mutant could break and others would not see. */
const long = /a hundred thousand|100,000|so are those that follow a pull|digit by digit|a day later|until the morning/;

/** What these tests are about can be mutated too: `npm run mutate -- --mutate connectors/kafka/writer.ts`. */
const ofConnectors = [
  ...['transaction', 'start', 'restore', 'writer', 'position'].map(name => `test/connectors/kafka/${name}.test.ts`),
  'test/connectors/state/lane-state-writes.test.ts',
];

class InProcess {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const root = process.cwd();
    // The instrumented code keeps hold of this object.
    this.world = globalThis.__stryker__ ??= {};
    const tests = [...testsIn(root, 'test/pipeline'), ...ofConnectors, 'test/examples.stories.test.ts'];
    this.suite = new Suite(root, tests);
    this.durations = new Map();
  }

  async dryRun() {
    const coverage = { static: {}, perTest: {} };
    this.world.mutantCoverage = coverage;
    this.reload();
    const results = [];
    for (const test of this.tests) {
      this.world.currentTestId = test.name;
      results.push(await this.run(test));
    }
    this.world.currentTestId = undefined;
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: coverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, reloadEnvironment, disableBail }) {
    if (mutantActivation === 'static') this.world.activeMutant = activeMutant.id;
    try {
      if (reloadEnvironment || !this.tests) this.reload();
    } catch (error) {
      // Only under a mutant that breaks a file as it is loaded.
      return this.rest({ status: DryRunStatus.Complete, tests: [{ ...failed(error), id: 'loading' }] });
    }
    const first = await this.try(activeMutant, testFilter, hitLimit, disableBail);
    if (first.status !== 'killed' || mutantActivation === 'static') return first;
    // Was it this mutant, or what one before it left behind?
    const killer = this.tests.find(test => test.name === first.killedBy[0]);
    if ((await this.run(killer)).status === TestStatus.Success) return first;
    this.reload();
    return this.try(activeMutant, testFilter, hitLimit, disableBail);
  }

  reload() {
    this.tests = this.suite.load().filter(({ name }) => !long.test(name));
  }

  async try({ id }, testFilter, hitLimit, disableBail) {
    const { world } = this;
    const chosen = testFilter && new Set(testFilter);
    const tests = this.tests.filter(test => !chosen || chosen.has(test.name));
    tests.sort((a, b) => this.durationOf(a) - this.durationOf(b));
    world.activeMutant = id;
    world.hitLimit = hitLimit;
    world.hitCount = hitLimit === undefined ? undefined : 0;
    const results = [];
    for (const test of tests) {
      results.push(await this.run(test));
      const timeout = determineHitLimitReached(world.hitCount, world.hitLimit);
      if (timeout) return this.rest(timeout);
      if (!disableBail && results.at(-1).status === TestStatus.Failed) break;
    }
    return this.rest({ status: DryRunStatus.Complete, tests: results });
  }

  rest(result) {
    this.world.activeMutant = undefined;
    this.world.hitLimit = undefined;
    this.world.hitCount = undefined;
    return toMutantRunResult(result);
  }

  durationOf({ name }) {
    return this.durations.get(name) ?? 0;
  }

  async run({ name, file, run }) {
    const begun = performance.now();
    const told = { id: name, name, fileName: file };
    try {
      await run();
      const timeSpentMs = performance.now() - begun;
      this.durations.set(name, timeSpentMs);
      return { ...told, status: TestStatus.Success, timeSpentMs };
    } catch (error) {
      return { ...told, ...failed(error), timeSpentMs: performance.now() - begun };
    }
  }
}

const failed = error => ({ status: TestStatus.Failed, failureMessage: String(error?.stack ?? error) });

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess)];
