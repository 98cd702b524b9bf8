/**
 * Topics, groups and fences in memory, with lanes over them that obey the same contract suite as Kafka's
 * (test/contract/lanes.ts). For tests, previews and stories; nothing is kept.
 */
import { defer, EMPTY, map, type Observable, of, race, Subject, take, takeUntil, throwError, timer } from 'rxjs';
import {
  AT_THE_END,
  type Batch,
  DATA_ONLY,
  type Moment,
  type Position,
  pulled,
  type SourceRecord,
  startPosition,
} from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Lane, Ports, Settlement, Written } from '../../pipeline/ports';
import { wholly, writtenOf } from '../../pipeline/settlement';
import type { OrderEvent, OrderSummary } from '../../schemas/types';
import { fromInbox } from '../kafka/inbox';
import { MemoryStates } from './states';

export interface MemoryLaneSettings {
  readonly group: string;
  readonly sources: readonly string[];
  readonly inbox: string;
  readonly startFrom: 'earliest' | 'latest';
  readonly batchRecordsMax: number;
  /** How long a pull waits before it returns an empty batch; 0 with `endWhenRead`. */
  readonly fetchWaitMaxMs: number;
  /** The lane ends when everything is read, as a bounded replay does. */
  readonly endWhenRead?: boolean;
}

/** What a transaction has made visible. */
export interface MemoryOutput {
  readonly events: readonly OrderEvent[];
  readonly failures: readonly Failure[];
  readonly summaries: readonly OrderSummary[];
}

export class MemoryKafka {
  private readonly logs = new Map<string, SourceRecord[]>();
  private readonly committed = new Map<string, Position>();
  private readonly epochs = new Map<string, number>();
  private readonly produced = new Subject<void>();
  private readonly states = new Map<string, MemoryStates>();
  private readonly visible = { events: [] as OrderEvent[], failures: [] as Failure[], summaries: [] as OrderSummary[] };

  /** Offsets are given in order; what else a record says stays. */
  produce(records: readonly Omit<SourceRecord, 'offset' | 'attempt'>[]): void {
    for (const record of records) {
      const log = this.log(record.topic, record.partition);
      log.push({ ...record, offset: BigInt(log.length), attempt: 1 });
    }
    this.produced.next();
  }

  output(): MemoryOutput {
    return this.visible;
  }

  /** Fences older owners, then reads the position, or makes the first one the group's, as Kafka's lanes do. */
  openLane(id: number, settings: MemoryLaneSettings): { lane: MemoryLane } & Omit<Ports, 'decode'> {
    const key = `${settings.group}-${id}`;
    const epoch = (this.epochs.get(key) ?? 0) + 1;
    this.epochs.set(key, epoch);
    const start = this.committed.get(key) ?? this.firstPosition(id, settings);
    this.committed.set(key, start);
    const lane = new MemoryLane(id, start, settings, topic => this.log(topic, id), this.produced);
    const ports = wholly(this.statesOf(key), settlement =>
      defer(() => {
        if (this.epochs.get(key) !== epoch) return throwError(() => new MemoryFenced(key));
        return of(this.commit(key, settlement));
      }),
    );
    return { lane, ...ports };
  }

  private commit(key: string, settlement: Settlement): Written {
    for (const outcome of settlement.outcomes)
      if (outcome instanceof Failure) this.visible.failures.push(outcome);
      else this.visible.events.push(outcome.value);
    this.visible.summaries.push(...settlement.summaries);
    this.statesOf(key).apply(settlement.changes);
    this.committed.set(key, settlement.position);
    return writtenOf(settlement);
  }

  private statesOf(key: string): MemoryStates {
    const states = this.states.get(key) ?? new MemoryStates();
    this.states.set(key, states);
    return states;
  }

  private firstPosition(id: number, { sources, startFrom }: MemoryLaneSettings): Position {
    const offset = (topic: string) => (startFrom === 'earliest' ? 0n : BigInt(this.log(topic, id).length));
    return startPosition(new Map(sources.map(topic => [topic, offset(topic)])));
  }

  private log(topic: string, partition: number): SourceRecord[] {
    const name = `${topic}[${partition}]`;
    const log = this.logs.get(name) ?? [];
    this.logs.set(name, log);
    return log;
  }
}

/** Another lane of the same number has been opened since. */
export class MemoryFenced extends Error {
  override readonly name = 'MemoryFenced';
  constructor(key: string) {
    super(`Cannot write for ${key} as a newer owner has fenced this one`);
  }
}

export class MemoryLane implements Lane {
  private readonly next: Map<string, bigint>;
  private readonly stopping = new Subject<void>();
  private stopped = false;
  private inboxFirst = true;

  constructor(
    readonly id: number,
    readonly start: Position,
    private readonly settings: MemoryLaneSettings,
    private readonly log: (topic: string) => readonly SourceRecord[],
    private readonly produced: Observable<void>,
  ) {
    this.next = new Map(start.offsets);
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.stopped) return EMPTY;
      const batch = this.take();
      if (batch.outcomes.length > 0) return of(batch);
      if (!this.settings.endWhenRead) return this.wait();
      this.stopped = true;
      return of(this.take(AT_THE_END));
    });
  }

  stop(): void {
    this.stopped = true;
    this.stopping.next();
  }

  private wait(): Observable<Batch<SourceRecord>> {
    return race(this.produced, timer(this.settings.fetchWaitMaxMs)).pipe(
      take(1),
      map(() => this.take()),
      takeUntil(this.stopping),
    );
  }

  /** As Kafka's lanes: topics in the order of their records' timestamps; inbox and topics take turns at beginning. */
  private take(moment: Moment = DATA_ONLY): Batch<SourceRecord> {
    const { sources, inbox, batchRecordsMax } = this.settings;
    const inboxes = sources.filter(topic => topic === inbox);
    const topics = sources.filter(topic => topic !== inbox);
    const taken: SourceRecord[] = [];
    this.inboxFirst = !this.inboxFirst;
    for (const some of this.inboxFirst ? [inboxes, topics] : [topics, inboxes])
      while (taken.length < batchRecordsMax) {
        const record = this.oldest(some);
        if (record === undefined) break;
        this.next.set(record.topic, record.offset + 1n);
        taken.push(record.topic === inbox ? fromInbox(record) : record);
      }
    return pulled(this.id, taken, { ...this.start, offsets: new Map(this.next) }, moment);
  }

  private oldest(topics: readonly string[]): SourceRecord | undefined {
    let oldest: SourceRecord | undefined;
    for (const topic of topics) {
      const record = this.log(topic)[Number(this.next.get(topic) ?? 0n)];
      if (record !== undefined && (oldest === undefined || record.timestamp < oldest.timestamp)) oldest = record;
    }
    return oldest;
  }
}
