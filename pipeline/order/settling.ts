/** What the ledger decided in one batch, becoming events, failures and counts. */
import type { OrderEvent } from '../../schemas/types';
import type { Entry, Outcome } from '../batch';
import { Failure, stepFailed } from '../failure';
import { eventOf } from './event';
import type { Fact } from './fact';
import type { Applied } from './ledger/apply';
import type { Emit } from './ledger/decision';
import type { Ledger, Seen } from './ledger/ledger';
import type { Emitted, MemorySettings } from './memory';
import { merged } from './merge';
import type { OrderSettings } from './settings';

export class Settling {
  readonly emitted: Emitted[] = [];
  duplicates = 0;

  constructor(
    private readonly settings: MemorySettings,
    private readonly orderSettings: OrderSettings,
    /** Grows by what is settled. */
    private readonly outcomes: Outcome<OrderEvent>[],
  ) {}

  /**
   * @param facts Those given to the ledger; it may let go others that waited.
   * @param at Stream time of it.
   * @returns The ledger to go on with.
   */
  settled(
    ledger: Ledger | undefined,
    decide: () => Applied,
    facts: readonly Entry<Fact>[],
    at: number,
  ): Ledger | undefined {
    let applied: Applied;
    try {
      applied = decide();
    } catch (error) {
      return this.failed(ledger, facts, error);
    }
    const emits: Emit[] = [];
    for (const decision of applied.decisions) {
      const { entry } = decision;
      if (decision.kind === 'emit') emits.push(decision);
      else if (decision.kind === 'duplicate') this.duplicates++;
      else if (decision.kind === 'failure') this.outcomes.push(new Failure('ledger', decision.rejection, entry.source));
    }
    if (emits.length === 0) return applied.ledger;
    const events = emits.map(
      ({ entry, emission }): Entry<OrderEvent> => ({
        source: entry.source,
        value: eventOf(entry.value, emission, entry.late === true, this.orderSettings),
      }),
    );
    return this.emit(applied.ledger, this.settings.window.merge ? merged(events) : events, at);
  }

  private emit(ledger: Ledger | undefined, events: readonly Entry<OrderEvent>[], at: number): Ledger | undefined {
    let seen = ledger?.seen ?? [];
    for (const entry of events) {
      const { value: event } = entry;
      this.outcomes.push(entry);
      this.emitted.push({ event, at, currency: ledger?.currency ?? null, before: earlier(seen, event) });
      // What is known of its facts is the event they went out in.
      if (event.fact_ids.length > 1)
        seen = seen.map(one => (event.fact_ids.includes(one.factId) ? { ...one, occurredAt: event.occurred_at } : one));
    }
    return ledger && seen !== ledger.seen ? { ...ledger, seen } : ledger;
  }

  /** One bad order never stops a lane: its facts are failures, and so is what waited in it, as it could not be let go either. */
  private failed(ledger: Ledger | undefined, facts: readonly Entry<Fact>[], error: unknown): Ledger | undefined {
    const held = facts.length === 0 ? (ledger?.held ?? []) : [];
    for (const { source } of [...facts, ...held.map(({ entry }) => entry)])
      this.outcomes.push(new Failure('ledger', stepFailed('ledger', error), source));
    return ledger && held.length > 0 ? { ...ledger, held: [] } : ledger;
  }
}

/** Event times of the order's events of the same action before this one. */
const earlier = (seen: readonly Seen[], { action, fact_ids }: OrderEvent): readonly number[] => {
  const times: number[] = [];
  for (const one of seen) {
    if (one.factId === fact_ids[0]) break;
    if (one.action === action) times.push(one.occurredAt);
  }
  return times;
};
