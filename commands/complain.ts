/** The one place that prints an error: what could not be done, why, what to try. */
import { types } from 'node:util';
import { CommandError, type ExitCode, exitCodes } from './exit';

/** @param stack Print stacks as well. */
export const complaint = (error: unknown, stack: boolean): string => {
  const lines = [`odp-orders: ${messageOf(error)}`];
  for (let cause = causeOf(error), depth = 0; cause !== undefined && depth < 5; cause = causeOf(cause), depth++) {
    const why = messageOf(cause);
    if (!lines.some(line => line.includes(why))) lines.push(`  because: ${why}`);
  }
  const hint = hintOf(error);
  if (hint !== undefined) lines.push(`  try: ${hint}`);
  if (stack && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join('\n');
};

export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof CommandError) return error.exitCode;
  const name = error instanceof Error ? error.name : '';
  if (name === 'SettingsProblems') return exitCodes.usage;
  if (name === 'HaltLimitReached') return exitCodes.halted;
  return exitCodes.failed;
};

const hintOf = (error: unknown): string | undefined => {
  if (error instanceof Error && 'hint' in error && typeof error.hint === 'string') return error.hint;
  if (error instanceof Error && error.name === 'SettingsProblems')
    return '--print-config shows what is in force, `odp-orders settings --reference` lists all settings';
  return undefined;
};

const causeOf = (error: unknown): unknown => (isError(error) ? error.cause : undefined);

/** Also where it comes from another realm, as Node's own do in tests. */
const isError = (error: unknown): error is Error => error instanceof Error || types.isNativeError(error);

const messageOf = (error: unknown): string => {
  if (!isError(error)) return String(error);
  // Several addresses of one host that all refuse come as an AggregateError without a message.
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(inner => messageOf(inner)).join('; ');
  return error.message || error.name;
};
