/** The changelog of a lane as records: what is in it, and the one key that no order has. */
import { type Fetched, fetchOne } from './fetch';
import { edgeOffset } from './offsets';
import type { Cluster } from './wire';

/** The lane's position stands under it. */
export const positionKey = Buffer.alloc(0);

export interface ChangelogRange {
  readonly topic: string;
  readonly lane: number;
  readonly from: number;
  /** The first offset that is not read. */
  readonly end: number;
}

/** From its beginning to its end as they are now, of what is committed. */
export const wholeChangelog = async (cluster: Cluster, topic: string, lane: number): Promise<ChangelogRange> => ({
  topic,
  lane,
  from: Number(await edgeOffset(cluster, topic, lane, 'earliest')),
  end: Number(await edgeOffset(cluster, topic, lane, 'end')),
});

/** Fetch by fetch. */
export async function* fetchesOf(
  cluster: Cluster,
  { topic, lane, from, end }: ChangelogRange,
): AsyncGenerator<Fetched, void, undefined> {
  for (let offset = from; offset < end; ) {
    const fetched = await fetchOne(cluster, { topic, partition: lane, offset });
    if (!fetched)
      throw new Error(`Cannot read ${topic}[${lane}] from offset ${offset} on as its broker did not speak of it`);
    yield fetched;
    offset = fetched.nextOffset;
  }
}
