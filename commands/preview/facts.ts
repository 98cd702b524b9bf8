/**
 * Facts as people write them, one JSON object a line: `{"schema": "commerce.orders.OrderPlaced", "key": "A7",
 * "timestamp": "2026-01-01T00:00:00Z", "value": {…}}`. Blank lines are left out. Every line that cannot be read is told at once.
 */
import type { SourceRecord } from '../../pipeline/batch';
import type { Decoded } from '../../pipeline/order/mapping';
import { toMillis } from '../../pipeline/order/time';
import { nearest } from '../settings/nearest';
import { type Problem, shown } from '../settings/problem';

export interface FactLine {
  readonly source: SourceRecord;
  readonly decoded: Decoded;
}

/** @param file Its name stands for the topic; a line's number is its offset. */
export const readFacts = (text: string, file: string): { lines: FactLine[]; problems: Problem[] } => {
  const lines: FactLine[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const source = `${file}:${index + 1}`;
    const found = readLine(index === 0 ? line.replace(/^\uFEFF/, '') : line, source, file, index + 1);
    if (Array.isArray(found)) problems.push(...found);
    else lines.push(found);
  }
  return { lines, problems };
};

const fields = ['schema', 'key', 'timestamp', 'value'];

const readLine = (line: string, source: string, file: string, number: number): FactLine | Problem[] => {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch (error) {
    return [
      { source: `${source}${columnOf(error, line)}`, message: 'is not JSON: each line must be one whole JSON object' },
    ];
  }
  if (!isObject(given)) return [{ source, message: `must be a JSON object, but is ${shown(given)}` }];
  const problems: Problem[] = [];
  const wrong = (name: string, message: string, hint?: string) =>
    problems.push({ source, name, message, ...(hint !== undefined && { hint }) });
  const { schema, key, value, timestamp } = given;
  if (typeof schema !== 'string')
    wrong('schema', 'must be the full name of a record, such as commerce.orders.OrderPlaced');
  if (!isObject(value)) wrong('value', 'must be a JSON object: the record’s fields');
  if (key !== undefined && key !== null && typeof key !== 'string') wrong('key', `must be text, but is ${shown(key)}`);
  if (timestamp !== undefined && Number.isNaN(toMillis(timestamp)))
    wrong('timestamp', 'must be ISO 8601 with a zone, or epoch milliseconds');
  for (const name of Object.keys(given)) {
    const meant = fields.includes(name) ? name : nearest(name, fields);
    if (meant !== name)
      wrong(
        shown(name).slice(1, -1),
        'is not a field of a line',
        meant === undefined ? fields.join(', ') : `did you mean ${meant}?`,
      );
  }
  if (problems.length > 0 || typeof schema !== 'string' || !isObject(value)) return problems;
  const keyText = key === undefined ? value.order_id : key;
  const source_: SourceRecord = {
    topic: file,
    partition: 0,
    offset: BigInt(number),
    timestamp: recordTime(timestamp, value.occurred_at),
    key: typeof keyText === 'string' ? Buffer.from(keyText) : null,
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
    attempt: 1,
  };
  return { source: source_, decoded: { type: schema, value } };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As given, else when the fact happened; where a foreign record does not say so, now, as a producer would stamp it. */
const recordTime = (timestamp: unknown, occurredAt: unknown): number => {
  const time = toMillis(timestamp ?? occurredAt);
  return Number.isNaN(time) ? Date.now() : time;
};

/** Where JSON.parse stopped, as it says itself; its message would quote the line. */
const columnOf = (error: unknown, line: string): string => {
  const position = /at position (\d+)/.exec(String(error))?.[1];
  if (position !== undefined) return `:${Number(position) + 1}`;
  return /Unexpected end/.test(String(error)) ? `:${line.length + 1}` : '';
};
