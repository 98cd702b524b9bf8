/**
 * Topics, groups and fences in memory, with lanes over them that obey the same contract suite as Kafka's
 * (test/contract/lanes.ts). For tests, previews and stories; nothing is kept.
 */
import { defer, EMPTY, map, type Observable, of, race, Subject, take, takeUntil, throwError, timer } from 'rxjs';
import type { Batch, Position, SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { Lane, Ports, Written } from '../../pipeline/ports';
import type { OrderEvent } from '../../schemas/types';
import { fromInbox } from '../kafka/inbox';

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
}

export class MemoryKafka {
  private readonly logs = new Map<string, SourceRecord[]>();
  private readonly committed = new Map<string, Position>();
  private readonly epochs = new Map<string, number>();
  private readonly produced = new Subject<void>();
  private readonly visible = { events: [] as OrderEvent[], failures: [] as Failure[] };

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
  openLane(id: number, settings: MemoryLaneSettings): { lane: MemoryLane; write: Ports['write'] } {
    const key = `${settings.group}-${id}`;
    const epoch = (this.epochs.get(key) ?? 0) + 1;
    this.epochs.set(key, epoch);
    const start = this.committed.get(key) ?? this.firstPosition(id, settings);
    this.committed.set(key, start);
    const lane = new MemoryLane(id, start, settings, topic => this.log(topic, id), this.produced);
    const write = (batch: Batch<OrderEvent>) =>
      defer(() => {
        if (this.epochs.get(key) !== epoch) return throwError(() => new MemoryFenced(key));
        return of(this.commit(key, batch));
      });
    return { lane, write };
  }

  private commit(key: string, { lane, outcomes, position, skipped }: Batch<OrderEvent>): Written {
    const byAction = new Map<string, number>();
    const byCode = new Map<string, number>();
    let failures = 0;
    for (const outcome of outcomes) {
      if (outcome instanceof Failure) {
        failures += 1;
        byCode.set(outcome.code, (byCode.get(outcome.code) ?? 0) + 1);
        this.visible.failures.push(outcome);
      } else {
        const { action } = outcome.value;
        byAction.set(action, (byAction.get(action) ?? 0) + 1);
        this.visible.events.push(outcome.value);
      }
    }
    this.committed.set(key, position);
    const records = outcomes.length + skipped;
    return { lane, records, events: outcomes.length - failures, failures, skipped, byAction, byCode, position };
  }

  private firstPosition(id: number, { sources, startFrom }: MemoryLaneSettings): Position {
    const offset = (topic: string) => (startFrom === 'earliest' ? 0n : BigInt(this.log(topic, id).length));
    return { offsets: new Map(sources.map(topic => [topic, offset(topic)])), failuresInARow: 0 };
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
  /** Which source a batch begins with. */
  private turn = 0;

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
      if (this.settings.endWhenRead) return EMPTY;
      return this.wait();
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

  private take(): Batch<SourceRecord> {
    const outcomes: { source: SourceRecord; value: SourceRecord }[] = [];
    const { sources } = this.settings;
    const first = this.turn++ % sources.length;
    for (const topic of [...sources.slice(first), ...sources.slice(0, first)]) {
      const from = this.next.get(topic) ?? 0n;
      const room = this.settings.batchRecordsMax - outcomes.length;
      const records = this.log(topic).slice(Number(from), Number(from) + room);
      for (const record of records) {
        const source = topic === this.settings.inbox ? fromInbox(record) : record;
        outcomes.push({ source, value: source });
      }
      this.next.set(topic, from + BigInt(records.length));
    }
    return {
      lane: this.id,
      outcomes,
      position: { offsets: new Map(this.next), failuresInARow: this.start.failuresInARow },
      skipped: 0,
    };
  }
}
