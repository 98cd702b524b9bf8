/** Keys of the records we write, as bytes: short, of a few lengths only, and copied into their record batch soon. */

const bytesMax = 64;

/**
 * Makes keys in UTF-8, each valid until the next call. To each user its own: a writer may have to wait for its broker before it copies,
 * while others go on.
 */
export const keyBuffer = (): ((text: string) => Uint8Array) => {
  const bytes = Buffer.alloc(bytesMax);
  /** By length. */
  const views = Array.from({ length: bytesMax + 1 }, (_, length) => bytes.subarray(0, length));
  return text => {
    const { length } = text;
    if (length > bytesMax) return Buffer.from(text);
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return Buffer.from(text);
      bytes[at] = unit;
    }
    return views[length] as Uint8Array;
  };
};
