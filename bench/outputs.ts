/** Whether all subjects of a round wrote the same events, by Kafka's own consumer (bench/peers/Outputs.java). */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { javaProgram } from '../dev/stack/process';
import { peerClasspath, schemaDirectory } from './kafka-streams';

/** Of one events topic against the first of them, key by key. */
export interface Judgement {
  readonly topic: string;
  /** Committed ones. */
  readonly records: number;
  /** Beyond one of each key. */
  readonly repeated: number;
  /** Other bytes, but the same event. */
  readonly decodedEqual: number;
  readonly different: number;
  readonly unexpected: number;
  readonly missing: number;
  readonly examples: readonly string[];
}

/** Throws where a topic has not exactly one event for each order, or another one than the first topic. */
export const verifyOutputs = async (
  brokers: readonly string[],
  topics: readonly string[],
  orders: number,
): Promise<Judgement[]> => {
  const { stdout } = await promisify(execFile)(
    javaProgram('java'),
    [
      '-Xmx1g',
      '-XX:+UseParallelGC',
      '-cp',
      peerClasspath.join(delimiter),
      'Outputs',
      brokers.join(','),
      schemaDirectory,
      ...topics,
    ],
    { maxBuffer: 1 << 24, timeout: 300_000 },
  );
  const judgements = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Judgement);
  const problems = judgements.flatMap(judgement => problemsOf(judgement, orders));
  if (problems.length > 0)
    throw new Error(`Cannot compare the subjects as their outputs differ:\n${problems.join('\n')}`);
  return judgements;
};

/** One sentence each. */
export const problemsOf = (judgement: Judgement, orders: number): string[] => {
  const { topic, records, repeated, different, unexpected, missing, examples } = judgement;
  const problems: string[] = [];
  if (records !== orders) problems.push(`${topic} has ${records} events for ${orders} orders`);
  if (repeated > 0) problems.push(`${topic} repeats ${repeated} keys`);
  if (missing > 0) problems.push(`${topic} lacks ${missing} keys`);
  if (unexpected > 0) problems.push(`${topic} has ${unexpected} keys that the first topic has not`);
  if (different > 0) problems.push(`${topic} has ${different} events with other values:`, ...examples);
  return problems;
};
