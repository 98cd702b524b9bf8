/** Expected events beside those that came: what is missing, what is too much, what differs. */
import type { OdpBody } from '../../pipeline/order/body';
import { isoText } from '../../pipeline/order/time';
import type { OrderEvent } from '../../schemas/types';
import { aligned } from './align';
import type { Difference } from './difference';
import type { ExpectedEvent } from './expected-event';
import { type FieldDifference, fieldDifferences } from './fields';

export interface CameEvent {
  readonly place: string;
  readonly event: OrderEvent;
  readonly body: OdpBody;
}

/** Order by order: that is the order ODP is told in. */
export const eventDifferences = (expected: readonly ExpectedEvent[], came: readonly CameEvent[]): Difference[] => {
  const orderIds = new Set([...expected.map(({ orderId }) => orderId), ...came.map(({ event }) => event.order_id)]);
  return [...orderIds].flatMap(orderId => {
    const wanted = expected.filter(one => one.orderId === orderId);
    const got = came.filter(({ event }) => event.order_id === orderId);
    return aligned(wanted, got, unlike).flatMap(([one, other]) => eventDifference(one, other));
  });
};

/** Never a pair where the actions differ, and rather one that agrees. */
const unlike = (expected: ExpectedEvent, { event, body }: CameEvent): number => {
  if (expected.action !== event.action) return Number.POSITIVE_INFINITY;
  return ofEvent(expected, event, body).length === 0 ? 0 : 1;
};

const eventDifference = (expected: ExpectedEvent | undefined, came: CameEvent | undefined): Difference[] => {
  if (expected === undefined || came === undefined) {
    const missing = expected && `was expected and did not come${brief(expected.body.data)}`;
    const unexpected = came && `came of this fact and was not expected${brief(came.body.data)}`;
    const { action, orderId } = expected ?? { action: came?.event.action, orderId: came?.event.order_id };
    const message = `a ${action} of order ${JSON.stringify(orderId)} ${missing ?? unexpected}`;
    return [{ place: (expected ?? came)?.place ?? '', message, fields: [] }];
  }
  const fields = ofEvent(expected, came.event, came.body);
  const message = `the ${expected.action} of order ${JSON.stringify(expected.orderId)} differs`;
  return fields.length === 0 ? [] : [{ place: expected.place, message, fields }];
};

/** Marks are no part of what ODP gets, but nobody should be surprised by one. */
const ofEvent = (expected: ExpectedEvent, event: OrderEvent, body: OdpBody): FieldDifference[] => [
  ...fieldDifferences(expected.body, body).map(legibleTime),
  ...(expected.late === event.late ? [] : [{ field: 'late', expected: expected.late, got: event.late }]),
  ...(String(expected.warnings) === String(event.warnings)
    ? []
    : [{ field: 'warnings', expected: expected.warnings, got: event.warnings }]),
];

/** A body has epoch seconds, which nobody reads. */
const legibleTime = (difference: FieldDifference): FieldDifference => {
  if (difference.field !== 'data.ts') return difference;
  const [expected, got] = [difference.expected, difference.got].map(seconds => isoText(Number(seconds) * 1_000));
  return { field: 'ts', expected, got };
};

const brief = (data: unknown): string => {
  const { order } = data as { order: Record<string, unknown> };
  const amounts = ['total', 'subtotal', 'tax', 'shipping'].filter(name => typeof order[name] === 'number');
  return amounts.length === 0 ? '' : ` (${amounts.map(name => `${name} ${order[name]}`).join(', ')})`;
};
