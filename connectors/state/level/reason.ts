/** What LevelDB's errors mean. Its own words are in the innermost cause. */

/** A state that fails its own checksum. */
export class Torn extends Error {
  override readonly name = 'Torn';
}

/** Of a database that was opened. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Torn ||
  codeOf(error) === 'LEVEL_CORRUPTION' ||
  (codeOf(error) === 'LEVEL_IO_ERROR' && !isDenied(error));

/** A full disk, or one that may not be written, is no damage: a new store would fare no better. */
export const isDenied = (error: unknown): boolean =>
  /No space|Too many|denied|not permitted|Read-only|quota/i.test(reasonOf(error));

export const isLocked = (error: unknown): boolean => codeOf(error) === 'LEVEL_LOCKED';

export const reasonOf = (error: unknown): string => String((innermost(error) as Error).message);

const codeOf = (error: unknown): string | undefined => (innermost(error) as { code?: string }).code;

const innermost = (error: unknown): unknown => {
  const { cause } = (error ?? {}) as Error;
  return cause === undefined ? (error ?? {}) : innermost(cause);
};
