/**
 * The second opinion: Kafka's own Java client reads what we wrote and writes what we read (dev/judges). Each call starts a
 * Java process and takes a second or so.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cache, javaProgram } from '../../dev/stack/process';
import { brokers as testBrokers } from './address';
import { WireReader, wireBytes, wireInt, wireLong } from './wire';

export interface JudgedRecord {
  readonly partition: number;
  readonly offset: bigint;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** In their order, repeated names and all. */
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[];
}

export interface Cluster {
  /** Default: the test stack's. */
  readonly brokers?: readonly string[];
}

/**
 * All committed records of a topic up to what was stable at the call, ordered by partition and offset.
 * `fetchBytes`: of a fetch and of a partition in it; the bugs of `read_committed` readers show at some sizes only.
 */
export const readCommitted = async (
  topic: string,
  { fetchBytes = 10_000_000, brokers = testBrokers() }: Cluster & { readonly fetchBytes?: number } = {},
): Promise<JudgedRecord[]> => {
  const answer = await java('ReadCommitted', [brokers.join(','), topic, String(fetchBytes)]);
  const records: JudgedRecord[] = [];
  while (!answer.atEnd) {
    const [partition, offset, timestamp] = [answer.int(), answer.long(), Number(answer.long())];
    const [key, value] = [answer.buffer(), answer.buffer()];
    const headers = Array.from({ length: answer.int() }, () => [answer.text(), answer.buffer()] as const);
    records.push({ partition, offset, timestamp, key, value, headers });
  }
  return records.sort((a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1));
};

/** What a group has committed. */
export const groupOffsets = async (group: string, { brokers = testBrokers() }: Cluster = {}) => {
  const answer = await java('GroupOffsets', [brokers.join(','), group]);
  const offsets: { topic: string; partition: number; offset: bigint; metadata: string }[] = [];
  while (!answer.atEnd)
    offsets.push({ topic: answer.text(), partition: answer.int(), offset: answer.long(), metadata: answer.text() });
  return offsets.sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
};

/** Calls of Kafka's own kafka-acls.sh, each as its words without the first. @throws Error with what it says when one fails. */
export const kafkaAcls = async (calls: readonly (readonly string[])[]): Promise<void> => {
  await java('Acls', [], [Buffer.from(calls.map(words => words.join('\t')).join('\n'))]);
};

export type Foreign =
  /** Kafka's producer settings: `compression.type`, `transactional.id`, `linger.ms`, `batch.size` … */
  | { readonly do: 'open'; readonly producer: string; readonly settings?: Readonly<Record<string, string>> }
  | ({ readonly do: 'send'; readonly producer: string } & ForeignRecord)
  /** `abort` flushes first, so that the aborted records are on the log. */
  | { readonly do: 'begin' | 'commit' | 'abort' | 'flush'; readonly producer: string };

export interface ForeignRecord {
  readonly topic: string;
  /** Default: Java's murmur2 partitioner. */
  readonly partition?: number;
  /** Epoch ms; default: now. */
  readonly timestamp?: number;
  /** Text is UTF-8. */
  readonly key?: Uint8Array | string | null;
  readonly value: Uint8Array | string | null;
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | string | null])[];
}

/**
 * Records of another client: commands in order, by any number of producers, their transactions interleaved as you like.
 * Resolves when all is on the broker, with the place of each `send`. A transaction still open at the end stays open until
 * its `transaction.timeout.ms`.
 */
export const produceForeign = async (
  commands: Iterable<Foreign>,
  { brokers = testBrokers() }: Cluster = {},
): Promise<{ partition: number; offset: bigint }[]> => {
  const answer = await java('Produce', [brokers.join(',')], encoded(commands));
  const places: { partition: number; offset: bigint }[] = [];
  while (!answer.atEnd) places.push({ partition: answer.int(), offset: answer.long() });
  return places;
};

/** Records by one producer with this codec. */
export const produceWith = (
  codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd',
  records: Iterable<ForeignRecord>,
  cluster: Cluster = {},
) => {
  function* commands(): Iterable<Foreign> {
    yield { do: 'open', producer: 'p', settings: { 'compression.type': codec, 'linger.ms': '20' } };
    for (const record of records) yield { do: 'send', producer: 'p', ...record };
  }
  return produceForeign(commands(), cluster);
};

function* encoded(commands: Iterable<Foreign>): Iterable<Buffer> {
  for (const command of commands) {
    const parts = [Buffer.from(command.do.slice(0, 1)), wireBytes(command.producer)];
    if (command.do === 'open') {
      const settings = Object.entries(command.settings ?? {});
      parts.push(wireInt(settings.length), ...settings.flat().map(wireBytes));
    } else if (command.do === 'send') {
      const { topic, partition = -1, timestamp = -1, key = null, value, headers = [] } = command;
      parts.push(wireBytes(topic), wireInt(partition), wireLong(timestamp), wireBytes(key), wireBytes(value));
      parts.push(wireInt(headers.length), ...headers.flat().map(wireBytes));
    }
    yield Buffer.concat(parts);
  }
}

const java = async (main: string, args: readonly string[], input: Iterable<Buffer> = []): Promise<WireReader> => {
  const classpath = [join(cache, 'judges/classes'), join(cache, 'judges/lib/*')].join(delimiter);
  const flags = ['-Xmx1g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];
  const child = spawn(javaProgram('java'), [...flags, '-cp', classpath, main, ...args], { stdio: 'pipe' });
  const collect = async (stream: Readable) => Buffer.concat(await stream.toArray());
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  const [output, errors, end] = await Promise.all([
    collect(child.stdout),
    collect(child.stderr),
    ended,
    // A judge that fails stops reading: its own message says more than the broken pipe.
    pipeline(Readable.from(input), child.stdin).catch(() => undefined),
  ]);
  if (end !== '0')
    throw new Error(
      `Cannot run the Java judge ${main} ${args.join(' ')} (${end}; set up by "node dev/setup.mjs --judges"): ${errors}`,
    );
  return new WireReader(output);
};
