/** The lanes of a replay, a few at a time: each has its orders in memory. */
import type { Kafka } from 'kafkajs';
import type { Observable } from 'rxjs';
import { type OpenRange, openRange, type RangeTarget } from '../../connectors/kafka/open-range';
import { offsetsIn, type TopicRange } from '../../connectors/kafka/range';
import type { RangeLaneSettings } from '../../connectors/kafka/range-lane';
import type { Logger } from '../../connectors/log';
import type { LaneState } from '../../connectors/state/lane-state';
import type { Position } from '../../pipeline/batch';
import type { Written } from '../../pipeline/ports';

export interface ReplayLanesPorts {
  readonly kafka: Kafka;
  readonly log: Logger;
  /** A new one for each lane. */
  readonly state: () => LaneState;
  /** The pipeline over one lane. */
  readonly life: (open: OpenRange) => Observable<Written>;
  readonly written: (written: Written) => void;
}

const atOnce = 4;
const progressEveryMs = 2_000;

/**
 * Reads all to their ends. The first error stops the others after the batch they have in hand, and is thrown.
 * @param ranges By lane: a partition number.
 * @param stop Aborted: as an error does, but resolves.
 */
export const replayLanes = async (
  ports: ReplayLanesPorts,
  ranges: ReadonlyMap<number, readonly TopicRange[]>,
  settings: RangeLaneSettings,
  target: RangeTarget | null,
  stop: AbortSignal,
): Promise<void> => {
  const queue = [...ranges];
  const failing = new AbortController();
  const ending = AbortSignal.any([stop, failing.signal]);

  const one = async (id: number, topics: readonly TopicRange[]) => {
    const open = await openRange(ports.kafka, id, topics, settings, ports.state(), target);
    const stopLane = () => open.lane.stop();
    ending.addEventListener('abort', stopLane);
    if (ending.aborted) stopLane();
    const progress = progressOf(ports.log, id, topics);
    try {
      await ports.life(open).forEach(written => {
        ports.written(written);
        progress(written);
      });
    } finally {
      ending.removeEventListener('abort', stopLane);
      await open.close().catch(error => ports.log.debug({ lane: id, err: error }, 'lane disconnected badly'));
    }
    if (!ending.aborted) ports.log.info({ lane: id, offsets: offsetsIn(topics) }, 'lane replayed');
  };

  const some = async () => {
    for (let next = queue.shift(); next !== undefined && !ending.aborted; next = queue.shift())
      await one(...next).catch(error => {
        failing.abort(error); // of several, the first one's reason stays
      });
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ranges.size) }, some));
  if (failing.signal.aborted) throw failing.signal.reason;
};

/** Tells now and then how far a lane is. */
const progressOf = (log: Logger, lane: number, ranges: readonly TopicRange[]) => {
  const [first, of] = [ranges.reduce((sum, { from }) => sum + from, 0), offsetsIn(ranges)];
  let toldAt = performance.now();
  return ({ position }: Written) => {
    if (performance.now() - toldAt < progressEveryMs) return;
    toldAt = performance.now();
    log.info({ lane, offsets: sumOf(position) - first, of }, 'replaying');
  };
};

const sumOf = ({ offsets }: Position): number => [...offsets.values()].reduce((sum, offset) => sum + Number(offset), 0);
