/** Before the integration tests: one stack for the whole run. Not called when only unit tests are run. */
import { type Stack, startStack } from '../../dev/stack';
import { addressVariable } from './address';

declare global {
  var testStack: Stack | undefined;
}

export default async (): Promise<void> => {
  if (process.env[addressVariable]) return;
  // Tests write records of fixed times, which retention would delete one day.
  const stack = await startStack({ brokerSettings: { 'log.retention.ms': '-1' } });
  globalThis.testStack = stack;
  process.env[addressVariable] = JSON.stringify({ brokers: stack.brokers, registryUrl: stack.registryUrl });
};
