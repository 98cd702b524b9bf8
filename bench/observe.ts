/** Watches a subject from outside, by what its group has committed and by /proc, until all is done. */
import { readFileSync } from 'node:fs';
import type { Admin, Kafka } from 'kafkajs';
import { openCluster } from '../connectors/kafka/client';
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
  readonly kafka: Kafka;
}

export interface Work {
  readonly group: string;
  readonly source: string;
  readonly events: string;
  readonly orders: number;
  /** `performance.now()` when the process was started. */
  readonly startedAtMs: number;
}

export const observe = async ({ admin, kafka }: Observer, running: Running, work: Work): Promise<Observed> => {
  // A new one for each run: one that knows a topic that is gone by now gets no metadata any more.
  const cluster = await openCluster(kafka);
  try {
    await cluster.addMultipleTargetTopics([work.events]);
    return await watch(admin, cluster, running, work);
  } finally {
    await cluster.disconnect();
  }
};

const watch = async (
  admin: Admin,
  cluster: Cluster,
  running: Running,
  { group, source, events, orders, startedAtMs }: Work,
): Promise<Observed> => {
  const samples: Sample[] = [];
  let begun = false;
  let progressAtMs = startedAtMs;
  for (;;) {
    begun ||= await anyOutput(cluster, events).catch(notYet(false));
    const committed = await committedOf(admin, group, source);
    const now = performance.now();
    const cpu = cpuSoFar(running);
    if (cpu === undefined) throw failed(running, `it ended after ${committed} of ${orders} records`);
    if (committed > (samples.at(-1)?.committed ?? 0)) progressAtMs = now;
    samples.push({ atMs: now - startedAtMs, committed, cpuMicros: cpu, begun });
    if (committed > orders) throw failed(running, `it committed ${committed} of ${orders} records`);
    if (committed === orders) return { samples, rssMb: peakMb(running.pid() ?? 0) };
    if (now - progressAtMs > progressWithinMs)
      throw failed(running, `it stands still at ${committed} of ${orders} records for ${progressWithinMs / 1000} s`);
    await new Promise(resolve => setTimeout(resolve, everyMs));
  }
};

/** The source has data records only, from offset 0: its offsets are counts. */
const committedOf = async (admin: Admin, group: string, source: string): Promise<number> => {
  const answer = await admin.fetchOffsets({ groupId: group, topics: [source] }).catch(notYet([]));
  return answer.flatMap(topic => topic.partitions).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
};

/** Committed or not. */
const anyOutput = async (cluster: Cluster, topic: string): Promise<boolean> => {
  for (const { partitionId } of cluster.findTopicPartitionMetadata(topic))
    if ((await edgeOffset(cluster, topic, partitionId, 'highWatermark')) > 0n) return true;
  return false;
};

/** The coordinator of a young group may still be loading, and the leader of a young topic not know that it is one. */
const notYet =
  <T>(answer: T) =>
  (error: { retriable?: boolean }): T => {
    if (error.retriable) return answer;
    throw error;
  };

/** Undefined where the process is gone, or goes while we look. */
const cpuSoFar = (running: Running): number | undefined => {
  const pid = running.pid();
  try {
    return pid === undefined ? undefined : cpuMicros(pid);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};

const isGone = (error: unknown) => ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');

const failed = (running: Running, reason: string) =>
  new Error(`Cannot measure the run as ${reason}. It said:\n${lastLines(running.log)}`);

/** Of what a program said. */
export const lastLines = (log: string) => readFileSync(log, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
