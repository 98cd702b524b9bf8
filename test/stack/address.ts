/** Where the integration tests' stack is, and names that no other test uses. */
import { randomUUID } from 'node:crypto';

interface Address {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
}

/** How test/stack/start.ts tells the workers. Set by hand, tests use a stack that is running already. */
export const addressVariable = 'TEST_STACK';

const address = (): Address => {
  const text = process.env[addressVariable];
  if (!text)
    throw new Error('Cannot reach the test stack as none was started: only *.integration.test.ts files have one.');
  return JSON.parse(text);
};

/** Bootstrap addresses. */
export const brokers = (): readonly string[] => address().brokers;

/** The Confluent-compatible API of the registry. */
export const registryUrl = (): string => address().registryUrl;

/** A topic, group or transactional id of this test alone: `unique('orders')` → `orders-1f0c9a62`. */
export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
