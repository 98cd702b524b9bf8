/** Opens one lane: a cluster of its own, the fence, the position, then its source and its writer. */
import type { Kafka } from 'kafkajs';
import type { Position } from '../../pipeline/batch';
import type { Ports } from '../../pipeline/ports';
import { openCluster } from './client';
import type { OutputEncoding, OutputTopics } from './encoding';
import { KafkaLane } from './lane';
import type { Limiter } from './limiter';
import { committedOffsets, decodeMetadata, edgeOffset } from './offsets';
import type { LaneSettings } from './settings';
import { LaneTransactions } from './transaction';
import type { Cluster } from './wire';
import { KafkaWriter } from './writer';

export interface OpenLanePorts {
  readonly kafka: Kafka;
  /** A lane encodes into buffers of its own. */
  readonly encoding: () => OutputEncoding;
  readonly limiter: Limiter;
}

export interface OpenLaneSettings {
  readonly lane: LaneSettings;
  readonly topics: OutputTopics;
  /** Number of partitions: of every source topic, and of the outputs. */
  readonly partitions: { readonly sources: number; readonly events: number; readonly failures: number };
}

export interface OpenLane {
  readonly lane: KafkaLane;
  readonly write: Ports['write'];
  close(): Promise<void>;
}

/**
 * From its return on, every older owner of the lane is refused, and the position is the group's.
 * @param signal Aborted before the fence: the lane is not ours any more, and its owner is left alone.
 */
export const openLane = async (
  ports: OpenLanePorts,
  settings: OpenLaneSettings,
  id: number,
  signal?: AbortSignal,
): Promise<OpenLane> => {
  const { lane: laneSettings, topics, partitions } = settings;
  const cluster = await openCluster(ports.kafka);
  try {
    await cluster.addMultipleTargetTopics([...laneSettings.sources, topics.events, topics.failures]);
    const transactions = new LaneTransactions(cluster, {
      transactionalId: `${laneSettings.group}-${id}`,
      group: laneSettings.group,
      partition: id,
      timeoutMs: laneSettings.transactionTimeoutMs,
      compression: laneSettings.compression,
    });
    signal?.throwIfAborted();
    // Fence before reading: a zombie could still commit between our read and our first transaction.
    await transactions.fence();
    const { start, committed } = await startPosition(cluster, laneSettings, id);
    // A crash before the first write must not look for the end, or the earliest record, anew: what came between is ours.
    if (!committed) await transactions.commit(start);
    const lane = new KafkaLane(id, start, cluster, laneSettings);
    const { recordBytesMax } = laneSettings;
    const writer = new KafkaWriter(id, start, transactions, ports.encoding(), ports.limiter, {
      topics,
      partitions,
      recordBytesMax,
    });
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

/** Committed offsets where there are any, else the beginning or the end, as the settings say; `committed`: all were. */
export const startPosition = async (
  cluster: Cluster,
  settings: LaneSettings,
  lane: number,
): Promise<{ start: Position; committed: boolean }> => {
  const { group, sources, startFrom, acceptReset } = settings;
  const all = await committedOffsets(cluster, group, sources, lane);
  const offsets = new Map<string, bigint>();
  let failuresInARow = 0;
  let committed = true;
  for (const topic of sources) {
    const { offset, metadata } = all.get(topic) ?? { offset: -1n, metadata: '' };
    failuresInARow = Math.max(failuresInARow, decodeMetadata(metadata).failuresInARow);
    const known = offset >= 0n;
    if (known && (!acceptReset || (await isHeld(cluster, topic, lane, offset)))) offsets.set(topic, offset);
    else {
      committed = false;
      offsets.set(
        topic,
        await edgeOffset(cluster, topic, lane, known || startFrom === 'earliest' ? 'earliest' : 'end'),
      );
    }
  }
  return { start: { offsets, failuresInARow }, committed };
};

/** Whether a fetch from there is in range: retention may have passed it, or the topic have been made anew. */
const isHeld = async (cluster: Cluster, topic: string, partition: number, offset: bigint): Promise<boolean> =>
  offset >= (await edgeOffset(cluster, topic, partition, 'earliest')) &&
  offset <= (await edgeOffset(cluster, topic, partition, 'highWatermark'));
