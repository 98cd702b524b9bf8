/**
 * Stops every older producer of a transactional id, and sees to it that what was decided about its last transaction is so in every
 * partition. Coordinators of Kafka 4.1 to 4.3 pass over partitions that have no leader at the moment (KAFKA-20734): there the records
 * are neither committed nor aborted until the producer's next marker, and then they become whatever that says.
 *
 * So the coordinator is asked what it decided, and that is said again, in a transaction without records. As a fence makes it forget,
 * the decision travels in the one number of ours that it keeps, the time-out: who comes after a crash in here goes on with it.
 */
import { announceTo } from './announce';
import type { Coordinators } from './coordinators';
import { completed, type Described, described } from './described';
import { unstablePartitions } from './unstable';
import { type Cluster, type Producer, transactionCoordinator } from './wire';

export interface FenceSettings {
  readonly transactionalId: string;
  readonly group: string;
  /** Counted in tens: the last digit is ours. */
  readonly timeoutMs: number;
  /** Where an earlier owner may have written: topics, each with its number of partitions. */
  readonly outputs: ReadonlyMap<string, number>;
}

/** @returns Who we are from here on. */
export const fence = async (
  cluster: Cluster,
  coordinators: Coordinators,
  settings: FenceSettings,
): Promise<Producer> => {
  const { transactionalId, timeoutMs } = settings;
  const init = async (transactionTimeout: number): Promise<Producer> => {
    const { producerId, producerEpoch } = await coordinators.at(transactionCoordinator, broker =>
      broker.initProducerId({ transactionalId, transactionTimeout }),
    );
    return { transactionalId, producerId, producerEpoch };
  };
  const end = (producer: Producer, transactionResult: boolean) =>
    coordinators.at(transactionCoordinator, broker => broker.endTxn({ ...producer, transactionResult }));

  const last = await coordinators.at(transactionCoordinator, broker => described(broker, transactionalId));
  coordinators.moved = false;
  const committed = last && decisionOf(last);
  if (last !== undefined && committed !== undefined) {
    // Not by a fence: that would not say whether its owner has ended it meanwhile, and how.
    if (last.state === 'Ongoing') await end(last, committed);
    const producer = await init(saying(committed, timeoutMs));
    checkNext(last, producer);
    const unstable = await unstablePartitions(cluster, settings.outputs);
    await coordinators.at(transactionCoordinator, async broker => {
      await broker.addOffsetsToTxn({ ...producer, groupId: settings.group });
      if (unstable.length > 0) await announceTo(broker, producer, unstable);
    });
    await end(producer, committed);
    // Its answer comes before the partitions are told.
    await coordinators.at(transactionCoordinator, broker => completed(broker, transactionalId));
    coordinators.checkStayed();
  }
  const producer = await init(plain(timeoutMs));
  coordinators.moved = false;
  return producer;
};

/** Undefined: there was none, or nobody knows any more. */
const decisionOf = ({ state, timeoutMs }: Described): boolean | undefined => {
  if (state.endsWith('Commit')) return true;
  if (state.endsWith('Abort')) return false;
  // What is ongoing is aborted, unless it only says something again.
  return saidIn(timeoutMs) ?? (state === 'Ongoing' ? false : undefined);
};

/** @throws FencedMeanwhile where something may have been begun between the two: what was decided is then not the last word. */
const checkNext = (last: Producer, next: Producer): void => {
  if (next.producerId === last.producerId && next.producerEpoch !== last.producerEpoch + 1)
    throw new FencedMeanwhile(last.transactionalId);
};

class FencedMeanwhile extends Error {
  override readonly name = 'FencedMeanwhile';
  /** Who was fenced looks whether the lane is still its own. */
  readonly type = 'PRODUCER_FENCED';
  constructor(transactionalId: string) {
    super(`Cannot fence ${transactionalId} as another producer was at work until this moment`);
  }
}

const [commitDigit, abortDigit] = [1, 2];
const plain = (timeoutMs: number) => timeoutMs - (timeoutMs % 10);
const saying = (commit: boolean, timeoutMs: number) => plain(timeoutMs) - 10 + (commit ? commitDigit : abortDigit);
const saidIn = (timeoutMs: number): boolean | undefined =>
  ({ [commitDigit]: true, [abortDigit]: false })[timeoutMs % 10];
