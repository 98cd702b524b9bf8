/** Exit codes; docs/exit-codes.md says the same (a test compares). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  found: 3,
  halted: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * What a command could not do. `message` says "Cannot X on Y as Z"; `hint` says what to try. The causes are printed with it,
 * never a stack unless asked for.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly hint?: string,
    readonly exitCode: ExitCode = exitCodes.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Thrown to end a call that has said all it had to say. */
export class Ended extends Error {
  override readonly name = 'Ended';
  constructor(readonly exitCode: ExitCode) {
    super();
  }
}
