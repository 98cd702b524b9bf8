/**
 * A lane over a range: committed records of one partition number of several topics, merged by their timestamps, then the
 * end. Only its data moves time. The same range gives the same batches each time, whatever the brokers answer in one go:
 * each is filled up, and what it says of ends is known and not only not yet fetched.
 */
import { defer, EMPTY, filter, from, type Observable } from 'rxjs';
import {
  AT_THE_END,
  type Batch,
  type Entry,
  pulledEntries,
  type SourceRecord,
  startPosition,
} from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';
import { Fetching, PositionLost } from './fetching';
import { takeByTime } from './merge';
import type { TopicRange } from './range';
import type { LaneSettings } from './settings';
import { Source } from './source';
import type { Cluster } from './wire';

export interface RangeLaneSettings
  extends Pick<LaneSettings, 'repartitioned' | 'fetchBytesMax' | 'fetchWaitMaxMs' | 'batchRecordsMax'> {
  /** It ends after so many records, also before its range does. */
  readonly recordsMax?: number;
}

/** All that is wanted was there at the start: brokers that bring none of it for so long have lost it. */
const nothingComesMs = 60_000;

export class RangeLane implements Lane {
  readonly start;
  private readonly sources: readonly Source[];
  private readonly fetching: Fetching;
  private left: number;
  private ended = false;
  private stopped = false;

  /** @param ranges Of topics whose metadata the cluster has. Of records with equal timestamps those of the first topic go first. */
  constructor(
    readonly id: number,
    private readonly ranges: readonly TopicRange[],
    cluster: Cluster,
    private readonly settings: RangeLaneSettings,
  ) {
    this.start = startPosition(new Map(ranges.map(range => [range.topic, BigInt(range.from)])));
    this.sources = ranges.map(
      range => new Source(range.topic, range.from, (settings.repartitioned ?? []).includes(range.topic), range.until),
    );
    this.fetching = new Fetching(id, this.sources, cluster, settings);
    this.left = settings.recordsMax ?? Number.POSITIVE_INFINITY;
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => (this.ended || this.stopped ? EMPTY : from(this.next()).pipe(filter(() => !this.stopped))));
  }

  /** The next pull is the end, without the end being told: what waits is not let go. */
  stop(): void {
    this.stopped = true;
    this.fetching.stop();
  }

  /** Resolves when nothing of this lane is under way any more: only then its connections can be closed for good. */
  async close(): Promise<void> {
    this.stop();
    await this.fetching.close();
  }

  private async next(): Promise<Batch<SourceRecord>> {
    const taken: Entry<SourceRecord>[] = [];
    const max = Math.min(this.settings.batchRecordsMax, this.left);
    while (taken.length < max) {
      await this.supplied();
      if (this.stopped || this.sources.every(source => source.isAtEnd())) break;
      takeByTime(this.sources, taken, max);
    }
    // Also behind the last record: whether there are more decides who is idle, and must not depend on what was fetched.
    if (taken.length > 0) await this.supplied();
    this.left -= taken.length;
    this.ended = taken.length === 0;
    if (this.left > 0) this.fetching.ahead();
    const idle = this.sources.filter(source => source.isAtEnd()).map(({ topic }) => topic);
    const offsets = new Map(this.sources.map(source => [source.topic, BigInt(nextOffset(source))]));
    const moment = this.ended ? AT_THE_END : { idle, clockMs: undefined, end: false };
    return pulledEntries(this.id, taken, { ...this.start, offsets }, moment);
  }

  /** Resolves when each topic has its next record here or is at its end, or when the lane is stopped. */
  private async supplied(): Promise<void> {
    let movedAt = performance.now();
    let seen = this.fetched();
    while (!this.stopped && this.sources.some(source => source.isBehind())) {
      if (this.fetching.error !== undefined) throw this.failed(this.fetching.error);
      this.fetching.ahead();
      await this.fetching.change(this.settings.fetchWaitMaxMs);
      const now = this.fetched();
      if (now !== seen) movedAt = performance.now();
      else if (performance.now() - movedAt > nothingComesMs) throw this.stuck();
      seen = now;
    }
  }

  private fetched(): number {
    return this.sources.reduce((sum, { fetchOffset }) => sum + fetchOffset, 0);
  }

  private failed(error: unknown): unknown {
    return error instanceof PositionLost ? new RangeLost(error.lost) : error;
  }

  private stuck(): Error {
    const missing = this.sources
      .filter(source => source.isBehind())
      .map(({ topic, fetchOffset }) => {
        const until = this.ranges.find(range => range.topic === topic)?.until;
        return `${topic}[${this.id}] from ${fetchOffset} to ${until}`;
      });
    return new Error(`Cannot read ${missing.join(', ')} as nothing has come for ${nothingComesMs} ms`);
  }
}

/** Of the next record, and not where a fetch happened to end before it. */
const nextOffset = (source: Source): number => source.next()?.offsetNumber ?? source.handedOffset;

/** What was to be read is not there any more. */
export class RangeLost extends Error {
  override readonly name = 'RangeLost';
  constructor(lost: readonly string[]) {
    super(
      `Cannot read the range to its end as records were deleted by retention before they were read, or a topic was made ` +
        `anew (${lost.join('; ')})`,
    );
  }
}
