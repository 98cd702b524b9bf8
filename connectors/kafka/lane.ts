/**
 * A lane's records, pulled: one partition number of all source topics. Each broker that leads some of them is asked on its
 * own, one fetch ahead at the most, and only while less than a fetch is waiting here: this is the backpressure.
 */
import { defer, EMPTY, filter, from, type Observable, of } from 'rxjs';
import {
  AT_THE_END,
  type Batch,
  type Entry,
  type Moment,
  type Position,
  type SourceRecord,
} from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';
import { fetchFrom, type Wanted } from './fetch';
import { fromInbox } from './inbox';
import { edgeOffset } from './offsets';
import type { LaneSettings } from './settings';
import { Source } from './source';
import { type Cluster, errorType } from './wire';

export class KafkaLane implements Lane {
  private readonly sources: readonly Source[];
  /** Whose records are taken in the order of their timestamps: all but the inbox. */
  private readonly timed: readonly Source[];
  private readonly fetching = new Map<string, Promise<void>>();
  private stopped = false;
  /** When the end of what there is was asked for. */
  private finishAt: number | undefined;
  private error: unknown;
  private inboxFirst = true;
  private wake: () => void = () => {};

  constructor(
    readonly id: number,
    readonly start: Position,
    private readonly cluster: Cluster,
    private readonly settings: LaneSettings,
  ) {
    this.sources = settings.sources.map(topic => {
      const tellsPlaces = topic === settings.inbox || (settings.repartitioned ?? []).includes(topic);
      return new Source(topic, Number(start.offsets.get(topic) ?? 0n), tellsPlaces);
    });
    this.timed = this.sources.filter(({ topic }) => topic !== settings.inbox);
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.stopped) return EMPTY;
      if (this.error === undefined && this.isReady()) return of(this.take());
      // Stopped while it waited: what it found stays uncommitted, and is the next owner's.
      return from(this.awaitRecords()).pipe(filter(() => !this.stopped || this.finishAt !== undefined));
    });
  }

  /** The next pull is the end; one that waits ends now. */
  stop(): void {
    this.finishAt = undefined;
    this.stopped = true;
    this.wake();
  }

  /** Reads what there is to its end, says so with an empty batch, and ends. */
  finish(): void {
    if (this.stopped) return; // it is another's now
    this.finishAt = performance.now();
    this.wake();
  }

  /** Resolves when nothing of this lane is under way any more: only then its connections can be closed for good. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.fetching.values());
  }

  private async awaitRecords(): Promise<Batch<SourceRecord>> {
    const end = performance.now() + this.settings.fetchWaitMaxMs;
    while (!this.stopped && !this.isReady()) {
      if (this.error !== undefined) throw this.error;
      if (this.isFinished()) return this.last();
      this.fetchAhead();
      const left = end - performance.now();
      if (left <= 0) break;
      await this.change(left);
    }
    return this.take();
  }

  /** Resolves on a fetch's end, on `stop`, or after `ms`. */
  private change(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /**
   * Whether there are records, and none of the topics is known to have some that are not here yet: it would be left behind in
   * time, and the windows of the others would have to wait for it.
   */
  private isReady(): boolean {
    return (
      this.sources.some(({ waiting }) => waiting.length > 0) &&
      (this.timed.length === 1 || !this.timed.some(source => source.isBehind()))
    );
  }

  private isFinished(): boolean {
    const { finishAt } = this;
    return finishAt !== undefined && this.sources.every(source => source.isAtEnd() && source.answeredAt > finishAt);
  }

  private last(): Batch<SourceRecord> {
    this.stopped = true;
    return { ...this.batch([]), moment: AT_THE_END };
  }

  /**
   * Everything that waits, up to the batch's limit. Records of one topic stay in order; no topic runs ahead of the others; inbox and
   * topics take turns at beginning, so that neither holds back the other.
   */
  private take(): Batch<SourceRecord> {
    const outcomes: Entry<SourceRecord>[] = [];
    this.inboxFirst = !this.inboxFirst;
    if (this.inboxFirst) this.takeInbox(outcomes);
    const [only, another] = this.timed;
    if (only !== undefined && another === undefined) this.takeFrom(only, outcomes);
    else this.takeByTime(outcomes);
    if (!this.inboxFirst) this.takeInbox(outcomes);
    this.fetchAhead();
    return this.batch(outcomes);
  }

  private takeInbox(outcomes: Entry<SourceRecord>[]): void {
    for (const source of this.sources) if (source.topic === this.settings.inbox) this.takeFrom(source, outcomes);
  }

  /** Again and again from the topic whose next record is the oldest, up to where another's is older. */
  private takeByTime(outcomes: Entry<SourceRecord>[]): void {
    while (outcomes.length < this.settings.batchRecordsMax) {
      let oldest: Source | undefined;
      let least = Number.POSITIVE_INFINITY;
      let next = Number.POSITIVE_INFINITY;
      for (const source of this.timed) {
        const time = source.nextTimestamp();
        if (time === undefined) {
          // Its next records may be older than all others.
          if (source.isBehind() && outcomes.length > 0) return;
        } else if (time < least) {
          next = least;
          least = time;
          oldest = source;
        } else if (time < next) next = time;
      }
      if (oldest === undefined) return;
      this.takeFrom(oldest, outcomes, next);
    }
  }

  /** @param until Timestamp of the first record to leave there. */
  private takeFrom(source: Source, outcomes: Entry<SourceRecord>[], until = Number.POSITIVE_INFINITY): void {
    const { batchRecordsMax } = this.settings;
    while (outcomes.length < batchRecordsMax) {
      const record = source.next();
      if (record === undefined || (until !== Number.POSITIVE_INFINITY && record.timestamp > until)) return;
      source.advance();
      const value = source.tellsPlaces ? fromInbox(record) : record;
      outcomes.push({ source: value, value });
    }
  }

  private batch(outcomes: readonly Entry<SourceRecord>[]): Batch<SourceRecord> {
    const offsets = new Map(this.sources.map(({ topic, handedOffset }) => [topic, BigInt(handedOffset)]));
    return {
      lane: this.id,
      outcomes,
      position: { ...this.start, offsets },
      read: outcomes.length,
      skipped: 0,
      moment: this.moment(),
    };
  }

  /** A topic is idle only if the broker says so: one that does not answer may have any number of records. */
  private moment(): Moment {
    const { idleTimeoutMs, fetchWaitMaxMs } = this.settings;
    const now = performance.now();
    const isIdle = (source: Source) =>
      source.isAtEnd() &&
      now - source.activeAt >= idleTimeoutMs &&
      now - source.answeredAt <= 2 * fetchWaitMaxMs + 1_000;
    return { idle: this.timed.filter(isIdle).map(({ topic }) => topic), clockMs: Date.now(), end: false };
  }

  /**
   * Starts a fetch from every leader that has none under way, for its topics that have room here. For topics at their end alone
   * it starts none: the broker would wait for their records, and nothing of the others could be fetched meanwhile.
   */
  private fetchAhead(): void {
    if (this.stopped || this.error !== undefined) return;
    for (const [nodeId, sources] of this.byLeader()) {
      if (this.fetching.has(nodeId)) continue;
      const hungry = sources.filter(({ waitingBytes }) => waitingBytes < this.settings.fetchBytesMax);
      const all = hungry.length === sources.length;
      if (!all && !hungry.some(source => source.isBehind())) continue;
      const fetching = this.fetch(nodeId, hungry, all ? this.settings.fetchWaitMaxMs : 1)
        .catch(error => this.failed(error))
        .finally(() => {
          this.fetching.delete(nodeId);
          this.wake();
        });
      this.fetching.set(nodeId, fetching);
    }
  }

  private byLeader(): Map<string, Source[]> {
    const byLeader = new Map<string, Source[]>();
    for (const source of this.sources) {
      const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(source.topic, [this.id]));
      if (nodeId === undefined) {
        this.error ??= new Error(`Cannot read ${source.topic}[${this.id}] as the topic has no such partition`);
        return new Map();
      }
      byLeader.set(nodeId, [...(byLeader.get(nodeId) ?? []), source]);
    }
    return byLeader;
  }

  private async fetch(nodeId: string, sources: readonly Source[], waitMaxMs: number): Promise<void> {
    const wanted: Wanted[] = sources.map(({ topic, fetchOffset }) => ({
      topic,
      partition: this.id,
      offset: fetchOffset,
    }));
    const broker = await this.cluster.findBroker({ nodeId });
    if (this.stopped) return;
    const all = await fetchFrom(broker, wanted, {
      waitMaxMs,
      bytesMax: this.settings.fetchBytesMax,
      committedOnly: true,
    });
    for (const fetched of all) {
      const index = sources.findIndex(({ topic }) => topic === fetched.topic);
      const source = sources[index];
      // A leader that moved meanwhile may have been asked for the same, and have answered first: no record comes twice.
      if (!source || source.fetchOffset !== wanted[index]?.offset) continue;
      source.take(fetched);
    }
  }

  private async failed(error: unknown): Promise<void> {
    const type = errorType(error);
    if (type === 'OFFSET_OUT_OF_RANGE') this.error = await this.outOfRange(error).catch(() => error);
    else this.error = error;
  }

  /** Retention has deleted what we had not read: that is a loss, and never passes silently. */
  private async outOfRange(error: unknown): Promise<unknown> {
    const lost: string[] = [];
    for (const { topic, fetchOffset } of this.sources) {
      const first = Number(await edgeOffset(this.cluster, topic, this.id, 'earliest'));
      const end = Number(await edgeOffset(this.cluster, topic, this.id, 'highWatermark'));
      if (fetchOffset >= first && fetchOffset <= end) continue;
      lost.push(`${topic}[${this.id}]: next is ${fetchOffset}, there is ${first} to ${end}`);
    }
    // All is there: a leader that had just been elected did not know it yet.
    return lost.length > 0 ? new PositionLost(lost) : error;
  }
}

/** The committed offsets point at records that are not there any more, or not yet. */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
  constructor(readonly lost: readonly string[]) {
    super(
      `Cannot go on reading as the committed offsets are outside of what the topics hold (${lost.join('; ')}): records were ` +
        'deleted by retention before they were read, or a topic was made anew. Start with --accept-reset to go on from the ' +
        'earliest record there is, knowing that what lies between is not processed',
    );
  }
}
