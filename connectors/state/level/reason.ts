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

/** The world must change before a new try is any use. What was committed is in the changelog. */
export class StateDenied extends Error {
  override readonly name = 'StateDenied';
  constructor(path: string, cause: unknown) {
    super(
      `Cannot keep the state in ${path} (state.dir) as the system refuses it (${reasonOf(cause)}): make room, grant the right, ` +
        'or set state.dir to another disk; nothing is lost, and the next start goes on from what was committed',
      { cause },
    );
  }
}

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
