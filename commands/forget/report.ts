/** What is, or was, remembered of orders: counts and times, nothing of what they say. */
import type { OrderState } from '../../schemas/types';
import { counted } from '../counted';

export interface Forgotten {
  readonly group: string;
  readonly done: boolean;
  readonly members: number;
  /** One for each place of each order; lane null: nothing is remembered. */
  readonly orders: readonly (NotFound | Found)[];
}

interface NotFound {
  readonly orderId: string;
  readonly lane: null;
}

type Found = Remembered & { readonly orderId: string; readonly lane: number };

export interface Remembered {
  /** Newest event time, epoch ms. */
  readonly newest: number;
  /** Facts that went out. */
  readonly facts: number;
  /** Facts that did not go out yet. */
  readonly waiting: number;
}

export const remembered = ({ newest, ledger, waiting, windows }: OrderState): Remembered => ({
  newest,
  facts: ledger?.seen.length ?? 0,
  waiting: waiting.length + windows.reduce((sum, { records }) => sum + records.length, 0),
});

export const asJson = ({ group, done, orders }: Forgotten): string =>
  JSON.stringify({
    group,
    done,
    orders: orders.map(({ orderId, ...others }) => ({
      order_id: orderId,
      ...others,
      ...('newest' in others && { newest: new Date(others.newest).toISOString() }),
    })),
  });

export const asLines = ({ group, done, members, orders }: Forgotten): string => {
  const lines = orders.map(line);
  if (done) return [...lines, 'Forgotten. What remains elsewhere: docs/state.md.'].join('\n');
  const first = members > 0 ? ` The ${counted(members, 'member')} of group ${group} must be stopped first.` : '';
  return [...lines, `Nothing was changed; --yes drops what is remembered, and with it what waits.${first}`].join('\n');
};

const line = (order: NotFound | Found): string => {
  const about = `order ${JSON.stringify(order.orderId)}:`;
  if (order.lane === null) return `${about} nothing is remembered`;
  const { lane, newest, facts, waiting } = order;
  return `${about} lane ${lane}, newest fact of ${new Date(newest).toISOString()}, ${counted(facts, 'fact')} seen, ${waiting} waiting`;
};
