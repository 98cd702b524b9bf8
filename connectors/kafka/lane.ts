/** A lane's records, pulled: one partition number of all source topics, until it is revoked. */
import { defer, EMPTY, filter, from, type Observable, of } from 'rxjs';
import {
  AT_THE_END,
  type Batch,
  type Entry,
  type Moment,
  type Position,
  pulledEntries,
  type SourceRecord,
} from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';
import { Fetching } from './fetching';
import { takeByTime, takeFrom } from './merge';
import type { LaneSettings } from './settings';
import { Source } from './source';
import type { Cluster } from './wire';

export class KafkaLane implements Lane {
  private readonly sources: readonly Source[];
  /** Whose records are taken in the order of their timestamps: all but the inbox. */
  private readonly timed: readonly Source[];
  private readonly inbox: Source | undefined;
  private readonly fetching: Fetching;
  private stopped = false;
  /** When the end of what there is was asked for. */
  private finishAt: number | undefined;
  private inboxFirst = true;

  constructor(
    readonly id: number,
    readonly start: Position,
    cluster: Cluster,
    private readonly settings: LaneSettings,
  ) {
    this.sources = settings.sources.map(topic => {
      const tellsPlaces = topic === settings.inbox || (settings.repartitioned ?? []).includes(topic);
      return new Source(topic, Number(start.offsets.get(topic) ?? 0n), tellsPlaces);
    });
    this.inbox = this.sources.find(({ topic }) => topic === settings.inbox);
    this.timed = this.sources.filter(source => source !== this.inbox);
    this.fetching = new Fetching(id, this.sources, cluster, settings);
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.stopped) return EMPTY;
      if (this.fetching.error === undefined && this.isReady()) return of(this.take());
      // Stopped while it waited: what it found stays uncommitted, and is the next owner's.
      return from(this.awaitRecords()).pipe(filter(() => !this.stopped || this.finishAt !== undefined));
    });
  }

  /** The next pull is the end; one that waits ends now. */
  stop(): void {
    this.finishAt = undefined;
    this.stopped = true;
    this.fetching.stop();
  }

  /** Reads what there is to its end, says so with an empty batch, and ends. */
  finish(): void {
    if (this.stopped) return; // it is another's now
    this.finishAt = performance.now();
    this.fetching.wake();
  }

  /** Resolves when nothing of this lane is under way any more: only then its connections can be closed for good. */
  async close(): Promise<void> {
    this.stop();
    await this.fetching.close();
  }

  private async awaitRecords(): Promise<Batch<SourceRecord>> {
    const end = performance.now() + this.settings.fetchWaitMaxMs;
    while (!this.stopped && !this.isReady()) {
      if (this.fetching.error !== undefined) throw this.fetching.error;
      if (this.isFinished()) return this.last();
      this.fetching.ahead();
      const left = end - performance.now();
      if (left <= 0) break;
      await this.fetching.change(left);
    }
    return this.take();
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
    return this.batch([], AT_THE_END);
  }

  /**
   * Everything that waits, up to the batch's limit. Records of one topic stay in order; no topic runs ahead of the others; inbox and
   * topics take turns at beginning, so that neither holds back the other.
   */
  private take(): Batch<SourceRecord> {
    const outcomes: Entry<SourceRecord>[] = [];
    this.inboxFirst = !this.inboxFirst;
    if (this.inboxFirst) this.takeInbox(outcomes);
    const { batchRecordsMax } = this.settings;
    const [only, another] = this.timed;
    if (only !== undefined && another === undefined) takeFrom(only, outcomes, batchRecordsMax);
    else takeByTime(this.timed, outcomes, batchRecordsMax);
    if (!this.inboxFirst) this.takeInbox(outcomes);
    this.fetching.ahead();
    return this.batch(outcomes);
  }

  private takeInbox(outcomes: Entry<SourceRecord>[]): void {
    if (this.inbox !== undefined) takeFrom(this.inbox, outcomes, this.settings.batchRecordsMax);
  }

  private batch(taken: readonly Entry<SourceRecord>[], moment = this.moment()): Batch<SourceRecord> {
    const offsets = new Map(this.sources.map(({ topic, handedOffset }) => [topic, BigInt(handedOffset)]));
    return pulledEntries(this.id, taken, { ...this.start, offsets }, moment);
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
}
