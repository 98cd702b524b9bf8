/**
 * Reads the changelog of one lane into its store, from its beginning or from where the store stands, to its end as it is after
 * the fence: from then on nobody but us adds to it. A store that cannot be led on from where it stands begins anew.
 */
import type { Position } from '../../pipeline/batch';
import type { LanePosition } from '../../schemas/types';
import { Changes } from '../state/changes';
import { positionOf, type StateCodec, waits } from '../state/codec';
import type { Place, StateStore } from '../state/store';
import { type ChangelogRange, fetchesOf, wholeChangelog } from './changelog';
import type { Fetched } from './fetch';
import { edgeOffset } from './offsets';
import { tombstonesKeptMs } from './topics';
import type { Cluster } from './wire';

export interface Restored {
  /** Undefined where the changelog holds none. */
  readonly position: Position | undefined;
  readonly shape: Pick<LanePosition, 'settings' | 'partitions'> | undefined;
  readonly records: number;
}

/** Offsets, of which compaction may have taken many: the records are fewer. */
export interface RestoreProgress {
  readonly records: number;
  readonly read: number;
  readonly all: number;
}

/** @param told After each fetch. */
export const restore = async (
  cluster: Cluster,
  topic: string,
  lane: number,
  store: StateStore,
  codec: StateCodec,
  told: (progress: RestoreProgress) => void = () => {},
): Promise<Restored> => {
  const whole = await wholeChangelog(cluster, topic, lane);
  await refuseHanging(cluster, whole);
  const { from: earliest, end } = whole;
  let position: Buffer | undefined;
  let place: Place | undefined;
  let records = 0;
  const changes = new Changes();
  const take = async (fetched: Fetched) => {
    for (const { key, value, offsetNumber, timestamp } of fetched.records) {
      // What the codec answers is valid until it is asked again.
      const state = value === null ? null : await codec.current(value);
      if (key === null) continue;
      if (key.length === 0) {
        position = state === null ? undefined : Buffer.from(state);
        place = { offset: offsetNumber, at: timestamp };
      } else changes.add(key, state, state !== null && waits(codec.decode(state)));
    }
    await store.put(changes, place);
    changes.clear();
    records += fetched.records.length;
  };
  const read = async (from: number, isOurs: (first: Fetched) => boolean) => {
    let first = true;
    for await (const fetched of fetchesOf(cluster, { ...whole, from })) {
      if (first && !isOurs(fetched)) return;
      first = fetched.nextOffset === from;
      await take(fetched);
      told({ records, read: fetched.nextOffset - from, all: end - from });
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

/** Behind our fence nothing is undecided here, unless no coordinator will ever decide it. */
const refuseHanging = async (cluster: Cluster, { topic, lane, end }: ChangelogRange): Promise<void> => {
  const written = Number(await edgeOffset(cluster, topic, lane, 'highWatermark'));
  if (written !== end) throw new TransactionHangs(topic, lane, end);
};

export class TransactionHangs extends Error {
  override readonly name = 'TransactionHangs';
  constructor(topic: string, lane: number, offset: number) {
    super(
      `Cannot restore lane ${lane} as ${topic}[${lane}] has a transaction at offset ${offset} that is neither committed nor aborted: ` +
        'it ended while the partition had no leader (KAFKA-20734), and what was decided is forgotten. Look for such transactions ' +
        'with "kafka-transactions.sh find-hanging", and end them with its "abort"',
    );
  }
}

/**
 * Kafka takes tombstones away after a while (delete.retention.ms), and then an order that was removed is just not there: a store
 * that missed its tombstone would keep it for ever.
 */
const awayMaxMs = tombstonesKeptMs / 2;
/** The position and the marker of its transaction: nothing was missed. */
const nothingMissed = 2;

/** Why the store cannot be led on from where it stands; undefined: it can. */
export const unlike = ({ offset, at }: Place, earliest: number, end: number, now: number): string | undefined => {
  if (offset < earliest || offset >= end)
    return `it stands at ${offset} of the changelog, which has ${earliest} to ${end}`;
  if (end - offset > nothingMissed && now - at > awayMaxMs)
    return `it stands where the changelog was at ${new Date(at).toISOString()}, and tombstones may be gone since`;
  return undefined;
};

/** A position must be there, unless compaction has taken it away for a newer one. */
const standsAt = ({ offset }: Place, { records: [first] }: Fetched): boolean =>
  first === undefined || first.offsetNumber > offset || first.key?.length === 0;
