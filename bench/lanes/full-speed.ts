/** How quickly lanes work off what waits for them. */
import type { Stack } from '../../dev/stack';
import { odpOrders } from '../odp-orders';
import { runOnce } from '../round';
import { setScene } from '../scene';
import { fillSource } from '../source';
import { createTopics } from '../topics';

export interface FullSpeed {
  readonly recordsPerSecond: number;
  readonly transactionsPerSecond: number;
  readonly recordsPerTransaction: number;
  readonly cpuMicrosPerRecord: number;
  readonly rssMb: number;
}

export const runAtFullSpeed = async (stack: Stack, lanes: number, orders: number): Promise<FullSpeed> => {
  const { kafka, admin, close } = await setScene(stack, { group: `bench-speed-${lanes}`, partitions: lanes });
  try {
    const topic = `bench-speed-${lanes}.all-orders`;
    await createTopics(admin, [{ topic }], lanes);
    const source = await fillSource(kafka, stack.registryUrl, topic, orders);
    const place = { ...stack, admin, kafka, source, partitions: lanes, compression: 'none' };
    const { events, recordsPerSecond, cpuMicrosPerRecord, rssMb } = await runOnce(odpOrders(1, 'ledger'), lanes, place);
    // A marker for each transaction, beside the events.
    const ends = await admin.fetchTopicOffsets(events);
    const transactions = ends.reduce((sum, { high }) => sum + Number(high), 0) - orders;
    const perTransaction = orders / transactions;
    return {
      recordsPerSecond: Math.round(recordsPerSecond),
      transactionsPerSecond: Math.round(recordsPerSecond / perTransaction),
      recordsPerTransaction: Math.round(perTransaction),
      cpuMicrosPerRecord: Number(cpuMicrosPerRecord.toFixed(1)),
      rssMb: Math.round(rssMb),
    };
  } finally {
    await close();
  }
};
