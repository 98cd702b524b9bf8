/** The order window: which facts of an order are taken together, and in which order. */
import type { Entry } from '../batch';
import { passReducer } from '../window/pass';
import type { WindowReducer } from '../window/reduce';
import { sessionReducer } from '../window/session';
import { tumblingReducer } from '../window/tumbling';
import type { Fact } from './fact';
import { bytesIn } from './kept';
import { inSequence } from './ledger/sequence';

/** Named in odp-orders.yaml as the comments say. */
export interface OrderWindowSettings {
  /** `window.kind`. */
  readonly kind: 'session' | 'tumbling' | 'none';
  /** `window.gap_ms`: facts of an order this far apart, or less, are one session. */
  readonly gapMs: number;
  /** `window.size_ms` of tumbling windows. */
  readonly sizeMs: number;
  /** `window.grace_ms`: how far behind the newest of its topic a fact may be and still be in time. */
  readonly graceMs: number;
  /** `window.late`: a fact that comes after its window has closed makes its own event, or is a failure. */
  readonly late: 'emit' | 'refuse';
  /** `window.merge`: deductions of one action in a window become one event. */
  readonly merge: boolean;
  /** `window.held_facts_max`: in open windows of a lane, and as many that wait otherwise; beyond it the oldest close, or go, early. */
  readonly heldFactsMax: number;
  /** `window.held_bytes_per_order_max`: of the records in open windows of one order; beyond it its oldest closes early. */
  readonly heldBytesPerOrderMax: number;
}

export const defaultOrderWindowSettings: OrderWindowSettings = {
  kind: 'session',
  gapMs: 5_000,
  sizeMs: 60_000,
  graceMs: 5_000,
  late: 'emit',
  merge: false,
  heldFactsMax: 100_000,
  heldBytesPerOrderMax: 262_144,
};

/** @param topics That move time: the source topics, and not the inbox. */
export const orderWindow = (settings: OrderWindowSettings, topics: readonly string[]): WindowReducer<Entry<Fact>> => {
  const { kind, gapMs, sizeMs, graceMs, heldFactsMax } = settings;
  // The same fact by two topics: which is the one and which its duplicate must not depend on what was fetched first.
  const byTopic = (a: Entry<Fact>, b: Entry<Fact>) => topics.indexOf(timeTopic(a)) - topics.indexOf(timeTopic(b));
  const reading = {
    keyOf: ({ value }: Entry<Fact>) => value.orderId,
    timeOf: ({ value }: Entry<Fact>) => value.occurredAt,
    topicOf: timeTopic,
    compare: (a: Entry<Fact>, b: Entry<Fact>) => inSequence(a.value, b.value) || byTopic(a, b) || byRecord(a, b),
    topics,
    graceMs,
    heldFactsMax,
    weight: { of: recordBytes, perKeyMax: settings.heldBytesPerOrderMax },
  };
  if (kind === 'session') return sessionReducer({ ...reading, gapMs });
  return kind === 'tumbling' ? tumblingReducer({ ...reading, sizeMs }) : passReducer(reading);
};

/** The topic whose time a fact moves and is judged by. What comes by the inbox happened long ago: that moves none. */
export const timeTopic = ({ source }: Entry<Fact>): string => source.arrivedOn ?? source.topic;

/** One id told in two ways at once, by a producer's mistake: the first of them must not be the one that was fetched first. */
const byRecord = ({ source: a }: Entry<Fact>, { source: b }: Entry<Fact>): number => {
  const [first, second] = [a.value ?? NO_BYTES, b.value ?? NO_BYTES];
  for (let at = 0; at < first.length && at < second.length; at++)
    if (first[at] !== second[at]) return (first[at] as number) - (second[at] as number);
  return first.length - second.length;
};

const NO_BYTES = new Uint8Array(0);

/** What a record costs to keep, about. */
export const recordBytes = ({ source }: Entry<Fact>): number => bytesIn(source) + 64;

/** How much later than an event's own time its window usually closes. */
export const usualDelayMs = ({
  kind,
  gapMs,
  sizeMs,
}: Pick<OrderWindowSettings, 'kind' | 'gapMs' | 'sizeMs'>): number => {
  if (kind === 'session') return gapMs + 1;
  return kind === 'tumbling' ? sizeMs : 0;
};
