/**
 * Reads the changelog of one lane into its store, from its beginning or from where the store stands, to its end as it is after
 * the fence: from then on nobody but us adds to it. A store that cannot be led on from where it stands begins anew.
 */
import type { Position } from '../../pipeline/batch';
import type { LanePosition } from '../../schemas/types';
import { positionOf, type StateCodec, waits } from '../state/codec';
import type { Change, Place, StateStore } from '../state/store';
import { type Fetched, fetchOne } from './fetch';
import { edgeOffset } from './offsets';
import type { Cluster } from './wire';

/** The position stands under the one key that no order has. */
export const positionKey = Buffer.alloc(0);

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
  const earliest = Number(await edgeOffset(cluster, topic, lane, 'earliest'));
  const end = Number(await edgeOffset(cluster, topic, lane, 'end'));
  let position: Buffer | undefined;
  let place: Place | undefined;
  let records = 0;
  const take = async (fetched: Fetched) => {
    const changes: Change[] = [];
    for (const { key, value, offsetNumber, timestamp } of fetched.records) {
      const bytes = value === null ? undefined : await codec.current(value);
      // What the codec answers is valid until it is asked again, and what was fetched must not be held on to.
      const own = bytes && Buffer.from(bytes);
      if (key === null) continue;
      if (key.length === 0) {
        position = own;
        place = { offset: offsetNumber, at: timestamp };
      } else changes.push([key.toString(), own, own !== undefined && waits(codec.decode(own))]);
    }
    await store.put(changes, place);
    records += fetched.records.length;
    told(records);
  };
  const read = async (from: number, isOurs: (first: Fetched) => boolean) => {
    for (let offset = from; offset < end; ) {
      const fetched = await fetchOne(cluster, { topic, partition: lane, offset });
      if (!fetched || (offset === from && !isOurs(fetched))) return;
      await take(fetched);
      offset = fetched.nextOffset;
    }
  };
  const stood = await store.place();
  if (stood !== undefined) {
    const why = unlike(stood, earliest, end, Date.now());
    if (why === undefined) await read(stood.offset, fetched => standsAt(stood, fetched));
    if (position === undefined)
      await store.reset(why ?? `it stands at ${stood.offset} of ${topic}[${lane}], and there is no position`);
  }
  if (position === undefined) await read(earliest, () => true);
  if (position === undefined) return { position: undefined, shape: undefined, records };
  const kept = codec.decodePosition(position);
  return { position: positionOf(kept), shape: kept, records };
};

/**
 * Kafka keeps tombstones for a day (delete.retention.ms), and then an order that was removed is just not there: a store that
 * missed its tombstone would keep it for ever.
 */
const tombstonesKeptMs = 12 * 3_600_000;
/** The position and the marker of its transaction: nothing was missed. */
const nothingMissed = 2;

/** Why the store cannot be led on from where it stands; undefined: it can. */
export const unlike = ({ offset, at }: Place, earliest: number, end: number, now: number): string | undefined => {
  if (offset < earliest || offset >= end)
    return `it stands at ${offset} of the changelog, which has ${earliest} to ${end}`;
  if (end - offset > nothingMissed && now - at > tombstonesKeptMs)
    return `it stands where the changelog was at ${new Date(at).toISOString()}, and tombstones may be gone since`;
  return undefined;
};

/** A position must be there, unless compaction has taken it away for a newer one. */
const standsAt = ({ offset }: Place, { records: [first] }: Fetched): boolean =>
  first === undefined || first.offsetNumber > offset || first.key?.length === 0;
