/** The state topic against the truth: of each order the last record is its ledger, complete, and nothing of it waits. */
import type { LanePosition, OrderState } from '../../../schemas/types';
import type { PlannedOrder } from '../facts/order';
import { topics } from '../topics';
import { committed } from './committed';
import { readerOf } from './reading';
import type { Verdict } from './verdict';

/** @returns Each lane's last position. */
export const judgeState = async (
  brokers: readonly string[],
  orders: number,
  orderOf: (number: number) => PlannedOrder,
  verdict: Verdict,
): Promise<Map<number, LanePosition>> => {
  const [readState, readPosition] = [readerOf('odp.state.OrderState'), readerOf('odp.state.LanePosition')];
  const positions = new Map<number, LanePosition>();
  const last = new Uint8Array(orders);
  for await (const { key, value, partition } of committed(brokers, topics.state)) {
    if (key === null || key.length === 0) {
      if (value !== null) positions.set(partition, readPosition(value));
      continue;
    }
    const [, number] = /^C(\d+)$/.exec(key.toString()) ?? [];
    const order = Number(number ?? Number.NaN);
    if (!(order < orders)) continue;
    last[order] = value !== null && isWhole(readState(value), orderOf(order)) ? 1 : 0;
  }
  for (let order = 0; order < orders; order++)
    if (last[order] === 0)
      verdict.add('wrong', `the ledger of order C${order} is not what came of its facts`, `C${order}`);
  return positions;
};

const isWhole = ({ ledger, waiting, windows }: OrderState, { facts, given }: PlannedOrder): boolean => {
  const bought = facts[0]?.event;
  return (
    ledger !== null &&
    waiting.length === 0 &&
    windows.length === 0 &&
    ledger.purchase?.total === bought?.total &&
    ledger.purchase?.subtotal === bought?.subtotal &&
    ledger.given.total === given.total &&
    ledger.given.subtotal === given.subtotal &&
    ledger.given.tax === given.tax &&
    ledger.given.shipping === given.shipping &&
    ledger.seen.length === facts.filter(({ event }) => event !== null).length
  );
};
