/** Reads the events as a consumer would, committed ones only, and says of each when it could be had. */
import { openCluster } from '../../connectors/kafka/client';
import { fetchFrom } from '../../connectors/kafka/fetch';
import { leaderOf } from '../../connectors/kafka/wire';
import type { Scene } from '../scene';

export interface Arrivals {
  readonly events: () => number;
  /**
   * Transactions: each leaves a marker behind its events, on the one partition that a lane writes to, and takes an offset for it.
   */
  readonly transactions: () => number;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const fetching = { waitMaxMs: 100, bytesMax: 262_144, committedOnly: true };

/** @param arrived The order's id, for each event. */
export const readArrivals = async (scene: Scene, arrived: (orderId: string) => void): Promise<Arrivals> => {
  const topic = scene.settings.topics.events;
  const cluster = await openCluster(scene.kafka);
  await cluster.addMultipleTargetTopics([topic]);
  const broker = await leaderOf(cluster, topic, 0);
  const offsets = Array.from({ length: scene.shape.partitions }, () => 0);
  let events = 0;
  let stopped = false;
  const readSome = async () => {
    const wanted = offsets.map((offset, partition) => ({ topic, partition, offset }));
    for (const { partition, records, nextOffset } of await fetchFrom(broker, wanted, fetching)) {
      for (const { key } of records) arrived(String(key));
      events += records.length;
      offsets[partition] = nextOffset;
    }
  };
  const ended = (async () => {
    while (!stopped) await readSome();
  })();
  ended.catch(() => {}); // whoever waits for it hears of it
  return {
    events: () => events,
    transactions: () => offsets.reduce((sum, offset) => sum + offset, 0) - events,
    ended,
    stop: async () => {
      stopped = true;
      await ended.finally(() => cluster.disconnect());
    },
  };
};
