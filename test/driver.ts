/**
 * Drives the whole of `orderLane` in memory and in virtual time: records arrive when the story says, are decoded by looking
 * them up, and what was written comes back. An hour of story takes a moment; batches can be cut, and lanes die, anywhere.
 */
import { defer, delay, EMPTY, map, type Observable, of, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { MemoryStates } from '../connectors/memory/states';
import {
  AT_THE_END,
  type Batch,
  each,
  type Moment,
  type Position,
  pulled,
  type SourceRecord,
  startPosition,
} from '../pipeline/batch';
import { Failure, type FailureCode, Rejection } from '../pipeline/failure';
import { type OdpBody, toOdpBody } from '../pipeline/order/body';
import { defaultLedgerSettings, type LedgerSettings } from '../pipeline/order/ledger/settings';
import type { Decoded, Mappings } from '../pipeline/order/mapping';
import { defaultOrderSettings, type OrderSettings } from '../pipeline/order/settings';
import { defaultOrderWindowSettings, type OrderWindowSettings, usualDelayMs } from '../pipeline/order/window';
import { orderLane, type PipelineSettings } from '../pipeline/pipeline';
import type { Lane, Ports, Settlement, Written } from '../pipeline/ports';
import { wholly, writtenOf } from '../pipeline/settlement';
import type { SummarySettings } from '../pipeline/summary/summary';
import type { OrderEvent, OrderState, OrderSummary } from '../schemas/types';
import { ms, STORY_START } from './facts';

export const TOPIC = 'commerce.orders';

/** A record and when it arrives, ms from the start of the story. */
export interface Arrival {
  readonly atMs: number;
  /** Null is a tombstone. */
  readonly what: Decoded | Rejection | null;
  /** Default: TOPIC. `inbox` is the inbox, by which a record of TOPIC comes back. */
  readonly topic?: string;
}

/** A fact without an event time of its own happens when its record arrives. */
export const at = (time: string, what: Arrival['what'], topic?: string): Arrival => {
  const atMs = ms(time);
  const where = topic === undefined ? {} : { topic };
  if (what === null || what instanceof Rejection) return { atMs, what, ...where };
  const value = what.value as { occurred_at?: unknown };
  if (value.occurred_at !== undefined) return { atMs, what, ...where };
  return { atMs, what: { type: what.type, value: { ...value, occurred_at: STORY_START + atMs } }, ...where };
};

/** A record that decoding finds unusable. */
export const undecodable = (code: FailureCode = 'corrupt'): Rejection =>
  new Rejection(code, 'Cannot decode the record as the story says so');

export interface DriveOptions {
  /** Records a batch, in turn and from the front again; all that is there where absent. */
  readonly batches?: readonly number[];
  /** How long the lane lives; until its last record is written where absent. */
  readonly until?: string;
  /** What one write takes. */
  readonly writing?: string;
  readonly mappings?: Mappings;
  readonly settings?: Partial<OrderSettings>;
  readonly failuresInARowMax?: number;
  /** Batches go through the steps in parts of so many records. */
  readonly partRecordsMax?: number;
  /** Kept by an earlier life of the lane. */
  readonly failuresInARow?: number;
  /** Null: nothing is remembered. */
  readonly memory?: null;
  readonly window?: Partial<OrderWindowSettings>;
  readonly ledger?: Partial<LedgerSettings>;
  readonly summary?: Partial<SummarySettings>;
  /** Source topics; TOPIC where absent. */
  readonly topics?: readonly string[];
  /** There is a wall clock, and topics without records for so long are idle. */
  readonly idleAfter?: string;
  /** What the wall clock shows, ms from the start of the story, when so much of it has passed. */
  readonly clock?: (passedMs: number) => number;
  /** Topics whose broker does not answer: they are never idle. */
  readonly silent?: readonly string[];
  /** How long a pull waits for records. */
  readonly pullWait?: string;
  /** All records are there from the start, and read in the order in which the story tells them; their timestamps stay. */
  readonly backlog?: true;
  /** The lane is revoked at the end, and lets go nothing. */
  readonly revoked?: true;
  /** What becomes of each write in turn: it is committed, or the lane dies before or after the commit and lives again. */
  readonly writes?: readonly ('good' | 'lost' | 'died after')[];
}

export interface Driven {
  /** As ODP would get them, in the order of the writes. */
  readonly events: readonly OdpBody[];
  readonly orderEvents: readonly OrderEvent[];
  readonly failures: readonly { stage: string; code: FailureCode; order: string | undefined; offset: number }[];
  readonly failed: readonly Failure[];
  readonly messages: readonly string[];
  readonly summaries: readonly OrderSummary[];
  readonly written: readonly Written[];
  /** When, ms from the start of the story. */
  readonly writtenAtMs: readonly number[];
  /** The orders that each batch asked the store for, where it did. */
  readonly asked: readonly string[];
  /** What is remembered at the end, by order. */
  readonly states: ReadonlyMap<string, OrderState>;
  /** What ended the lane before its time. */
  readonly error: unknown;
}

export const drive = (story: readonly Arrival[], options: DriveOptions = {}): Driven => {
  const scheduler = new VirtualTimeScheduler();
  const topics = options.topics ?? [TOPIC];
  const records = recordsOf(options.backlog ? story : [...story].sort((a, b) => a.atMs - b.atMs), options.backlog);
  const whats = new Map(records.map(({ source, what }) => [placeOf(source), what]));
  const committed: Settlement[] = [];
  const written: Written[] = [];
  const writtenAtMs: number[] = [];
  const asked: string[] = [];
  const states = new MemoryStates();
  let position: Position = {
    ...startPosition(new Map(topics.map(topic => [topic, 0n]))),
    failuresInARow: options.failuresInARow ?? 0,
  };
  let error: unknown;
  let writes = 0;

  const live = () => {
    const lane = new StoryLane(records, position, options, scheduler);
    const ports: Ports = {
      decode: batch =>
        of(each('decode', (source: SourceRecord) => whats.get(placeOf(source)) as Decoded | Rejection)(batch)),
      ...wholly(
        {
          waiting: () => states.waiting(),
          load: orderIds => {
            asked.push([...orderIds].sort().join(' '));
            return states.load(orderIds);
          },
        },
        settlement =>
          of(settlement).pipe(
            delay(ms(options.writing ?? '1ms'), scheduler),
            map(() => {
              lane.inFlight = false;
              const fate = options.writes?.[writes++] ?? 'good';
              if (fate === 'lost') throw new Died();
              committed.push(settlement);
              states.apply(settlement.changes);
              position = settlement.position;
              written.push(writtenOf(settlement));
              writtenAtMs.push(scheduler.now());
              if (fate === 'died after') throw new Died();
              return writtenOf(settlement);
            }),
          ),
      ),
    };
    orderLane(lane, ports, settingsOf(options, topics)).subscribe({
      error: reason => {
        if (reason instanceof Died) live();
        else error = reason;
      },
    });
  };
  live();
  scheduler.flush();

  const outcomes = committed.flatMap(batch => batch.outcomes);
  const failed = outcomes.filter(outcome => outcome instanceof Failure);
  const orderEvents = outcomes.flatMap(outcome => (outcome instanceof Failure ? [] : [outcome.value]));
  return {
    events: orderEvents.map(event => toOdpBody(event, { dataSourceType: null, dataSource: null })),
    orderEvents,
    failures: failed.map(({ stage, code, orderId, source }) => ({
      stage,
      code,
      order: orderId,
      offset: Number(source.offset),
    })),
    failed,
    messages: failed.map(failure => failure.message),
    summaries: committed.flatMap(({ summaries }) => summaries),
    written,
    writtenAtMs,
    asked,
    states: states.all(),
    error,
  };
};

/** The lane's life ends here, and another begins. */
class Died extends Error {}

const settingsOf = (options: DriveOptions, topics: readonly string[]): PipelineSettings => {
  const window = { ...defaultOrderWindowSettings, ...options.window };
  return {
    mappings: options.mappings ?? new Map(),
    order: { ...defaultOrderSettings, ...options.settings },
    failuresInARowMax: options.failuresInARowMax ?? 1000,
    ...(options.partRecordsMax !== undefined && { partRecordsMax: options.partRecordsMax }),
    laneCheck: null,
    memory:
      options.memory === null
        ? null
        : { window, ledger: { ...defaultLedgerSettings, ...options.ledger }, timeTopics: topics },
    summary: { sizeMs: 60_000, hopMs: 60_000, delayMs: usualDelayMs(window), ...options.summary },
  };
};

interface StoryRecord {
  readonly atMs: number;
  readonly what: Arrival['what'];
  readonly source: SourceRecord;
}

/** Offsets are given by topic. */
const recordsOf = (arrivals: readonly Arrival[], fromTheStart?: true): StoryRecord[] => {
  const offsets = new Map<string, number>();
  return arrivals.map(({ atMs, what, topic = TOPIC }) => {
    const offset = offsets.get(topic) ?? 0;
    offsets.set(topic, offset + 1);
    const source = { ...record(offset, atMs), topic };
    return { atMs: fromTheStart ? 0 : atMs, what, source };
  });
};

const placeOf = ({ topic, offset }: SourceRecord) => `${topic}@${offset}`;

class StoryLane implements Lane {
  readonly id = 0;
  inFlight = false;
  private readonly left: StoryRecord[];
  private readonly offsets: Map<string, bigint>;
  private readonly activeAt = new Map<string, number>();
  private cut = 0;
  private ended = false;
  private readonly untilMs: number;

  constructor(
    records: readonly StoryRecord[],
    readonly start: Position,
    private readonly options: DriveOptions,
    private readonly scheduler: VirtualTimeScheduler,
  ) {
    this.offsets = new Map(start.offsets);
    this.left = records.filter(({ source }) => source.offset >= (start.offsets.get(source.topic) ?? 0n));
    this.untilMs = options.until === undefined ? (records.at(-1)?.atMs ?? 0) : ms(options.until);
    for (const topic of this.offsets.keys()) this.activeAt.set(topic, scheduler.now());
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.inFlight) return throwError(() => new Error('Cannot pull as the last batch is not written'));
      const now = this.scheduler.now();
      const [next] = this.left;
      if (this.ended) return EMPTY;
      if (next === undefined && now >= this.untilMs) return this.end();
      if (next !== undefined && next.atMs <= now) return of(this.take());
      const waitMs = Math.min(ms(this.options.pullWait ?? '1s'), (next?.atMs ?? this.untilMs) - now);
      return timer(waitMs, this.scheduler).pipe(map(() => this.take()));
    });
  }

  private end(): Observable<Batch<SourceRecord>> {
    this.ended = true;
    if (this.options.revoked || this.options.memory === null) return EMPTY;
    this.inFlight = true;
    return of(pulled(this.id, [], this.position(), AT_THE_END));
  }

  /** What has arrived by now, up to the cut; empty is time passing. */
  private take(): Batch<SourceRecord> {
    this.inFlight = true;
    const cuts = this.options.batches;
    const most = cuts?.[this.cut++ % cuts.length] ?? Number.POSITIVE_INFINITY;
    const taken: SourceRecord[] = [];
    let skipped = 0;
    while (taken.length + skipped < most) {
      const [next] = this.left;
      if (next === undefined || next.atMs > this.scheduler.now()) break;
      this.left.shift();
      const { source, what } = next;
      this.offsets.set(source.topic, source.offset + 1n);
      this.activeAt.set(source.topic, this.scheduler.now());
      if (what === null) skipped++;
      else taken.push(source);
    }
    const batch = pulled(this.id, taken, this.position(), this.moment());
    return { ...batch, read: taken.length + skipped, skipped };
  }

  private position(): Position {
    return { ...this.start, offsets: new Map(this.offsets) };
  }

  private moment(): Moment {
    const { idleAfter, topics = [TOPIC], silent = [], clock = passedMs => passedMs } = this.options;
    if (idleAfter === undefined) return { idle: [], clockMs: undefined, end: false };
    const now = this.scheduler.now();
    const idle = topics.filter(
      topic =>
        !silent.includes(topic) &&
        now - (this.activeAt.get(topic) ?? 0) >= ms(idleAfter) &&
        !this.left.some(({ source, atMs }) => source.topic === topic && atMs <= now),
    );
    return { idle, clockMs: STORY_START + clock(now), end: false };
  }
}

/** A record of the story's topic; what is in it is looked up. */
export const record = (offset: number, atMs = 0): SourceRecord => ({
  topic: TOPIC,
  partition: 0,
  offset: BigInt(offset),
  timestamp: STORY_START + atMs,
  key: null,
  value: new Uint8Array(1),
  headers: [],
  attempt: 1,
});
