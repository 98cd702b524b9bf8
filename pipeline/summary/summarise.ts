/** Step: counts what a settled batch does, and hands on the summaries whose windows closed. */
import type { OrderSummary } from '../../schemas/types';
import { Failure } from '../failure';
import type { Settled } from '../order/memory';
import type { Settlement } from '../ports';
import { Summaries, type SummarySettings } from './summary';

export const summarise = (
  lane: number,
  settings: SummarySettings,
  kept: readonly OrderSummary[],
): ((batch: Settled) => Settlement) => {
  const summaries = new Summaries(lane, settings, kept);
  return batch => {
    for (const outcome of batch.outcomes) if (outcome instanceof Failure) summaries.failure(outcome);
    for (const emitted of batch.emitted) summaries.event(emitted);
    summaries.closeUntil(batch.until);
    const closed = summaries.takeClosed();
    return { ...batch, position: { ...batch.position, summaries: summaries.kept() }, summaries: closed };
  };
};
