/**
 * Drives the whole of `orderLane` in memory and in virtual time: records arrive when the story says, are decoded by looking
 * them up, and what was written comes back. An hour of story takes a moment, and batches can be cut anywhere.
 */
import { defer, delay, EMPTY, map, type Observable, of, timer, VirtualTimeScheduler } from 'rxjs';
import { type Batch, each, type Position, type SourceRecord } from '../pipeline/batch';
import { Failure, type FailureCode, Rejection } from '../pipeline/failure';
import { type OdpBody, toOdpBody } from '../pipeline/order/body';
import type { Decoded, Mappings } from '../pipeline/order/mapping';
import { defaultOrderSettings, type OrderSettings } from '../pipeline/order/settings';
import { orderLane } from '../pipeline/pipeline';
import type { Lane, Ports, Written } from '../pipeline/ports';
import type { OrderEvent } from '../schemas/types';
import { ms, STORY_START } from './facts';

export const TOPIC = 'commerce.orders';

/** A record and when it arrives, ms from the start of the story. */
export interface Arrival {
  readonly atMs: number;
  /** Null is a tombstone. */
  readonly what: Decoded | Rejection | null;
}

/** A fact without an event time of its own happens when its record arrives. */
export const at = (time: string, what: Arrival['what']): Arrival => {
  const atMs = ms(time);
  if (what === null || what instanceof Rejection) return { atMs, what };
  const value = what.value as { occurred_at?: unknown };
  if (value.occurred_at !== undefined) return { atMs, what };
  return { atMs, what: { type: what.type, value: { ...value, occurred_at: STORY_START + atMs } } };
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
  /** Kept by an earlier life of the lane. */
  readonly failuresInARow?: number;
}

export interface Driven {
  /** As ODP would get them, in the order of the writes. */
  readonly events: readonly OdpBody[];
  readonly orderEvents: readonly OrderEvent[];
  readonly failures: readonly { stage: string; code: FailureCode; order: string | undefined; offset: number }[];
  readonly messages: readonly string[];
  readonly written: readonly Written[];
  /** What ended the lane before its time. */
  readonly error: unknown;
}

const PULL_WAIT_MS = 1000;

export const drive = (story: readonly Arrival[], options: DriveOptions = {}): Driven => {
  const scheduler = new VirtualTimeScheduler();
  const arrivals = [...story].sort((a, b) => a.atMs - b.atMs);
  const whats = new Map<SourceRecord, Decoded | Rejection>();
  const writtenBatches: Batch<OrderEvent>[] = [];
  const written: Written[] = [];
  let error: unknown;

  const lane = new StoryLane(arrivals, options, scheduler, whats);
  const ports: Ports = {
    decode: batch => of(each('decode', (source: SourceRecord) => whats.get(source) as Decoded | Rejection)(batch)),
    write: batch =>
      of(batch).pipe(
        delay(ms(options.writing ?? '1ms'), scheduler),
        map(() => {
          lane.inFlight = false;
          writtenBatches.push(batch);
          return count(batch);
        }),
      ),
  };
  orderLane(lane, ports, {
    mappings: options.mappings ?? new Map(),
    order: { ...defaultOrderSettings, ...options.settings },
    failuresInARowMax: options.failuresInARowMax ?? 1000,
  }).subscribe({
    next: result => written.push(result),
    error: reason => {
      error = reason;
    },
  });
  scheduler.flush();

  const outcomes = writtenBatches.flatMap(batch => batch.outcomes);
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
    messages: failed.map(failure => failure.message),
    written,
    error,
  };
};

class StoryLane implements Lane {
  readonly id = 0;
  readonly start: Position;
  inFlight = false;
  private next = 0;
  private cut = 0;
  private readonly untilMs: number;

  constructor(
    private readonly arrivals: readonly Arrival[],
    private readonly options: DriveOptions,
    private readonly scheduler: VirtualTimeScheduler,
    private readonly whats: Map<SourceRecord, Decoded | Rejection>,
  ) {
    this.start = { offsets: new Map([[TOPIC, 0n]]), failuresInARow: options.failuresInARow ?? 0 };
    this.untilMs = options.until === undefined ? (arrivals.at(-1)?.atMs ?? 0) : ms(options.until);
  }

  pull(): Observable<Batch<SourceRecord>> {
    return defer(() => {
      if (this.inFlight) throw new Error('Cannot pull as the last batch is not written');
      const now = this.scheduler.now();
      const arrival = this.arrivals[this.next];
      if (arrival === undefined && now >= this.untilMs) return EMPTY;
      if (arrival !== undefined && arrival.atMs <= now) return of(this.take());
      const waitMs = Math.min(PULL_WAIT_MS, (arrival?.atMs ?? this.untilMs) - now);
      return timer(waitMs, this.scheduler).pipe(map(() => this.take()));
    });
  }

  /** What has arrived by now, up to the cut; empty is time passing. */
  private take(): Batch<SourceRecord> {
    this.inFlight = true;
    const cuts = this.options.batches;
    const most = cuts?.[this.cut++ % cuts.length] ?? Number.POSITIVE_INFINITY;
    const outcomes: { source: SourceRecord; value: SourceRecord }[] = [];
    let skipped = 0;
    while (outcomes.length + skipped < most) {
      const arrival = this.arrivals[this.next];
      if (arrival === undefined || arrival.atMs > this.scheduler.now()) break;
      const source = record(this.next++, arrival.atMs);
      if (arrival.what === null) skipped++;
      else {
        this.whats.set(source, arrival.what);
        outcomes.push({ source, value: source });
      }
    }
    const position = { offsets: new Map([[TOPIC, BigInt(this.next)]]), failuresInARow: 0 };
    return { lane: this.id, outcomes, position, skipped };
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

const count = ({ lane, outcomes, position, skipped }: Batch<OrderEvent>): Written => {
  const byAction = new Map<string, number>();
  const byCode = new Map<string, number>();
  for (const outcome of outcomes) {
    const [counts, word] = outcome instanceof Failure ? [byCode, outcome.code] : [byAction, outcome.value.action];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const failures = outcomes.filter(outcome => outcome instanceof Failure).length;
  const records = outcomes.length + skipped;
  return { lane, records, events: outcomes.length - failures, failures, skipped, byAction, byCode, position };
};
