/**
 * A failure is a record that cannot be used: a value that rides in its batch to the write, with stage and code.
 * (An error is the world broken: it is thrown, and nothing is committed.)
 */
import type { SourceRecord } from './batch';

export type Stage = 'decode' | 'map' | 'window' | 'ledger' | 'deliver';

/** The closed list of codes, by stage; docs/failures.md tells how each is repaired. */
export const failureCodes = {
  decode: ['not_framed', 'unknown_schema', 'corrupt', 'unmapped_type', 'too_large', 'wrong_partition'],
  map: [
    'step_failed',
    'missing_field',
    'no_identifier',
    'invalid_amount',
    'invalid_quantity',
    'invalid_currency',
    'invalid_timestamp',
    'no_items',
    'invalid_field_name',
    'text_too_long',
  ],
  window: ['late'],
  ledger: ['over_deduction', 'purchase_changed', 'currency_changed', 'beyond_retention', 'ledger_full'],
  deliver: ['rejected', 'too_large', 'outcome_unknown'],
} as const satisfies Record<Stage, readonly string[]>;

export type FailureCode = (typeof failureCodes)[Stage][number];

/** What a rule answers instead of a result. The message says what could not be done, on what, why; never customer data. */
export class Rejection {
  constructor(
    readonly code: FailureCode,
    readonly message: string,
    /** Where the rule knew it. */
    readonly orderId?: string,
  ) {}
}

export class Failure {
  readonly code: FailureCode;
  readonly message: string;
  readonly orderId: string | undefined;

  constructor(
    readonly stage: Stage,
    rejection: Rejection,
    readonly source: SourceRecord,
  ) {
    this.code = rejection.code;
    this.message = rejection.message;
    this.orderId = rejection.orderId;
  }
}

/** Of an exception in a step. Its own message may quote customer fields: only its kind is told, the bytes are in the failure. */
export const stepFailed = (stage: Stage, error: unknown): Rejection =>
  new Rejection(
    'step_failed',
    `Cannot ${stage} the record as the step threw ${error instanceof Error ? error.name : typeof error}`,
  );
