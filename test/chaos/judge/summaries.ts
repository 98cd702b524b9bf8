/** The summaries, and those still open in the lanes' positions, added up: the very sums of the events and failures. */
import type { LanePosition, OrderSummary } from '../../../schemas/types';
import { topics } from '../topics';
import { committed } from './committed';
import { add, type EventSums } from './events';
import { readerOf } from './reading';
import type { Verdict } from './verdict';

export const judgeSummaries = async (
  brokers: readonly string[],
  { count, revenue }: EventSums,
  failures: ReadonlyMap<string, number>,
  positions: Iterable<LanePosition>,
  verdict: Verdict,
): Promise<void> => {
  const told = {
    count: new Map<string, number>(),
    revenue: new Map<string, number>(),
    failures: new Map<string, number>(),
  };
  const take = ({ actions, currency, failures: byStage }: OrderSummary) => {
    for (const { action, events, revenue_effect } of actions) {
      add(told.count, action, events);
      add(told.revenue, `${action} ${currency}`, revenue_effect ?? Number.NaN);
    }
    for (const [stage, times] of Object.entries(byStage)) add(told.failures, stage, times);
  };
  const read = readerOf('odp.OrderSummary');
  for await (const { value } of committed(brokers, topics.summaries)) if (value !== null) take(read(value));
  for (const { summaries } of positions) for (const summary of summaries) take(summary);
  compare('events', told.count, count, verdict);
  compare('revenue', told.revenue, revenue, verdict);
  compare('failures', told.failures, failures, verdict);
};

const compare = (
  what: string,
  told: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number>,
  verdict: Verdict,
): void => {
  for (const name of new Set([...told.keys(), ...wanted.keys()]))
    if (told.get(name) !== wanted.get(name))
      verdict.add(
        'wrong',
        `summaries have ${what} ${name} ${told.get(name) ?? 0}, written were ${wanted.get(name) ?? 0}`,
      );
};
