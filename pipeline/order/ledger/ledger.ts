/**
 * What we know of one order: plain data, which a changelog can carry. It is changed by `apply` only (apply.ts; read that
 * first). It lives until `retention` after its newest fact, and remembers until then which facts it has seen.
 */
import type { StoredSeen } from '../../../schemas/types';
import type { Entry } from '../../batch';
import type { Fact } from '../fact';
import { headerBytes } from '../kept';
import type { Amounts, Sums } from './amounts';
import type { LedgerSettings } from './settings';

export interface Ledger {
  readonly orderId: string;
  /** Of the purchase, or of the first deduction that went out; null while deductions are only held. */
  readonly currency: string | null;
  /** What was bought; null while nobody has told us. */
  readonly purchase: Purchase | null;
  /** What went out as given back. */
  readonly given: Sums;
  /** Whether a cancel went out. */
  readonly cancelled: boolean;
  /** All facts that went out as events, in the order they did. Those refused are not seen: they may be redriven. */
  readonly seen: readonly Seen[];
  /** Deductions that wait for their purchase, in the order they came. */
  readonly held: readonly Held[];
  /** Stream time of its first fact, epoch ms: of what was before, it cannot tell. */
  readonly since: number;
  /** Newest event time of `seen`, or `since` where that is newer, epoch ms: from here on it lives for `retention`. */
  readonly newest: number;
  /** Of fact ids and what is held, about. */
  readonly bytes: number;
}

/** As it is stored: `occurred_at` is the event time of the event it went out in. */
export type Seen = StoredSeen;

export interface Purchase {
  /** Event time, epoch ms. */
  readonly occurredAt: number;
  readonly amounts: Amounts;
  /** The same for the same content, whatever the fact id and time; a safe integer. */
  readonly digest: number;
}

export interface Held {
  readonly entry: Entry<Fact>;
  /** Stream time at which it goes out alone, epoch ms. */
  readonly until: number;
  /** What it costs to keep. */
  readonly bytes: number;
}

/** Stream time at which something held goes out alone; undefined where nothing is held. */
export const dueAt = (ledger: Ledger): number | undefined => {
  let due: number | undefined;
  for (const { until } of ledger.held) if (due === undefined || until < due) due = until;
  return due;
};

/** Whether it may be forgotten. What is held is not: it goes out first. */
export const isExpired = (ledger: Ledger, time: number, settings: LedgerSettings): boolean =>
  ledger.held.length === 0 && ledger.newest + settings.retentionMs < time;

export const hasSeen = (ledger: Ledger, factId: string): boolean =>
  ledger.seen.some(one => one.fact_id === factId) || ledger.held.some(({ entry }) => entry.value.eventId === factId);

/** What it costs to remember that a fact was seen: its id in UTF-8 at most, and the length before it. */
export const idBytes = (factId: string): number => 3 * factId.length + 2;

/** What it costs to hold a fact, about: its id, itself, and the record it came from. */
export const heldBytes = ({ source, value }: Entry<Fact>): number =>
  idBytes(value.eventId) + 2 * (source.value?.length ?? 0) + (source.key?.length ?? 0) + headerBytes(source) + 256;
