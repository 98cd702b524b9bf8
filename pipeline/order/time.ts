/** Event times as people and schemas write them. */

// Always with its zone: without one it would depend on where the program runs.
const ISO_8601 = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Epoch milliseconds from a number or bigint of them, or from ISO 8601 text with a zone (finer than ms is cut off).
 * NaN where it is none of these, or not a whole number, or no day of the calendar.
 */
export const toMillis = (value: unknown): number => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : Number.NaN;
  if (typeof value === 'bigint') return toMillis(Number(value));
  if (typeof value !== 'string') return Number.NaN;
  const [, year, month, day] = ISO_8601.exec(value) ?? [];
  // Date takes February 30 for March 2.
  if (day === undefined || Number(day) > daysOf(Number(year), Number(month))) return Number.NaN;
  return Date.parse(value);
};

const daysOf = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** For messages. */
export const isoText = (millis: number): string =>
  Math.abs(millis) <= 8.64e15 ? new Date(millis).toISOString() : `${millis} ms`;
