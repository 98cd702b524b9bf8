/** What must become of a sample, as one small number each, so that millions of them can be remembered. */
import { type FailureCode, failureCodes, type Stage } from '../../pipeline/failure';
import type { OrderEvent } from '../../schemas/types';

export type Action = OrderEvent['action'];

/** An index into `outcomes`. */
export type Expected = number & { readonly expected: unique symbol };

export type ExpectedOutcome =
  | { readonly kind: 'skipped' }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'event'; readonly action: Action }
  | { readonly kind: 'failure'; readonly stage: Stage; readonly code: FailureCode };

const actions: readonly Action[] = ['purchase', 'return', 'refund', 'cancel'];

export const outcomes: readonly ExpectedOutcome[] = [
  { kind: 'skipped' },
  { kind: 'duplicate' },
  ...actions.map(action => ({ kind: 'event', action }) as const),
  ...(Object.keys(failureCodes) as Stage[]).flatMap(stage =>
    failureCodes[stage].map(code => ({ kind: 'failure', stage, code }) as const),
  ),
];

/** Tombstones and empty values: read and counted, nothing is written. */
export const skipped = 0 as Expected;

/** The order has the fact already: counted, nothing is written. */
export const duplicate = 1 as Expected;

export const event = (action: Action): Expected => (2 + actions.indexOf(action)) as Expected;

/** A code that is not on the list is expected of nothing. */
export const failure = (stage: Stage, code: FailureCode | (string & {})): Expected =>
  outcomes.findIndex(one => one.kind === 'failure' && one.stage === stage && one.code === code) as Expected;

/** Whether it must not be seen in what is written. */
export const leavesNothing = (expected: Expected): boolean => expected === skipped || expected === duplicate;

/** For people. */
export const outcomeText = (expected: Expected): string => {
  const outcome = outcomes[expected] as ExpectedOutcome;
  if (outcome.kind === 'event') return `event ${outcome.action}`;
  return outcome.kind === 'failure' ? `failure ${outcome.stage}/${outcome.code}` : outcome.kind;
};
