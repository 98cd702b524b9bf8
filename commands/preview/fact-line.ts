/**
 * A fact as people give it, as a line of JSON or in a story: `{"schema": "commerce.orders.OrderPlaced", "key": "A7",
 * "timestamp": "2026-01-01T00:00:00Z", "topic": "commerce.orders", "value": {…}}`; only schema and value must be there.
 */
import type { SourceRecord } from '../../pipeline/batch';
import type { Decoded } from '../../pipeline/order/mapping';
import { toMillis } from '../../pipeline/order/time';
import { nearest } from '../settings/nearest';
import { shown } from '../settings/problem';

export interface GivenFact {
  readonly schema: string;
  readonly value: Record<string, unknown>;
  readonly key?: string | null;
  /** Can be read by `toMillis`. */
  readonly timestamp?: unknown;
  readonly topic?: string;
}

export interface FactLine {
  readonly source: SourceRecord;
  readonly decoded: Decoded;
  /** Where it was read, for people: `facts.jsonl:3`. */
  readonly place: string;
}

export type Tell = (field: string, message: string, hint?: string) => void;

export const factFields = ['schema', 'key', 'timestamp', 'topic', 'value'];

/** Tells all that is wrong with it; then there is none. */
export const checkedFact = (given: Record<string, unknown>, tell: Tell): GivenFact | undefined => {
  let good = true;
  const wrong: Tell = (...told) => {
    good = false;
    tell(...told);
  };
  const { schema, key, value, timestamp, topic } = given;
  if (typeof schema !== 'string')
    wrong('schema', 'must be the full name of a record, such as commerce.orders.OrderPlaced');
  if (!isObject(value)) wrong('value', 'must be a JSON object: the record’s fields');
  if (key !== undefined && key !== null && typeof key !== 'string') wrong('key', `must be text, but is ${shown(key)}`);
  if (timestamp !== undefined && Number.isNaN(toMillis(timestamp)))
    wrong('timestamp', 'must be ISO 8601 with a zone, or epoch milliseconds');
  if (topic !== undefined && (typeof topic !== 'string' || topic === ''))
    wrong('topic', `must be the name of a topic, but is ${shown(topic)}`);
  for (const name of Object.keys(given)) {
    const meant = factFields.includes(name) ? name : nearest(name, factFields);
    if (meant !== name)
      wrong(
        shown(name).slice(1, -1),
        'is not a field of a fact',
        meant === undefined ? factFields.join(', ') : `did you mean ${meant}?`,
      );
  }
  return good ? (given as unknown as GivenFact) : undefined;
};

/** As given, else when the fact happened; undefined where a foreign record does not say so. Epoch ms. */
export const recordTime = ({ timestamp, value }: GivenFact): number | undefined => {
  const time = toMillis(timestamp ?? value.occurred_at);
  return Number.isNaN(time) ? undefined : time;
};

/** @param at Its topic where it names none, its number in the file, and the time of its record. */
export const factLine = (
  { schema, key, value, topic }: GivenFact,
  at: { readonly topic: string; readonly number: number; readonly timestamp: number; readonly place: string },
): FactLine => {
  const keyText = key === undefined ? value.order_id : key;
  const source: SourceRecord = {
    topic: topic ?? at.topic,
    partition: 0,
    offset: BigInt(at.number),
    timestamp: at.timestamp,
    key: typeof keyText === 'string' ? Buffer.from(keyText) : null,
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
    attempt: 1,
  };
  return { source, decoded: { type: schema, value }, place: at.place };
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
