/**
 * One call of the ledger: the ledger as it is being changed, and what was decided so far. All changes to a ledger are the
 * few functions of this file, so that what is counted and what is kept cannot part.
 */
import type { Entry } from '../../batch';
import { Rejection } from '../../failure';
import type { Fact } from '../fact';
import { nothing } from './amounts';
import type { Decision, Emission } from './decision';
import { type Held, heldBytes, idBytes, type Ledger, type Seen } from './ledger';
import type { LedgerSettings } from './settings';

export interface Turn {
  ledger: Ledger;
  readonly decisions: Decision[];
  /** Stream time, epoch ms. */
  readonly time: number;
  readonly settings: LedgerSettings;
}

export const blank = (orderId: string, since: number): Ledger => ({
  orderId,
  currency: null,
  purchase: null,
  given: nothing,
  cancelled: false,
  seen: NOTHING_SEEN,
  held: NOTHING_HELD,
  since,
  newest: since,
  bytes: 0,
});

const NOTHING_SEEN: readonly Seen[] = [];
const NOTHING_HELD: readonly Held[] = [];

/** Sends the fact out and remembers it, or refuses it and does not. */
export const settle = (turn: Turn, entry: Entry<Fact>, result: Emission | Rejection): void => {
  if (result instanceof Rejection) {
    turn.decisions.push({ kind: 'failure', entry, rejection: result });
    return;
  }
  const { ledger } = turn;
  const fact = entry.value;
  turn.ledger = {
    orderId: ledger.orderId,
    currency: fact.currency,
    purchase: result.purchase,
    given: result.given,
    cancelled: ledger.cancelled || result.action === 'cancel',
    seen: withOne(ledger.seen, { fact_id: fact.eventId, action: result.action, occurred_at: fact.occurredAt }),
    held: ledger.held,
    since: ledger.since,
    newest: Math.max(ledger.newest, fact.occurredAt),
    bytes: ledger.bytes + idBytes(fact.eventId),
  };
  turn.decisions.push({ kind: 'emit', entry, emission: result });
};

// A spread of nothing costs as much as all the rest of a first fact.
const withOne = (seen: readonly Seen[], one: Seen): readonly Seen[] => (seen.length === 0 ? [one] : [...seen, one]);

export const hold = (turn: Turn, entry: Entry<Fact>, until: number): void => {
  const { ledger } = turn;
  const bytes = heldBytes(entry);
  turn.ledger = {
    ...ledger,
    held: [...ledger.held, { entry, until, bytes }],
    bytes: ledger.bytes + bytes,
  };
  turn.decisions.push({ kind: 'hold', entry, until });
};

/** Takes those out of the held that `which` says, to be decided anew. */
export const takeHeld = (turn: Turn, which: (held: Held) => boolean): Held[] => {
  const { ledger } = turn;
  const taken: Held[] = [];
  const kept: Held[] = [];
  let bytes = ledger.bytes;
  for (const held of ledger.held) {
    if (!which(held)) kept.push(held);
    else {
      taken.push(held);
      bytes -= held.bytes;
    }
  }
  if (taken.length > 0) turn.ledger = { ...ledger, held: kept, bytes };
  return taken;
};
