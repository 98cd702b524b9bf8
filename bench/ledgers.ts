/**
 * States of orders as a lane keeps them once their facts went out: made by the pipeline's own steps of the orders of the
 * benchmark, of one in seven with a refund. So they have the sizes that a shop's would have.
 */
import { Cursor } from '../connectors/registry/cursor';
import { readerForm } from '../connectors/registry/normal';
import { straightReads } from '../connectors/registry/straight';
import { typeOf } from '../connectors/registry/types';
import type { Entry, SourceRecord } from '../pipeline/batch';
import { Rejection } from '../pipeline/failure';
import type { Fact } from '../pipeline/order/fact';
import { apply } from '../pipeline/order/ledger/apply';
import { defaultLedgerSettings } from '../pipeline/order/ledger/settings';
import { type CommerceType, toFact } from '../pipeline/order/mapping';
import { defaultOrderSettings } from '../pipeline/order/settings';
import { stored } from '../pipeline/order/state';
import { completeSchema } from '../schemas/schemas';
import type { OrderState } from '../schemas/types';
import { deductionOf } from './deductions';
import { type Order, orderAt } from './orders';

const refundEvery = 7;
const refundAfterMs = 1_000;

/** The state of the `index`th order, placed at a time (epoch ms). */
export type Ledgers = (index: number, placedAt: number) => OrderState;

export const ledgers = (): Ledgers => {
  const read = factReader();
  return (index, placedAt) => {
    const facts = [read('commerce.orders.OrderPlaced', orderAt(index, placedAt))];
    if (index % refundEvery === 0)
      facts.push(read('commerce.orders.OrderRefunded', deductionOf('refunded', index, 0, placedAt + refundAfterMs)));
    const { ledger } = apply(undefined, facts, placedAt, defaultLedgerSettings);
    const state = stored(ledger, [], []);
    if (state === undefined) throw new Error(`Cannot make the state of order ${index} as nothing is left of it`);
    return state;
  };
};

const factReader = () => {
  const cursor = new Cursor();
  const mapped = toFact(new Map(), defaultOrderSettings);
  const reads = new Map(
    (['commerce.orders.OrderPlaced', 'commerce.orders.OrderRefunded'] as const).map(type => [
      type as CommerceType,
      straightReads(typeOf(readerForm(completeSchema(type)), 'ours')),
    ]),
  );
  return (type: CommerceType, { key, value }: Order): Entry<Fact> => {
    cursor.open(value, 0);
    const fact = mapped({ type, value: reads.get(type)?._read(cursor) as object }, nowhere);
    if (fact instanceof Rejection) throw new Error(`Cannot use order ${key} of the benchmark: ${fact.message}`);
    return { source: nowhere, value: fact };
  };
};

/** The facts stand on no topic. */
const nowhere: SourceRecord = {
  topic: '',
  partition: 0,
  offset: 0n,
  timestamp: Number.MAX_SAFE_INTEGER,
  key: null,
  value: null,
  headers: [],
  attempt: 1,
};
