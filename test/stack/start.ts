/** Before the integration tests: one stack for the whole run. Not called when only unit tests are run. */
import { type Stack, startStack } from '../../dev/stack';
import { addressVariable } from './address';

declare global {
  var testStack: Stack | undefined;
}

export default async (): Promise<void> => {
  if (process.env[addressVariable]) return;
  const stack = await startStack();
  globalThis.testStack = stack;
  process.env[addressVariable] = JSON.stringify({ brokers: stack.brokers, registryUrl: stack.registryUrl });
};
