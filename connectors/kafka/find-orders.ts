/** What the changelog has of some orders. Any lane may have one: their partition is the source record's, whatever its key. */
import { fetchesOf, wholeChangelog } from './changelog';
import type { Cluster } from './wire';

export interface FoundOrder {
  readonly orderId: string;
  readonly lane: number;
  /** As it was written. */
  readonly state: Buffer;
}

/** Reads all of it: as long as a restore from nothing takes. @returns By order as asked, then by lane. */
export const findOrders = async (
  cluster: Cluster,
  topic: string,
  lanes: number,
  orderIds: readonly string[],
): Promise<FoundOrder[]> => {
  const asked = new Set(orderIds);
  const found: FoundOrder[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    const states = new Map<string, Buffer>();
    for await (const { records } of fetchesOf(cluster, await wholeChangelog(cluster, topic, lane)))
      for (const { key, value } of records) {
        const orderId = key?.toString() ?? '';
        if (!asked.has(orderId)) continue;
        if (value === null) states.delete(orderId);
        else states.set(orderId, Buffer.from(value)); // a view would hold on to the whole fetch
      }
    for (const [orderId, state] of states) found.push({ orderId, lane, state });
  }
  return orderIds.flatMap(orderId => found.filter(one => one.orderId === orderId));
};
