/** What a story expects against what came of it: every difference, and nothing where there is none. */
import { Failure } from '../../pipeline/failure';
import { type BodySettings, type OdpBody, toOdpBody } from '../../pipeline/order/body';
import { isoText } from '../../pipeline/order/time';
import type { OrderEvent } from '../../schemas/types';
import { type Previewed, SeenBefore } from '../preview/preview';
import { aligned } from './align';
import type { Expected } from './expected';
import type { ExpectedEvent } from './expected-event';
import type { ExpectedFailure } from './expected-failure';
import { type FieldDifference, fieldDifferences } from './fields';

export interface Difference {
  /** In the story: of the expectation, or of the fact of which something came that nobody expected. */
  readonly place: string;
  /** A clause: `the refund of order "A" differs`. */
  readonly message: string;
  readonly fields: readonly FieldDifference[];
}

/** @param placeOf Where the fact stands of which it came. */
export const differences = (
  expected: Expected,
  came: readonly Previewed[],
  placeOf: (previewed: Previewed) => string,
  settings: BodySettings,
): Difference[] => {
  const events: CameEvent[] = [];
  const failures: CameFailure[] = [];
  let duplicates = 0;
  for (const previewed of came) {
    const { outcome } = previewed;
    const place = placeOf(previewed);
    if (outcome instanceof SeenBefore) duplicates++;
    else if (outcome instanceof Failure) failures.push({ place, failure: outcome });
    else events.push({ place, event: outcome, body: toOdpBody(outcome, settings) });
  }
  return [
    ...eventDifferences(expected.events, events),
    ...failureDifferences(expected.failures, failures),
    ...duplicateDifferences(expected, duplicates),
  ];
};

interface CameEvent {
  readonly place: string;
  readonly event: OrderEvent;
  readonly body: OdpBody;
}

/** Order by order: that is the order ODP is told in. */
const eventDifferences = (expected: readonly ExpectedEvent[], came: readonly CameEvent[]): Difference[] => {
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

interface CameFailure {
  readonly place: string;
  readonly failure: Failure;
}

const failureDifferences = (expected: readonly ExpectedFailure[], came: readonly CameFailure[]): Difference[] => {
  const left = [...came];
  const missing: Difference[] = [];
  // The more it says, the fewer it fits: it chooses first.
  for (const one of expected.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)) {
    const at = left.findIndex(({ failure }) => fits(one, failure));
    if (at >= 0) left.splice(at, 1);
    else missing.push({ place: one.place, message: `${named(one)} was expected and did not come`, fields: [] });
  }
  const unexpected = left.map(({ place, failure: { stage, code, orderId, message } }) => ({
    place,
    message: `${named({ stage, code, order_id: orderId })} came of this fact and was not expected: ${message}`,
    fields: [],
  }));
  return [...missing, ...unexpected];
};

const fits = ({ stage, code, order_id }: ExpectedFailure, failure: Failure): boolean =>
  code === failure.code &&
  (stage === undefined || stage === failure.stage) &&
  (order_id === undefined || order_id === failure.orderId);

const named = ({ stage, code, order_id }: { stage?: string; code: string; order_id?: string | undefined }): string =>
  `failure ${stage === undefined ? '' : `${stage}/`}${code}${order_id === undefined ? '' : ` of order ${JSON.stringify(order_id)}`}`;

const duplicateDifferences = ({ duplicates, duplicatesPlace: place }: Expected, got: number): Difference[] =>
  duplicates === got
    ? []
    : [
        {
          place,
          message: 'other facts had come before than was expected',
          fields: [{ field: 'duplicates', expected: duplicates, got }],
        },
      ];
