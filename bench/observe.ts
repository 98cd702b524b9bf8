/** Watches a subject from outside, by what its group has committed and by /proc, until all is done. */
import { readFileSync } from 'node:fs';
import type { Admin } from 'kafkajs';
import { edgeOffset } from '../connectors/kafka/offsets';
import type { Cluster } from '../connectors/kafka/wire';
import type { Sample } from './measure';
import { cpuMicros, peakMb } from './process';
import type { Running } from './subject';

const everyMs = 50;
/** Also how long the first commit may take. */
const progressWithinMs = 60_000;

export interface Observed {
  readonly samples: readonly Sample[];
  readonly rssMb: number;
}

export interface Observer {
  readonly admin: Admin;
  readonly cluster: Cluster;
}

export interface Work {
  readonly group: string;
  readonly source: string;
  readonly events: string;
  readonly orders: number;
  /** `performance.now()` when the process was started. */
  readonly startedAtMs: number;
}

export const observe = async (
  { admin, cluster }: Observer,
  running: Running,
  { group, source, events, orders, startedAtMs }: Work,
): Promise<Observed> => {
  await cluster.addMultipleTargetTopics([events]);
  const samples: Sample[] = [];
  let begun = false;
  let progressAtMs = startedAtMs;
  for (;;) {
    begun ||= await anyOutput(cluster, events);
    const committed = await committedOf(admin, group, source);
    const pid = running.pid();
    if (pid === undefined) throw failed(running, `it ended after ${committed} of ${orders} records`);
    const now = performance.now();
    if (committed > (samples.at(-1)?.committed ?? 0)) progressAtMs = now;
    samples.push({ atMs: now - startedAtMs, committed, cpuMicros: cpuMicros(pid), begun });
    if (committed > orders) throw failed(running, `it committed ${committed} of ${orders} records`);
    if (committed === orders) return { samples, rssMb: peakMb(pid) };
    if (now - progressAtMs > progressWithinMs)
      throw failed(running, `it stands still at ${committed} of ${orders} records for ${progressWithinMs / 1000} s`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
};

/** The source has data records only, from offset 0: its offsets are counts. */
const committedOf = async (admin: Admin, group: string, source: string): Promise<number> => {
  const answer = await admin.fetchOffsets({ groupId: group, topics: [source] }).catch(notYet);
  return answer.flatMap(topic => topic.partitions).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
};

/** Committed or not. */
const anyOutput = async (cluster: Cluster, topic: string): Promise<boolean> => {
  for (const { partitionId } of cluster.findTopicPartitionMetadata(topic))
    if ((await edgeOffset(cluster, topic, partitionId, 'highWatermark')) > 0n) return true;
  return false;
};

/** The coordinator of a young group may still be loading. */
const notYet = (error: { retriable?: boolean }) => {
  if (error.retriable) return [];
  throw error;
};

const failed = (running: Running, reason: string) =>
  new Error(`Cannot measure the run as ${reason}. It said:\n${lastLines(running.log)}`);

const lastLines = (log: string) => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
