/**
 * How an order and its state lie in memory: a head, the key, the state. Changes that wait for their commit and the arena have the same form,
 * so that what is new can be taken over as it is, many at once.
 */

/** Whether something waits (1), length of the key (4), of the state (4), room for the state (4). */
export const headBytes = 13;

/** Of a state that is no more. */
const removed = -1;

/** @param stateLength Undefined: there is none. */
export const writeHead = (
  bytes: Buffer,
  at: number,
  keyLength: number,
  stateLength: number | undefined,
  waits: boolean,
): void => {
  bytes[at] = waits ? 1 : 0;
  bytes.writeInt32LE(keyLength, at + 1);
  bytes.writeInt32LE(stateLength ?? removed, at + 5);
  bytes.writeInt32LE(stateLength ?? 0, at + 9);
};

export const waitsAt = (bytes: Buffer, at: number): boolean => bytes[at] === 1;

/** Where the key ends, and the state begins. */
export const keyEndAt = (bytes: Buffer, at: number): number => at + headBytes + bytes.readInt32LE(at + 1);

/** Where the state ends; undefined: there is none. */
export const endAt = (bytes: Buffer, at: number): number | undefined => {
  const length = bytes.readInt32LE(at + 5);
  return length === removed ? undefined : keyEndAt(bytes, at) + length;
};

export const roomAt = (bytes: Buffer, at: number): number => bytes.readInt32LE(at + 9);

/** Another state in the room of the one that is there. */
export const writeState = (bytes: Buffer, at: number, stateLength: number, waits: boolean): void => {
  bytes[at] = waits ? 1 : 0;
  bytes.writeInt32LE(stateLength, at + 5);
};

/** No more room than the state takes. */
export const trim = (bytes: Buffer, at: number): void => {
  bytes.writeInt32LE(bytes.readInt32LE(at + 5), at + 9);
};
