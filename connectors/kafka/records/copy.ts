/** Bytes from one place to another. */

/** A view of so many bytes costs more than to copy a few one by one. */
const fewBytes = 40;

export const copy = (from: Buffer, at: number, end: number, to: Buffer, toAt: number): void => {
  if (end - at > fewBytes) to.set(new Uint8Array(from.buffer, from.byteOffset + at, end - at), toAt);
  else for (let i = at, own = toAt; i < end; i++, own++) to[own] = from[i] as number;
};
