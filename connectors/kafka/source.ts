/** What one topic of a lane has fetched and not yet handed on, and what its broker has said of it. */
import type { Fetched } from './fetch';
import type { KafkaRecord } from './records/record';

export class Source {
  readonly waiting: Fetched[] = [];
  waitingBytes = 0;
  /** Next offset to fetch. */
  fetchOffset: number;
  /** Next offset after what was handed on. */
  handedOffset: number;
  /** When the broker last answered, and when there was last anything to read; of a monotonous clock, ms. */
  answeredAt = Number.NEGATIVE_INFINITY;
  activeAt = performance.now();
  /** Of the first waiting fetch: records already handed on. */
  private taken = 0;
  /** End of what may be read, as last answered; −1: not known. */
  private end: number;

  constructor(
    readonly topic: string,
    offset: number,
    /** Its records say in headers where they first stood. */
    readonly tellsPlaces: boolean,
    /** Offset at which it ends for good, where it does: the first one that is not read. */
    private readonly until?: number,
  ) {
    this.fetchOffset = offset;
    this.handedOffset = offset;
    this.end = until ?? -1;
  }

  /** Whether there can be any use in another fetch. */
  get wantsMore(): boolean {
    return this.until === undefined || this.fetchOffset < this.until;
  }

  /** The answer to a fetch from `fetchOffset`. */
  take(answer: Fetched): void {
    const { until } = this;
    const fetched = until === undefined ? answer : before(until, answer);
    this.answeredAt = performance.now();
    this.end = until ?? fetched.lastStableOffset;
    if (fetched.nextOffset < this.end || fetched.records.length > 0) this.activeAt = this.answeredAt;
    if (fetched.nextOffset === this.fetchOffset) return;
    this.fetchOffset = fetched.nextOffset;
    this.waiting.push(fetched);
    this.waitingBytes += fetched.bytes;
  }

  /** The record to hand on next. What was fetched without any is passed by. */
  next(): KafkaRecord | undefined {
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      const record = first.records[this.taken];
      if (record !== undefined) return record;
      this.waiting.shift();
      this.waitingBytes -= first.bytes;
      this.taken = 0;
      this.handedOffset = first.nextOffset;
    }
    return undefined;
  }

  /** The next one is handed on. */
  advance(): void {
    const records = (this.waiting[0] as Fetched).records;
    this.taken += 1;
    const following = records[this.taken];
    if (following !== undefined) this.handedOffset = following.offsetNumber;
    else this.next();
  }

  /** Undefined where nothing waits. */
  nextTimestamp(): number | undefined {
    return this.next()?.timestamp;
  }

  /** Whether there is more that is not here yet; also where that is not known. */
  isBehind(): boolean {
    return this.next() === undefined && (this.end < 0 || this.fetchOffset < this.end);
  }

  isAtEnd(): boolean {
    return this.next() === undefined && this.end >= 0 && this.fetchOffset >= this.end;
  }
}

const before = (until: number, fetched: Fetched): Fetched =>
  fetched.nextOffset <= until
    ? fetched
    : { ...fetched, nextOffset: until, records: fetched.records.filter(record => record.offsetNumber < until) };
