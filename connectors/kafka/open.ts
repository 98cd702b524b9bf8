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

/** From its return on, every older owner of the lane is refused. */
export const openLane = async (ports: OpenLanePorts, settings: OpenLaneSettings, id: number): Promise<OpenLane> => {
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
    // Fence before reading: a zombie could still commit between our read and our first transaction.
    await transactions.fence();
    const start = await startPosition(cluster, laneSettings, id);
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
        lane.stop();
        await cluster.disconnect();
      },
    };
  } catch (error) {
    await cluster.disconnect().catch(() => {}); // the first error says more
    throw error;
  }
};

/** Committed offsets where there are any, else the beginning or the end, as the settings say. */
const startPosition = async (cluster: Cluster, settings: LaneSettings, lane: number): Promise<Position> => {
  const committed = await committedOffsets(cluster, settings.group, settings.sources, lane);
  const offsets = new Map<string, bigint>();
  let failuresInARow = 0;
  for (const topic of settings.sources) {
    const { offset, metadata } = committed.get(topic) ?? { offset: -1n, metadata: '' };
    const first = offset < 0n || settings.acceptReset ? await edgeOffset(cluster, topic, lane, 'earliest') : 0n;
    if (offset >= 0n) {
      offsets.set(topic, offset < first ? first : offset);
      failuresInARow = Math.max(failuresInARow, decodeMetadata(metadata).failuresInARow);
    } else {
      offsets.set(topic, settings.startFrom === 'earliest' ? first : await edgeOffset(cluster, topic, lane, 'end'));
    }
  }
  return { offsets, failuresInARow };
};
