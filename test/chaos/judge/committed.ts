/** Java's `read_committed` view of a topic as a stream, a record at a time, however many there are. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { cache, javaProgram } from '../../../dev/stack/process';

export interface CommittedRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** The first header that has this name, as text. */
  header(name: string): string | undefined;
}

const fetchBytes = 4_000_000;

/** Partitions come mixed, each in its own order. Bytes are valid until the next record is asked for. */
export async function* committed(brokers: readonly string[], topic: string): AsyncGenerator<CommittedRecord> {
  const classpath = [join(cache, 'judges/classes'), join(cache, 'judges/lib/*')].join(delimiter);
  const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
  const args = [...flags, '-cp', classpath, 'ReadCommitted', brokers.join(','), topic, String(fetchBytes)];
  const child = spawn(javaProgram('java'), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-4_000);
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  try {
    let rest: Buffer = Buffer.alloc(0);
    for await (const piece of child.stdout) {
      const reader = new Pieces(rest.length === 0 ? piece : Buffer.concat([rest, piece]));
      for (let record = reader.record(); record !== undefined; record = reader.record()) yield record;
      rest = reader.rest();
    }
    const end = await ended;
    if (end !== '0' || rest.length > 0) throw new Error(`Cannot read ${topic} by the Java judge (${end}): ${said}`);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Whole records of what has come so far (dev/judges/Wire.java). */
class Pieces {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Undefined where the next one is not here to its end. */
  record(): CommittedRecord | undefined {
    const from = this.at;
    const record = this.whole();
    if (record === undefined) this.at = from;
    return record;
  }

  rest(): Buffer {
    return this.bytes.subarray(this.at);
  }

  private whole(): CommittedRecord | undefined {
    const { bytes } = this;
    if (this.at + 20 > bytes.length) return undefined;
    const [partition, offset] = [bytes.readInt32BE(this.at), Number(bytes.readBigInt64BE(this.at + 4))];
    const timestamp = Number(bytes.readBigInt64BE(this.at + 12));
    this.at += 20;
    const key = this.field();
    if (key === undefined) return undefined;
    const value = this.field();
    if (value === undefined) return undefined;
    const count = this.int();
    if (count === undefined) return undefined;
    const headers: Buffer[] = [];
    for (let index = 0; index < 2 * count; index++) {
      const field = this.field();
      if (field === undefined) return undefined;
      headers.push(field ?? Buffer.alloc(0));
    }
    const header = (name: string) => {
      for (let index = 0; index < headers.length; index += 2)
        if (headers[index]?.toString() === name) return headers[index + 1]?.toString();
      return undefined;
    };
    return { partition, offset, timestamp, key, value, header };
  }

  private int(): number | undefined {
    if (this.at + 4 > this.bytes.length) return undefined;
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  private field(): Buffer | null | undefined {
    const length = this.int();
    if (length === undefined) return undefined;
    if (length < 0) return null;
    if (this.at + length > this.bytes.length) return undefined;
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
