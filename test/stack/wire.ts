/** How tests and the Java judges talk (dev/judges/Wire.java): big-endian numbers, and bytes after their length, -1 for null. */

export class WireReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get atEnd() {
    return this.at >= this.bytes.length;
  }

  int(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  long(): bigint {
    this.at += 8;
    return this.bytes.readBigInt64BE(this.at - 8);
  }

  buffer(): Buffer | null {
    const length = this.int();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text(): string {
    return this.buffer()?.toString('utf8') ?? '';
  }
}

export const wireInt = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

export const wireLong = (value: number | bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};

export const wireBytes = (value: Uint8Array | string | null): Buffer => {
  if (value === null) return wireInt(-1);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([wireInt(bytes.length), bytes]);
};
