/** From where to where: of one partition number of several topics, as offsets, so that it is the same however often it is read. */
import { type Edge, edgeOffset } from './offsets';
import type { Cluster } from './wire';

/** An edge of a partition, or an offset: of every partition that has it. */
export type Bound = Edge | { readonly offset: number };

export interface TopicRange {
  readonly topic: string;
  readonly from: number;
  /** The first offset that is not in it. Where it is `from`, there is nothing. */
  readonly until: number;
}

/** In the order of the topics. What retention has deleted, and what is not committed yet, is not in it. */
export const rangesOf = (
  cluster: Cluster,
  topics: readonly string[],
  partition: number,
  from: Bound,
  to: Bound,
): Promise<readonly TopicRange[]> =>
  Promise.all(
    topics.map(async topic => {
      const first = Number(await edgeOffset(cluster, topic, partition, 'earliest'));
      // Asked for last: what is answered for the bounds is there by then.
      const bounds = [await offsetOf(cluster, topic, partition, from), await offsetOf(cluster, topic, partition, to)];
      const end = Number(await edgeOffset(cluster, topic, partition, 'end'));
      const [begin = end, until = end] = bounds.map(offset => Math.min(Math.max(offset, first), end));
      return { topic, from: begin, until: Math.max(begin, until) };
    }),
  );

const offsetOf = async (cluster: Cluster, topic: string, partition: number, bound: Bound): Promise<number> =>
  typeof bound === 'object' ? bound.offset : Number(await edgeOffset(cluster, topic, partition, bound));

/** How many offsets: records, and what stands between them (markers, what was aborted or compacted away). */
export const offsetsIn = (ranges: readonly TopicRange[]): number =>
  ranges.reduce((sum, { from, until }) => sum + until - from, 0);
