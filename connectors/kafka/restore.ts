/**
 * Reads the changelog of one lane into its store, from its beginning or from where the store stands, to its end as it is after
 * the fence: from then on nobody but us adds to it.
 */
import type { Position } from '../../pipeline/batch';
import type { LanePosition } from '../../schemas/types';
import { positionOf, type StateCodec } from '../state/codec';
import type { StateStore } from '../state/store';
import { type Fetched, fetchFrom } from './fetch';
import { edgeOffset } from './offsets';
import type { Cluster } from './wire';

/** The position stands under the one key that no order has. */
export const positionKey = Buffer.alloc(0);

const fetchSettings = { waitMaxMs: 500, bytesMax: 1_048_576, committedOnly: true } as const;

export interface Restored {
  /** Undefined where the changelog holds none. */
  readonly position: Position | undefined;
  readonly shape: Pick<LanePosition, 'settings' | 'partitions'> | undefined;
  readonly records: number;
}

/** @param told Records read so far, after each fetch. */
export const restore = async (
  cluster: Cluster,
  topic: string,
  lane: number,
  store: StateStore,
  codec: StateCodec,
  told: (records: number) => void = () => {},
): Promise<Restored> => {
  let offset = Number(await edgeOffset(cluster, topic, lane, 'earliest'));
  const end = Number(await edgeOffset(cluster, topic, lane, 'end'));
  let position: Buffer | undefined;
  let records = 0;
  const take = async (fetched: Fetched) => {
    const changes: [string, Buffer | undefined][] = [];
    for (const { key, value } of fetched.records) {
      const bytes = value === null ? undefined : await codec.current(value);
      // What the codec answers is valid until it is asked again, and what was fetched must not be held on to.
      const own = bytes && Buffer.from(bytes);
      if (key === null) continue;
      if (key.length === 0) position = own;
      else changes.push([key.toString(), own]);
    }
    await store.put(changes);
    records += fetched.records.length;
    told(records);
  };
  while (offset < end) {
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [lane]));
    const broker = await cluster.findBroker({ nodeId: nodeId ?? '' });
    const [fetched] = await fetchFrom(broker, [{ topic, partition: lane, offset }], fetchSettings);
    if (!fetched) break;
    await take(fetched);
    offset = fetched.nextOffset;
  }
  if (position === undefined) return { position: undefined, shape: undefined, records };
  const kept = codec.decodePosition(position);
  return { position: positionOf(kept), shape: kept, records };
};
