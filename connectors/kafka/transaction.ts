/**
 * One transactional producer per lane, ours over kafkajs' requests. `fence()` stops every older producer of the same
 * lane and finishes its transaction; `commit()` then writes records and offsets as one transaction, whole or not at all.
 *
 * A commit is said until it is answered. After any error the only way on is a new fence: what a time-out left uncertain is decided
 * there, never guessed.
 */
import type { Position } from '../../pipeline/batch';
import { announceTo } from './announce';
import { Coordinators } from './coordinators';
import { type FenceSettings, fence } from './fence';
import { encodeMetadata } from './offsets';
import { produceTo, type ReadyBatch } from './produce';
import type { Codec } from './records/codecs';
import { RecordBatchWriter } from './records/encode';
import { coordinatorBusy, leaderMoved, type Retry, retrying } from './retry';
import {
  type Broker,
  type Cluster,
  errorType,
  groupCoordinator,
  leaderId,
  type Producer,
  transactionCoordinator,
} from './wire';

export interface TransactionSettings extends FenceSettings {
  /** The lane's partition number, of every source topic. */
  readonly partition: number;
  readonly compression: Codec;
  /** What travels with the offsets. Default: the position alone. */
  readonly metadata?: (position: Position, topic: string) => string;
  /** For how long a commit that got no answer is said again. Default: 30 s, in which a coordinator has a successor. */
  readonly commitWithinMs?: number;
}

/** The records of one output partition in the transaction at hand. */
interface Pending {
  readonly topic: string;
  readonly partition: number;
  readonly writer: RecordBatchWriter;
  /** Of the next record batch. */
  sequence: number;
  /** Announced to the coordinator in this transaction. */
  added: boolean;
  /** Of the last record that was produced; undefined where the broker did not say. */
  lastOffset: number | undefined;
}

interface CountedBatch extends ReadyBatch {
  readonly count: number;
}

export class LaneTransactions {
  private producer: Producer;
  private readonly coordinators: Coordinators;
  /**
   * All of the transaction is written when its commit is said, and one that is said twice is one. A coordinator that is lost may have told
   * some partitions of it and left nothing to its successor, which would abort the rest: our saying it again makes it whole.
   */
  private readonly untilAnswered: Retry;
  private readonly pending = new Map<string, Pending[]>();
  /** The coordinator knows of a transaction that is neither committed nor aborted. */
  private open = false;
  /** A request got no answer, and may still be on its way. */
  private unanswered = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly settings: TransactionSettings,
  ) {
    this.producer = { transactionalId: settings.transactionalId, producerId: '-1', producerEpoch: -1 };
    this.coordinators = new Coordinators(cluster, settings);
    const { commitWithinMs: totalMaxMs = 30_000 } = settings;
    this.untilAnswered = { ...coordinatorBusy, totalMaxMs, unanswered: true };
  }

  /** From here on every older producer of this lane is refused, and nothing of it is undecided. */
  async fence(): Promise<void> {
    this.producer = await fence(this.cluster, this.coordinators, this.settings);
    this.pending.clear();
    this.open = false;
    this.unanswered = false;
  }

  /**
   * Asks whether nobody has fenced us since: if so, all that we read since our fence was written before it.
   * @throws the broker's refusal where somebody has.
   */
  async confirm(): Promise<void> {
    await this.answered(this.announceOffsets());
    await this.end(false);
  }

  /** The writer for one output partition: append to it; it is reused from transaction to transaction. */
  writer(topic: string, partition: number): RecordBatchWriter {
    return this.pendingOf(topic, partition).writer;
  }

  /**
   * Sends now what a partition's writer holds (before it outgrows the broker's limit); part of the same transaction.
   */
  async flush(topic: string, partition: number): Promise<void> {
    const pending = [this.pendingOf(topic, partition)];
    await this.answered(this.announce(pending).then(() => this.produce(pending)));
  }

  /** Of the last record that a partition got from us; undefined where it is not known. */
  lastOffset(topic: string, partition: number): number | undefined {
    return this.pendingOf(topic, partition).lastOffset;
  }

  /** Everything appended, and the position, in one transaction. @param position Null: it stays as it is. */
  async commit(position: Position | null): Promise<void> {
    const all = [...this.pending.values()].flat();
    await this.answered(this.commitAll(all, position));
    for (const one of all) one.added = false;
  }

  /**
   * Ends the transaction at hand, if there is one, so that readers of the outputs need not wait for the next fence or the
   * time-out. Then only a fence goes on. What got no answer is left to the fence: its abort has a higher epoch, and so also
   * stops a request that comes late.
   */
  async abort(): Promise<void> {
    if (this.open && !this.unanswered) await this.end(false);
  }

  /** What need not wait for another answer does not: a lane is idle meanwhile. */
  private async commitAll(all: readonly Pending[], position: Position | null): Promise<void> {
    const pending = all.filter(({ writer }) => writer.count > 0);
    if (position === null) {
      await this.announce(pending);
      await this.produce(pending);
    } else {
      await allOf([this.announce(pending), this.announceOffsets()]);
      await allOf([this.produce(pending), this.commitOffsets(position)]);
    }
    await this.end(true);
  }

  private async answered(requests: Promise<void>): Promise<void> {
    try {
      await requests;
    } catch (error) {
      this.unanswered = errorType(error) === undefined;
      throw error;
    }
  }

  /** Of partitions that were announced. */
  private async produce(pending: readonly Pending[]): Promise<void> {
    const { transactionalId, timeoutMs, compression } = this.settings;
    const ready = pending.map(one => {
      const count = one.writer.count;
      const bytes = one.writer.finish({
        producerId: BigInt(this.producer.producerId),
        producerEpoch: this.producer.producerEpoch,
        baseSequence: one.sequence,
        transactional: true,
        codec: compression,
      });
      one.sequence = nextSequence(one.sequence, count);
      one.lastOffset = undefined;
      return { topic: one.topic, partition: one.partition, bytes, count };
    });
    if (ready.length === 0) return;
    await retrying(
      leaderMoved,
      () =>
        allOf(
          [...this.byLeader(ready)].map(async ([nodeId, batches]) => {
            const broker = await this.cluster.findBroker({ nodeId });
            for (const { topic, partition, baseOffset } of await produceTo(broker, transactionalId, batches, timeoutMs))
              if (baseOffset >= 0)
                this.pendingOf(topic, partition).lastOffset = baseOffset - 1 + countOf(batches, topic, partition);
          }),
        ),
      () => this.cluster.refreshMetadata(),
    );
  }

  private byLeader(ready: readonly CountedBatch[]): Map<string, CountedBatch[]> {
    const byLeader = new Map<string, CountedBatch[]>();
    for (const batch of ready) {
      const nodeId = leaderId(this.cluster, batch.topic, batch.partition);
      if (nodeId === undefined)
        throw new Error(`Cannot write to ${batch.topic}[${batch.partition}] as the topic has no such partition`);
      const batches = byLeader.get(nodeId) ?? [];
      byLeader.set(nodeId, batches);
      batches.push(batch);
    }
    return byLeader;
  }

  private async announce(pending: readonly Pending[]): Promise<void> {
    const unknown = pending.filter(({ added }) => !added);
    if (unknown.length === 0) return;
    const partitions = new Map<string, number[]>();
    for (const { topic, partition } of unknown) partitions.set(topic, [...(partitions.get(topic) ?? []), partition]);
    const topics = [...partitions].map(([topic, numbers]) => ({ topic, partitions: numbers }));
    await this.begun(broker => announceTo(broker, this.producer, topics));
    for (const one of unknown) one.added = true;
  }

  private async announceOffsets(): Promise<void> {
    await this.begun(broker => broker.addOffsetsToTxn({ ...this.producer, groupId: this.settings.group }));
  }

  /** @param act Takes something into the transaction. */
  private async begun(act: (broker: Broker) => Promise<unknown>): Promise<void> {
    this.coordinators.checkStayed();
    this.open = true;
    await this.coordinators.at(transactionCoordinator, act, stillEnding);
  }

  /** Once they were announced. */
  private async commitOffsets(position: Position): Promise<void> {
    const { group, partition } = this.settings;
    const metadata = this.settings.metadata ?? encodeMetadata;
    const topics = [...position.offsets].map(([topic, offset]) => ({
      topic,
      partitions: [{ partition, offset: String(offset), metadata: metadata(position, topic) }],
    }));
    await this.coordinators.at(groupCoordinator, broker =>
      broker.txnOffsetCommit({ ...this.producer, groupId: group, topics }),
    );
  }

  private async end(transactionResult: boolean): Promise<void> {
    await this.coordinators.at(
      transactionCoordinator,
      broker => broker.endTxn({ ...this.producer, transactionResult }),
      transactionResult ? this.untilAnswered : coordinatorBusy,
    );
    this.open = false;
  }

  private pendingOf(topic: string, partition: number): Pending {
    let ofTopic = this.pending.get(topic);
    if (ofTopic === undefined) {
      ofTopic = [];
      this.pending.set(topic, ofTopic);
    }
    // Asked for every record.
    ofTopic[partition] ??= {
      topic,
      partition,
      writer: new RecordBatchWriter(),
      sequence: 0,
      added: false,
      lastOffset: undefined,
    };
    return ofTopic[partition];
  }
}

/** Another coordinator may have ended our last transaction, and passed over partitions: nothing is begun with it but a fence. */
const stillEnding: Retry = { ...coordinatorBusy, types: new Set(['CONCURRENT_TRANSACTIONS']) };

/**
 * Waits for every answer, also when one is an error: a request under way must not meet its own repetition, or our end.
 * Of several errors, an answer that did not come is the one that counts.
 */
const allOf = async (answers: readonly Promise<void>[]): Promise<void> => {
  const settled = await Promise.allSettled(answers);
  const errors = settled
    .filter(({ status }) => status === 'rejected')
    .map(one => (one as PromiseRejectedResult).reason);
  if (errors.length > 0) throw errors.find(error => errorType(error) === undefined) ?? errors[0];
};

const countOf = (batches: readonly CountedBatch[], topic: string, partition: number): number =>
  batches.find(one => one.topic === topic && one.partition === partition)?.count ?? 0;

/** Sequence numbers are 31 bits and wrap to 0. */
const nextSequence = (sequence: number, count: number) => (sequence + count) % 2 ** 31;
