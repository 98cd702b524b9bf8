/** What the ledger decided in one batch, becoming events, failures and counts. */
import type { OrderEvent } from '../../schemas/types';
import type { Entry, Outcome } from '../batch';
import { Failure, Rejection, stepFailed } from '../failure';
import { eventOf } from './event';
import type { Fact } from './fact';
import { type Applied, apply } from './ledger/apply';
import type { Ledger, Seen } from './ledger/ledger';
import type { Emitted, MemorySettings } from './memory';
import { merged } from './merge';
import type { Money } from './money';
import type { OrderSettings } from './settings';
import { shownId } from './text';

export class Settling {
  readonly emitted: Emitted[] = [];
  readonly duplicates: Entry<Fact>[] = [];

  constructor(
    private readonly settings: MemorySettings,
    private readonly orderSettings: OrderSettings,
    /** Grows by what is settled. */
    private readonly outcomes: Outcome<OrderEvent>[],
  ) {}

  /**
   * @param facts Of one order, in their sequence; none: only what waited and is due.
   * @param at Stream time of it.
   * @returns The ledger to go on with; the very one where nothing changed.
   */
  settled(ledger: Ledger | undefined, facts: readonly Entry<Fact>[], at: number): Ledger | undefined {
    let applied: Applied;
    try {
      applied = apply(ledger, facts, at, this.settings.ledger);
    } catch (error) {
      return this.failed(ledger, facts, error);
    }
    let events: readonly Entry<OrderEvent>[] = NO_EVENTS;
    let effects = NO_EFFECTS;
    for (const decision of applied.decisions) {
      const { entry } = decision;
      if (decision.kind === 'emit') {
        const value = eventOf(entry.value, decision.emission, entry.late === true, this.orderSettings);
        const event = { source: entry.source, value };
        events = events.length === 0 ? [event] : [...events, event];
        const { effect } = decision.emission;
        // Of purchases alone, which are never merged.
        if (effect !== undefined) effects = new Map([...effects, [value, effect]]);
      } else if (decision.kind === 'duplicate') this.duplicates.push(entry);
      else if (decision.kind === 'failure') this.outcomes.push(new Failure('ledger', decision.rejection, entry.source));
    }
    if (events.length === 0) return applied.ledger;
    return this.emit(applied.ledger, this.settings.window.merge ? merged(events) : events, effects, at);
  }

  refuseLate({ source, value: { orderId } }: Entry<Fact>): void {
    const why = 'came after its window had closed, and window.late is "refuse"';
    const rejection = new Rejection('late', `Cannot use the fact of order ${shownId(orderId)} as it ${why}`, orderId);
    this.outcomes.push(new Failure('window', rejection, source));
  }

  private emit(
    ledger: Ledger | undefined,
    events: readonly Entry<OrderEvent>[],
    effects: ReadonlyMap<OrderEvent, Money>,
    at: number,
  ): Ledger | undefined {
    let seen = ledger?.seen ?? [];
    for (const entry of events) {
      const { value: event } = entry;
      this.outcomes.push(entry);
      const currency = ledger?.currency ?? null;
      this.emitted.push({ event, at, currency, effect: effects.get(event), before: earlier(seen, event) });
      // What is known of its facts is the event they went out in.
      if (event.fact_ids.length > 1)
        seen = seen.map(one =>
          event.fact_ids.includes(one.fact_id) ? { ...one, occurred_at: event.occurred_at } : one,
        );
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

const NO_EVENTS: readonly Entry<OrderEvent>[] = [];
const NO_EFFECTS: ReadonlyMap<OrderEvent, Money> = new Map();
const NO_TIMES: readonly number[] = [];

/** Event times of the order's events of the same action before this one. */
const earlier = (seen: readonly Seen[], { action, fact_ids }: OrderEvent): readonly number[] => {
  if (seen[0]?.fact_id === fact_ids[0]) return NO_TIMES;
  const times: number[] = [];
  for (const one of seen) {
    if (one.fact_id === fact_ids[0]) break;
    if (one.action === action) times.push(one.occurred_at);
  }
  return times;
};
