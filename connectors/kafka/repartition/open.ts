/** Opens a lane that copies: a cluster of its own, the fence, the position, then its source and its writer. */
import type { Kafka } from 'kafkajs';
import { openCluster } from '../client';
import { KafkaLane } from '../lane';
import type { Limiter } from '../limiter';
import { committedOffsets } from '../offsets';
import type { LaneSettings } from '../settings';
import { startOf } from '../start';
import { LaneTransactions } from '../transaction';
import { checkPurpose, type Purpose, withPurpose } from './purpose';
import { CopyWriter } from './writer';

export interface OpenCopyPorts {
  readonly kafka: Kafka;
  readonly limiter: Limiter;
}

export interface OpenCopySettings {
  /** Its one source is the topic to read, as it stands: nothing of it is an inbox. */
  readonly lane: LaneSettings;
  readonly from: string;
  readonly purpose: Purpose;
  /** The records of `from` say in headers where they first stood. */
  readonly tellsPlaces: boolean;
}

export interface OpenCopy {
  readonly lane: KafkaLane;
  readonly write: CopyWriter['write'];
  close(): Promise<void>;
}

/**
 * From its return on, every older owner of the lane is refused, and the position is the group's.
 * @param signal Aborted before the fence: the lane is not ours any more, and its owner is left alone.
 */
export const openCopy = async (
  { kafka, limiter }: OpenCopyPorts,
  { lane: settings, from, purpose, tellsPlaces }: OpenCopySettings,
  id: number,
  signal: AbortSignal,
): Promise<OpenCopy> => {
  const { group, transactionTimeoutMs: timeoutMs, compression, recordBytesMax } = settings;
  const cluster = await openCluster(kafka);
  try {
    await cluster.addMultipleTargetTopics([from, purpose.to]);
    const transactions = new LaneTransactions(cluster, {
      transactionalId: `${group}-${id}`,
      group,
      partition: id,
      timeoutMs,
      compression,
      outputs: new Map([[purpose.to, purpose.partitions]]),
      metadata: withPurpose(purpose),
    });
    signal.throwIfAborted();
    // Fence before reading: a zombie could still commit between our read and our first transaction.
    await transactions.fence();
    const known = await committedOffsets(cluster, group, [from], id);
    checkPurpose(purpose, known.get(from)?.metadata ?? '', from, group);
    const { position: start, committed } = await startOf(cluster, settings, id);
    // From the first moment on the offsets say what the group is about.
    if (!committed) await transactions.commit(start);
    const lane = new KafkaLane(id, start, cluster, settings);
    const { to, partitions } = purpose;
    const writer = new CopyWriter(id, start, transactions, limiter, { to, partitions, tellsPlaces, recordBytesMax });
    return {
      lane,
      write: writer.write,
      close: async () => {
        await lane.close();
        await transactions.abort().catch(() => {}); // the next fence does it
        await cluster.disconnect();
      },
    };
  } catch (error) {
    await cluster.disconnect().catch(() => {}); // the first error says more
    throw error;
  }
};
