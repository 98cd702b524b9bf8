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
    // Of a part nobody asks for the position: the batch's is that of its last.
    const open = batch.moment.more ? NONE : summaries.kept();
    return { ...batch, position: { ...batch.position, summaries: open }, summaries: closed };
  };
};

const NONE: readonly OrderSummary[] = [];
