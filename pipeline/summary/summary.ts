/**
 * What happened in each window of time, by currency and action, to be held against the shop and ODP: a lane's part; readers
 * add up. Events count by their own time and as they go out; failures by their record's time. What comes when its window has
 * closed is a further part of it.
 */
import type { OrderSummary } from '../../schemas/types';
import type { Failure } from '../failure';
import type { Emitted } from '../order/memory';
import { floorTo } from '../window/kind';
import { Sums } from './sums';

/** Named in odp-orders.yaml as the comments say. */
export interface SummarySettings {
  /** `summary.size_ms` of a window. */
  readonly sizeMs: number;
  /** `summary.hop_ms`: windows begin so often; as the size: each event is in one. */
  readonly hopMs: number;
  /** How long after its end a window still takes what usually comes later. */
  readonly delayMs: number;
}

/** The open ones, by start and currency. */
export class Summaries {
  private readonly open = new Map<string, Sums>();
  private readonly closed: OrderSummary[] = [];
  private firstEnd = Number.POSITIVE_INFINITY;
  /** By currency. */
  private readonly last = new Map<string | null, Sums>();

  constructor(
    private readonly lane: number,
    private readonly settings: SummarySettings,
    kept: readonly OrderSummary[],
  ) {
    for (const summary of kept) this.put(Sums.of(summary));
  }

  event({ event, at, currency, effect, before }: Emitted): void {
    this.closeUntil(at);
    const { sizeMs, hopMs } = this.settings;
    for (let start = floorTo(event.occurred_at, hopMs); start + sizeMs > event.occurred_at; start -= hopMs) {
      const isFirst = before.length === 0 || !before.some(time => time >= start && time < start + sizeMs);
      this.at(start, currency).add(event, isFirst, effect);
    }
  }

  failure({ stage, source }: Failure): void {
    const { sizeMs, hopMs } = this.settings;
    const { timestamp } = source;
    for (let start = floorTo(timestamp, hopMs); start + sizeMs > timestamp; start -= hopMs)
      this.at(start, null).fail(stage);
  }

  /** Closes what has ended by this stream time. */
  closeUntil(time: number): void {
    const { delayMs } = this.settings;
    if (this.firstEnd + delayMs > time) return;
    const ended = [...this.open].filter(([, { end }]) => end + delayMs <= time);
    ended.sort(([, a], [, b]) => a.start - b.start || byText(a.currency ?? '', b.currency ?? ''));
    if (ended.length > 0) this.last.clear();
    for (const [key, sums] of ended) {
      this.open.delete(key);
      this.closed.push(sums.summary(this.lane));
    }
    this.firstEnd = Number.POSITIVE_INFINITY;
    for (const { end } of this.open.values()) this.firstEnd = Math.min(this.firstEnd, end);
  }

  /** Those that closed since it was last asked. */
  takeClosed(): readonly OrderSummary[] {
    return this.closed.splice(0);
  }

  kept(): readonly OrderSummary[] {
    return [...this.open.values()].map(sums => sums.summary(this.lane));
  }

  private at(start: number, currency: string | null): Sums {
    // Neighbours of a currency mostly fall into the same.
    const last = this.last.get(currency);
    if (last?.start === start) return last;
    const sums =
      this.open.get(keyOf(start, currency)) ?? this.put(new Sums(start, start + this.settings.sizeMs, currency));
    this.last.set(currency, sums);
    return sums;
  }

  private put(sums: Sums): Sums {
    this.open.set(keyOf(sums.start, sums.currency), sums);
    this.firstEnd = Math.min(this.firstEnd, sums.end);
    return sums;
  }
}

const keyOf = (start: number, currency: string | null) => `${start}/${currency ?? ''}`;

/** Never two alike: of one start there is one of each currency. */
const byText = (a: string, b: string): number => (a < b ? -1 : 1);
