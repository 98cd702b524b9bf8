/**
 * Opens one lane over a range: a cluster of its own, no group joined, its state fresh and only in memory. Where it is to write,
 * it fences and writes as any lane does, in a group of its own: what it commits there is nobody's position.
 */
import type { Kafka } from 'kafkajs';
import { concatMap, defer, from, map, of } from 'rxjs';
import type { OrderStates, Ports } from '../../pipeline/ports';
import { wholly, writtenOf } from '../../pipeline/settlement';
import type { LaneState } from '../state/lane-state';
import { openCluster } from './client';
import type { OutputEncoding, OutputTopics } from './encoding';
import type { Limiter } from './limiter';
import type { TopicRange } from './range';
import { RangeLane, type RangeLaneSettings } from './range-lane';
import type { LaneSettings } from './settings';
import { LaneTransactions } from './transaction';
import { KafkaWriter, type WriterSettings } from './writer';

export interface RangeTarget
  extends Pick<LaneSettings, 'transactionTimeoutMs' | 'recordBytesMax' | 'compression'>,
    Pick<WriterSettings, 'partitions'> {
  /** It also names the transactional ids. */
  readonly group: string;
  readonly topics: Omit<OutputTopics, 'state'>;
  /** A lane encodes into buffers of its own. */
  readonly encoding: () => OutputEncoding;
  readonly limiter: Limiter;
}

export interface OpenRange {
  readonly lane: RangeLane;
  readonly stage: Ports['stage'];
  readonly write: Ports['write'];
  readonly states: OrderStates;
  close(): Promise<void>;
}

/** @param target Null: nothing is written, what would be is told. */
export const openRange = async (
  kafka: Kafka,
  id: number,
  ranges: readonly TopicRange[],
  settings: RangeLaneSettings,
  state: LaneState,
  target: RangeTarget | null,
): Promise<OpenRange> => {
  const cluster = await openCluster(kafka);
  try {
    const outputs = target ? outputsOf(target) : new Map<string, number>();
    await cluster.addMultipleTargetTopics([...ranges.map(({ topic }) => topic), ...outputs.keys()]);
    const lane = new RangeLane(id, ranges, cluster, settings);
    const transactions =
      target &&
      new LaneTransactions(cluster, {
        transactionalId: `${target.group}-${id}`,
        group: target.group,
        partition: id,
        timeoutMs: target.transactionTimeoutMs,
        compression: target.compression,
        outputs,
      });
    await transactions?.fence();
    const writer = target && transactions && writerOf(lane, target, transactions);
    return {
      lane,
      ...remembering(writer ?? wholly(state, settlement => of(writtenOf(settlement))), state),
      states: state,
      close: async () => {
        await lane.close();
        await state.store.close();
        await transactions?.abort().catch(() => {}); // its time-out does it
        await cluster.disconnect();
      },
    };
  } catch (error) {
    await cluster.disconnect().catch(() => {}); // the first error says more
    throw error;
  }
};

/** With their numbers of partitions. Where nothing is remembered there are no summaries, and no topic for them. */
const outputsOf = ({ topics, partitions }: RangeTarget): Map<string, number> =>
  new Map([
    [topics.events, partitions.events],
    [topics.failures, partitions.failures],
    ...(partitions.summaries > 0 ? [[topics.summaries, partitions.summaries] as const] : []),
  ]);

const writerOf = (lane: RangeLane, target: RangeTarget, transactions: LaneTransactions): KafkaWriter => {
  const { topics, partitions, recordBytesMax, encoding, limiter } = target;
  return new KafkaWriter(lane.id, lane.start, transactions, encoding(), limiter, undefined, {
    topics: { ...topics, state: '' },
    partitions,
    recordBytesMax,
    shape: { settings: '', partitions: 0 },
  });
};

/** A state that grows old as a run's does; only no changelog gets it. */
const remembering = (
  { stage, write }: Pick<Ports, 'stage' | 'write'>,
  state: LaneState,
): Pick<Ports, 'stage' | 'write'> => ({
  stage: part =>
    defer(() => {
      state.stage(part);
      return stage(part);
    }),
  write: settlement =>
    defer(() => {
      const { watermark } = settlement.position.time;
      state.stage(settlement);
      return write(settlement).pipe(concatMap(written => from(state.committed(watermark)).pipe(map(() => written))));
    }),
});
