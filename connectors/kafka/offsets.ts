/** Offsets of a group and of partitions, and the lane's position that travels in their metadata. */
import type { Position } from '../../pipeline/batch';
import { coordinatorBusy, leaderMoved, retrying } from './retry';
import { type Cluster, leaderId } from './wire';

export interface Committed {
  /** -1: none. */
  readonly offset: bigint;
  readonly metadata: string;
}

/** What a group has committed for one partition number of several topics. */
export const committedOffsets = async (
  cluster: Cluster,
  groupId: string,
  topics: readonly string[],
  partition: number,
): Promise<Map<string, Committed>> => {
  const { responses } = await retrying(coordinatorBusy, async () => {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    return coordinator.offsetFetch({ groupId, topics: topics.map(topic => ({ topic, partitions: [{ partition }] })) });
  });
  const committed = new Map<string, Committed>();
  for (const { topic, partitions } of responses)
    for (const { offset, metadata } of partitions)
      committed.set(topic, { offset: BigInt(offset), metadata: metadata ?? '' });
  return committed;
};

/**
 * Which offset to ask a partition for. `end` is the last stable one: what a `read_committed` reader may reach. A number is a
 * time, epoch ms: the first record that is not older; where there is none, the end.
 */
export type Edge = 'earliest' | 'end' | 'highWatermark' | number;

export const edgeOffset = async (cluster: Cluster, topic: string, partition: number, edge: Edge): Promise<bigint> => {
  const { responses } = await retrying(
    leaderMoved,
    async () => {
      const nodeId = leaderId(cluster, topic, partition);
      if (nodeId === undefined)
        throw new Error(`Cannot read the ${edge} offset of ${topic}[${partition}] as the topic has no such partition`);
      const broker = await cluster.findBroker({ nodeId });
      return broker.listOffsets({
        replicaId: -1,
        isolationLevel: edge === 'highWatermark' ? 0 : 1,
        topics: [{ topic, partitions: [{ partition, timestamp: timestampOf(edge) }] }],
      });
    },
    () => cluster.refreshMetadata(),
  );
  const offset = BigInt(responses[0]?.partitions[0]?.offset ?? -1);
  return typeof edge === 'number' && offset < 0n ? edgeOffset(cluster, topic, partition, 'end') : offset;
};

/** As ListOffsets has it: -1 the end, -2 the earliest. */
const timestampOf = (edge: Edge): number => {
  if (typeof edge === 'number') return edge;
  return edge === 'earliest' ? -2 : -1;
};

/** Whether a lane that stood at one stands at the other: time may have passed. */
export const isSamePlace = (one: Position, other: Position): boolean => {
  for (const [topic, offset] of other.offsets) if (one.offsets.get(topic) !== offset) return false;
  return true;
};

/** Offset metadata, at most 4,096 bytes by the broker's default. `v` lets a later program read an older one's. */
interface Metadata {
  readonly v: 1;
  /** Failures in a row that end here. */
  readonly run: number;
  /** Watermark of the lane, epoch ms. */
  readonly w?: number | null;
  /** Newest event time of the topic, epoch ms. */
  readonly n?: number | null;
}

export interface KeptMetadata {
  readonly run: number;
  readonly watermark: number | null;
  readonly newest: number | null;
}

/** For the offset of one topic. */
export const encodeMetadata = ({ failuresInARow, time }: Position, topic: string): string => {
  const newest = time.topics.find(one => one.topic === topic)?.newest ?? null;
  return JSON.stringify({ v: 1, run: failuresInARow, w: time.watermark, n: newest } satisfies Metadata);
};

/** Metadata of another tool (an offset reset, say) is none of ours: the run starts anew. */
export const decodeMetadata = (text: string): KeptMetadata => {
  try {
    const { v, run, w, n } = JSON.parse(text) as Partial<Metadata>;
    if (v === 1 && Number.isSafeInteger(run)) return { run: run as number, watermark: timeOf(w), newest: timeOf(n) };
  } catch {
    // Not JSON: not ours.
  }
  return { run: 0, watermark: null, newest: null };
};

const timeOf = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
