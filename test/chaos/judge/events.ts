/** The events against the truth: each that must be there, once, with its amounts, after those that it must follow. */
import { idempotenceId } from '../../../pipeline/order/identity';
import type { OrderEvent } from '../../../schemas/types';
import { type Amounts, factsPerOrderMax, type PlannedOrder, placeOf } from '../facts/order';
import { topics } from '../topics';
import { committed } from './committed';
import { readerOf } from './reading';
import { factNumber } from './sources';
import type { Verdict } from './verdict';

/** Of all events that were written, by action. */
export interface EventSums {
  readonly count: Map<string, number>;
  /** Whole ten-thousandths: purchases add, all others subtract. By action and currency. */
  readonly revenue: Map<string, number>;
  events: number;
  late: number;
}

const actions = { placed: 'purchase', returned: 'return', refunded: 'refund', cancelled: 'cancel' } as const;

export const judgeEvents = async (
  brokers: readonly string[],
  orders: number,
  orderOf: (number: number) => PlannedOrder,
  verdict: Verdict,
): Promise<EventSums> => {
  const sums: EventSums = { count: new Map(), revenue: new Map(), events: 0, late: 0 };
  const seen = new Uint8Array(orders * factsPerOrderMax);
  const events = new OrdersSoFar(orders);
  const read = readerOf('odp.OrderEvent');
  for await (const { value, partition, offset } of committed(brokers, topics.events)) {
    const at = `${topics.events}[${partition}] at ${offset}`;
    if (value === null) {
      verdict.add('wrong', `${at} has no value`);
      continue;
    }
    const event = read(value);
    addTo(sums, event);
    if (event.order_id.startsWith('END-')) continue;
    const [id = ''] = event.fact_ids;
    const place = placeOf(id);
    const planned = place && place.number < orders ? orderOf(place.number) : undefined;
    const fact = place && planned?.facts[place.index];
    if (place === undefined || planned === undefined || fact === undefined || event.order_id !== planned.id) {
      verdict.add('wrong', `${at} is the event of fact ${id}, which nobody produced`);
      continue;
    }
    const number = factNumber(place.number, place.index);
    const times = Math.min((seen[number] as number) + 1, 255);
    seen[number] = times;
    if (fact.event === null) {
      verdict.add('wrong', `${at} is an event of fact ${id}, which must be refused`, planned.id);
      continue;
    }
    if (times > 1) {
      verdict.add('duplicated', `${at} is event ${times} of fact ${id}`, planned.id);
      continue;
    }
    if (
      event.action !== actions[fact.kind] ||
      event.fact_ids.length !== 1 ||
      event.idempotence_id !== idempotenceId(planned.id, [id])
    )
      verdict.add(
        'wrong',
        `${at} is ${event.action} ${event.idempotence_id} of ${event.fact_ids.join(', ')}`,
        planned.id,
      );
    const followers = events.follow(place.number, place.index);
    if (!planned.swapped && followers !== undefined)
      verdict.add(
        'misordered',
        `${at} is the event of fact ${id}, after that of ${planned.id}.${followers}`,
        planned.id,
      );
    const remains = !planned.swapped || place.index === 0;
    if (!sameAmounts(event, fact.event, remains))
      verdict.add(
        'wrong',
        `${at}, of fact ${id}, says ${amountsText(event)}, and not ${amountsText(fact.event)}`,
        planned.id,
      );
  }
  for (let order = 0; order < orders; order++) {
    const { facts } = orderOf(order);
    for (const [index, { event }] of facts.entries())
      if (event !== null && seen[factNumber(order, index)] === 0)
        verdict.add('lost', `no event of fact C${order}.${index}`, `C${order}`);
  }
  return sums;
};

/** The newest fact of each order that has an event. */
class OrdersSoFar {
  private readonly newest: Int8Array;

  constructor(orders: number) {
    this.newest = new Int8Array(orders).fill(-1);
  }

  /** @returns The fact that should have come later and came before; undefined where there is none. */
  follow(order: number, index: number): number | undefined {
    const before = this.newest[order] as number;
    if (before > index) return before;
    this.newest[order] = index;
    return undefined;
  }
}

const addTo = (sums: EventSums, { action, total, custom_fields, late }: OrderEvent): void => {
  sums.events += 1;
  if (late) sums.late += 1;
  add(sums.count, action, 1);
  const amount = Math.abs(total ?? 0);
  add(sums.revenue, `${action} ${custom_fields.currency}`, action === 'purchase' ? amount : -amount);
};

export const add = (sums: Map<string, number>, name: string, more: number): void => {
  sums.set(name, (sums.get(name) ?? 0) + more);
};

type Told = { readonly [name in keyof Amounts]: number | null };

const sameAmounts = (told: Told, wanted: Amounts, remains: boolean): boolean =>
  told.total === wanted.total &&
  told.subtotal === wanted.subtotal &&
  (!remains || (told.tax === wanted.tax && told.shipping === wanted.shipping));

const amountsText = ({ total, subtotal, tax, shipping }: Told): string => [total, subtotal, tax, shipping].join(', ');
