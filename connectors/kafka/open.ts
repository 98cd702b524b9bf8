/** Opens one lane: a cluster of its own, the fence, the position, then its source and its writer. */
import type { Kafka } from 'kafkajs';
import type { OrderStates, Ports } from '../../pipeline/ports';
import { MemoryStates } from '../memory/states';
import type { StateCodec } from '../state/codec';
import { LaneState } from '../state/lane-state';
import type { StateStore } from '../state/store';
import { openCluster } from './client';
import type { OutputEncoding, OutputTopics } from './encoding';
import { KafkaLane } from './lane';
import type { Limiter } from './limiter';
import { type RestoreProgress, restore, TransactionHangs } from './restore';
import type { LaneSettings } from './settings';
import { PositionUnsure, startOf } from './start';
import { LaneTransactions } from './transaction';
import { KafkaWriter } from './writer';

export interface OpenLanePorts {
  readonly kafka: Kafka;
  /** A lane encodes into buffers of its own. */
  readonly encoding: () => OutputEncoding;
  readonly limiter: Limiter;
  /** What a lane keeps its state in and by, asked for after the fence; null: nothing is remembered. */
  readonly state: ((lane: number) => Promise<KeptState> | KeptState) | null;
  /** Called while a lane reads its changelog. */
  readonly restoring?: (lane: number, progress: RestoreProgress) => void;
}

export interface KeptState {
  readonly store: StateStore;
  readonly codec: StateCodec;
}

export interface OpenLaneSettings {
  readonly lane: LaneSettings;
  readonly topics: OutputTopics;
  /** Number of partitions: of every source topic, and of the outputs. */
  readonly partitions: {
    readonly sources: number;
    readonly events: number;
    readonly failures: number;
    readonly summaries: number;
  };
  readonly state: { readonly retentionMs: number; readonly settings: string };
}

export interface OpenLane {
  readonly lane: KafkaLane;
  readonly stage: Ports['stage'];
  readonly write: Ports['write'];
  readonly states: OrderStates;
  close(): Promise<void>;
}

/**
 * From its return on, every older owner of the lane is refused, and the position is the group's.
 * @param signal Aborted before the fence: the lane is not ours any more, and its owner is left alone. It also ends a restore.
 */
export const openLane = async (
  ports: OpenLanePorts,
  settings: OpenLaneSettings,
  id: number,
  signal?: AbortSignal,
): Promise<OpenLane> => {
  const { lane: laneSettings, topics, partitions } = settings;
  const cluster = await openCluster(ports.kafka);
  let kept: KeptState | undefined;
  try {
    const outputs = outputsOf(settings, ports.state !== null);
    await cluster.addMultipleTargetTopics([...laneSettings.sources, ...outputs.keys()]);
    const transactions = new LaneTransactions(cluster, {
      transactionalId: `${laneSettings.group}-${id}`,
      group: laneSettings.group,
      partition: id,
      timeoutMs: laneSettings.transactionTimeoutMs,
      compression: laneSettings.compression,
      outputs,
    });
    signal?.throwIfAborted();
    // Fence before reading: a zombie could still commit between our read and our first transaction.
    await transactions.fence();
    const shape = { settings: settings.state.settings, partitions: partitions.sources };
    kept = await ports.state?.(id);
    const store = kept?.store;
    const restoring = (progress: RestoreProgress) => {
      signal?.throwIfAborted(); // another's now, or the process ends: what is restored so far stays
      ports.restoring?.(id, progress);
    };
    // Another owner may have written behind our fence, while we read: then nothing is wrong, and the lane is not ours any more.
    const unlessFenced = async (error: unknown) => {
      if (error instanceof PositionUnsure || error instanceof TransactionHangs) await transactions.confirm();
      throw error;
    };
    const restored =
      kept && (await restore(cluster, topics.state, id, kept.store, kept.codec, restoring).catch(unlessFenced));
    const { position: start, committed } = await startOf(cluster, laneSettings, id, restored, kept && shape).catch(
      unlessFenced,
    );
    const state = kept && new LaneState(kept.store, kept.codec, settings.state.retentionMs);
    const lane = new KafkaLane(id, start, cluster, laneSettings);
    const { recordBytesMax } = laneSettings;
    const writer = new KafkaWriter(id, start, transactions, ports.encoding(), ports.limiter, state, {
      topics,
      partitions,
      recordBytesMax,
      shape,
    });
    // A crash before the first write must not look for the end, or the earliest record, anew: what came between is ours.
    if (!committed) await writer.commitPosition(start);
    return {
      lane,
      stage: writer.stage,
      write: writer.write,
      states: state ?? new MemoryStates(),
      close: async () => {
        await lane.close();
        await store?.close();
        await transactions.abort().catch(() => {}); // the next fence does it
        await cluster.disconnect();
      },
    };
  } catch (error) {
    await kept?.store.close().catch(() => {});
    await cluster.disconnect().catch(() => {}); // the first error says more
    throw error;
  }
};

/** With their numbers of partitions. */
const outputsOf = ({ topics, partitions }: OpenLaneSettings, remembers: boolean): Map<string, number> =>
  new Map([
    [topics.events, partitions.events],
    [topics.failures, partitions.failures],
    ...(remembers
      ? ([
          [topics.summaries, partitions.summaries],
          [topics.state, partitions.sources],
        ] as const)
      : []),
  ]);
