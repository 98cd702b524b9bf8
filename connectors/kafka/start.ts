/**
 * Where a lane begins: where its group says that it stands, if that is also what its state says; else somebody must choose, as one
 * of the two would lose or repeat what lies between.
 */
import { type Position, startPosition } from '../../pipeline/batch';
import type { StateShape } from '../state/codec';
import { committedOffsets, decodeMetadata, edgeOffset } from './offsets';
import type { Restored } from './restore';
import type { LaneSettings } from './settings';
import type { Cluster } from './wire';

export interface Start {
  readonly position: Position;
  /** Whether the group and the state have it already. */
  readonly committed: boolean;
}

/** @param restored What the changelog says; undefined where nothing is remembered. @throws PositionUnsure, StateChanged. */
export const startOf = async (
  cluster: Cluster,
  settings: LaneSettings,
  lane: number,
  restored?: Restored,
  shape?: StateShape,
): Promise<Start> => {
  if (restored?.shape !== undefined && shape !== undefined) refuseOtherShape(restored.shape, shape);
  const { group, sources, startFrom, acceptReset, restorePosition } = settings;
  const found = await committedOffsets(cluster, group, sources, lane);
  const offsets = new Map<string, bigint>();
  const kept = restored?.position;
  const unsure: string[] = [];
  const time: { watermark: number | null; topics: { topic: string; newest: number | null }[] } = {
    watermark: null,
    topics: [],
  };
  let failuresInARow = 0;
  let committed = true;
  for (const topic of sources) {
    const { offset, metadata } = found.get(topic) ?? { offset: -1n, metadata: '' };
    const { run, watermark, newest } = decodeMetadata(metadata);
    failuresInARow = Math.max(failuresInARow, run);
    if (watermark !== null) time.watermark = Math.max(watermark, time.watermark ?? watermark);
    if (newest !== null) time.topics.push({ topic, newest });
    const ofGroup = offset >= 0n ? offset : undefined;
    const ofState = kept?.offsets.get(topic);
    const agree = restored === undefined || ofGroup === ofState;
    if (!agree) committed = false;
    if (!agree && restorePosition && ofState !== undefined) offsets.set(topic, ofState);
    else if (!agree && !acceptReset)
      unsure.push(`${topic}[${lane}]: the group has ${ofGroup ?? 'none'}, the state ${ofState ?? 'none'}`);
    else if (ofGroup !== undefined && (!acceptReset || (await isHeld(cluster, topic, lane, ofGroup))))
      offsets.set(topic, ofGroup);
    else {
      committed = false;
      const edge = ofGroup !== undefined || startFrom === 'earliest' ? 'earliest' : 'end';
      offsets.set(topic, await edgeOffset(cluster, topic, lane, edge));
    }
  }
  if (unsure.length > 0) throw new PositionUnsure(group, unsure);
  return {
    position: {
      ...startPosition(offsets),
      failuresInARow,
      time: kept?.time ?? time,
      summaries: kept?.summaries ?? [],
    },
    committed,
  };
};

/** Whether a fetch from there is in range: retention may have passed it, or the topic have been made anew. */
const isHeld = async (cluster: Cluster, topic: string, partition: number, offset: bigint): Promise<boolean> =>
  offset >= (await edgeOffset(cluster, topic, partition, 'earliest')) &&
  offset <= (await edgeOffset(cluster, topic, partition, 'highWatermark'));

const refuseOtherShape = (kept: StateShape, now: StateShape): void => {
  if (kept.partitions !== now.partitions)
    throw new StateChanged(`its source topics had ${kept.partitions} partitions and have ${now.partitions} now`);
  if (kept.settings !== now.settings)
    throw new StateChanged(`it was made with other settings (${kept.settings}; now ${now.settings})`);
};

/** The group's offsets and the state's do not say the same: they expired, or were set from outside. */
export class PositionUnsure extends Error {
  override readonly name = 'PositionUnsure';
  constructor(group: string, unsure: readonly string[]) {
    super(
      `Cannot go on in group ${group} as its committed offsets are not where its state stands (${unsure.join('; ')}): they ` +
        'expired, or were set from outside. Start with --restore-position to go on where the state stands, or with ' +
        '--accept-reset to go on from the group’s offsets, knowing that what lies between is lost or comes again',
    );
  }
}

/** What is remembered means something else under the settings of today. */
export class StateChanged extends Error {
  override readonly name = 'StateChanged';
  constructor(why: string) {
    super(
      `Cannot go on with the state of this group as ${why}: put it back as it was, or begin anew: with another kafka.group, or with this one after "odp-orders reset"`,
    );
  }
}
