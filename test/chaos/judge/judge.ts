/**
 * The verdict, when no member runs any more: sources, events, failures, ledgers, summaries and positions as Java's
 * `read_committed` consumer and admin client see them, against what the seed says must be there.
 */

import { groupOffsets } from '../../stack/java';
import { type PlannedOrder, planOrder } from '../facts/order';
import { group } from '../topics';
import { judgeEvents } from './events';
import { judgeFailures } from './failures';
import { readSources } from './sources';
import { judgeState } from './state';
import { judgeSummaries } from './summaries';
import type { Verdict } from './verdict';

export interface Judged {
  /** On the order topics, repeated ones among them. */
  readonly records: number;
  readonly repeated: number;
  readonly events: number;
  readonly late: number;
  readonly failures: number;
}

export const judge = async (
  brokers: readonly string[],
  seed: number,
  orders: number,
  verdict: Verdict,
): Promise<Judged> => {
  const orderOf = lastAsked(number => planOrder(seed, number));
  const sources = await readSources(brokers, orders, orderOf);
  const events = await judgeEvents(brokers, orders, orderOf, verdict);
  const failures = await judgeFailures(brokers, orders, orderOf, sources, verdict);
  const positions = await judgeState(brokers, orders, orderOf, verdict);
  await judgeSummaries(brokers, events, failures, positions.values(), verdict);
  for (const { topic, partition, offset } of await groupOffsets(group, { brokers })) {
    const kept = positions.get(partition)?.offsets[topic];
    if (kept !== offset)
      verdict.add('wrong', `the group stands at ${offset} of ${topic}[${partition}], the state at ${kept ?? 'none'}`);
  }
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const { records, repeated } = sources;
  return { records, repeated, events: events.events, late: events.late, failures: failed };
};

/** Facts of an order come close to each other as a rule. */
const lastAsked = (plan: (number: number) => PlannedOrder): ((number: number) => PlannedOrder) => {
  const kept = new Map<number, PlannedOrder>();
  return number => {
    let order = kept.get(number);
    if (order === undefined) {
      order = plan(number);
      kept.set(number, order);
      if (kept.size > keptMax) kept.delete(kept.keys().next().value as number);
    }
    return order;
  };
};
const keptMax = 10_000;
