/**
 * A lane's records, pulled: one partition number of all source topics. Each broker that leads some of them is asked on its
 * own, one fetch ahead at the most, and only while less than a fetch is waiting here: this is the backpressure.
 */
import { defer, EMPTY, filter, from, type Observable, of } from 'rxjs';
import type { Batch, Entry, Position, SourceRecord } from '../../pipeline/batch';
import type { Lane } from '../../pipeline/ports';
import { type Fetched, fetchFrom, type Wanted } from './fetch';
import { fromInbox } from './inbox';
import { edgeOffset } from './offsets';
import type { KafkaRecord } from './records/record';
import type { LaneSettings } from './settings';
import { type Cluster, errorType } from './wire';

/** What one topic of the lane has fetched and not yet handed on. */
interface Source {
  readonly topic: string;
  readonly waiting: Fetched[];
  waitingBytes: number;
  /** Of the first waiting fetch: records already handed on. */
  taken: number;
  /** Next offset to fetch. */
  fetchOffset: number;
  /** Next offset after what was handed on. */
  handedOffset: number;
}

export class KafkaLane implements Lane {
  private readonly sources: readonly Source[];
  private readonly fetching = new Map<string, Promise<void>>();
  private stopped = false;
  private error: unknown;
  /** Which source a batch begins with. */
  private turn = 0;
  private wake: () => void = () => {};

  constructor(
    readonly id: number,
    readonly start: Position,
    private readonly cluster: Cluster,
    private readonly settings: LaneSettings,
  ) {
    this.sources = settings.sources.map(topic => {
      const offset = Number(start.offsets.get(topic) ?? 0n);
      return { topic, waiting: [], waitingBytes: 0, taken: 0, fetchOffset: offset, handedOffset: offset };
    });
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.stopped) return EMPTY;
      if (this.error === undefined && this.hasRecords()) return of(this.take());
      // Stopped while it waited: what it found stays uncommitted, and is the next owner's.
      return from(this.awaitRecords()).pipe(filter(() => !this.stopped));
    });
  }

  /** The next pull is the end; one that waits ends now. */
  stop(): void {
    this.stopped = true;
    this.wake();
  }

  /** Resolves when nothing of this lane is under way any more: only then its connections can be closed for good. */
  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.fetching.values());
  }

  private async awaitRecords(): Promise<Batch<SourceRecord>> {
    const end = performance.now() + this.settings.fetchWaitMaxMs;
    while (!this.stopped && !this.hasRecords()) {
      if (this.error !== undefined) throw this.error;
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

  private hasRecords() {
    return this.sources.some(({ waiting }) => waiting.length > 0);
  }

  /** Everything that waits, up to the batch's limit. Records of one topic stay in order; no topic holds back the others. */
  private take(): Batch<SourceRecord> {
    const outcomes: Entry<SourceRecord>[] = [];
    for (let place = 0; place < this.sources.length; place++)
      this.takeFrom(this.sources[(this.turn + place) % this.sources.length] as Source, outcomes);
    this.turn += 1;
    this.fetchAhead();
    const offsets = new Map(this.sources.map(({ topic, handedOffset }) => [topic, BigInt(handedOffset)]));
    const position = { offsets, failuresInARow: this.start.failuresInARow };
    return { lane: this.id, outcomes, position, skipped: 0 };
  }

  private takeFrom(source: Source, outcomes: Entry<SourceRecord>[]): void {
    const { batchRecordsMax, inbox } = this.settings;
    while (source.waiting.length > 0 && outcomes.length < batchRecordsMax) {
      const fetched = source.waiting[0] as Fetched;
      const { records } = fetched;
      const until = Math.min(records.length, source.taken + batchRecordsMax - outcomes.length);
      for (let index = source.taken; index < until; index++) {
        const record = records[index] as KafkaRecord;
        const value = source.topic === inbox ? fromInbox(record) : record;
        outcomes.push({ source: value, value });
      }
      if (until < records.length) {
        source.taken = until;
        source.handedOffset = (records[until] as KafkaRecord).offsetNumber;
        return;
      }
      source.waiting.shift();
      source.waitingBytes -= fetched.bytes;
      source.taken = 0;
      source.handedOffset = fetched.nextOffset;
    }
  }

  /**
   * Starts a fetch from every leader that has none under way, once all its topics have room here. Asked for the empty ones
   * alone, the broker would wait for their records, and nothing of the others could be fetched meanwhile.
   */
  private fetchAhead(): void {
    if (this.stopped || this.error !== undefined) return;
    for (const [nodeId, sources] of this.byLeader()) {
      if (this.fetching.has(nodeId)) continue;
      if (sources.some(({ waitingBytes }) => waitingBytes >= this.settings.fetchBytesMax)) continue;
      const fetching = this.fetch(nodeId, sources)
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

  private async fetch(nodeId: string, sources: readonly Source[]): Promise<void> {
    const wanted: Wanted[] = sources.map(({ topic, fetchOffset }) => ({
      topic,
      partition: this.id,
      offset: fetchOffset,
    }));
    const broker = await this.cluster.findBroker({ nodeId });
    if (this.stopped) return;
    const { fetchWaitMaxMs, fetchBytesMax } = this.settings;
    const all = await fetchFrom(broker, wanted, {
      waitMaxMs: fetchWaitMaxMs,
      bytesMax: fetchBytesMax,
      committedOnly: true,
    });
    for (const fetched of all) {
      const index = sources.findIndex(({ topic }) => topic === fetched.topic);
      const source = sources[index];
      // A leader that moved meanwhile may have been asked for the same, and have answered first: no record comes twice.
      if (!source || source.fetchOffset !== wanted[index]?.offset) continue;
      if (fetched.nextOffset === source.fetchOffset) continue;
      source.fetchOffset = fetched.nextOffset;
      source.waiting.push(fetched);
      source.waitingBytes += fetched.bytes;
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
