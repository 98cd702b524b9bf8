/**
 * The lane's own topic, by default `<group>.inbox`: replayed and redriven records enter by it, with the place they first stood at in
 * headers, so that their failures and events name the original record.
 */
import type { Header, SourceRecord } from '../../pipeline/batch';
import { timestampMax } from './records/record';

/** Header names of an inbox record. All values are decimal text but the topic's. */
export const inboxHeaders = {
  topic: 'odp-orders.source.topic',
  partition: 'odp-orders.source.partition',
  offset: 'odp-orders.source.offset',
  timestamp: 'odp-orders.source.timestamp',
  attempt: 'odp-orders.attempt',
} as const;

const ours = new Set<string>(Object.values(inboxHeaders));

/** Of a topic's name, in Kafka. */
const topicCharactersMax = 249;
const int32Max = 2 ** 31 - 1;

/**
 * The record as it first stood. One without our headers, or with impossible ones (written by hand), stands for itself. Of
 * several of one name the first counts, as `toInbox` puts it there: the others came with the record, and stay.
 */
export const fromInbox = (record: SourceRecord): SourceRecord => {
  const text = new Map<string, string>();
  const headers: Header[] = [];
  for (const header of record.headers) {
    if (ours.has(header.name) && !text.has(header.name))
      text.set(header.name, Buffer.from(header.value ?? []).toString());
    else headers.push(header);
  }
  const topic = text.get(inboxHeaders.topic);
  const offset = text.get(inboxHeaders.offset) ?? '';
  if (!topic || topic.length > topicCharactersMax || !/^\d{1,18}$/.test(offset)) return record;
  const number = (name: string, fallback: number, min: number, max: number) => {
    const value = Number(text.get(name) || Number.NaN);
    return Number.isSafeInteger(value) && value >= min && value <= max ? value : fallback;
  };
  return {
    topic,
    partition: number(inboxHeaders.partition, record.partition, 0, int32Max),
    offset: BigInt(offset),
    timestamp: number(inboxHeaders.timestamp, record.timestamp, -1, timestampMax),
    key: record.key,
    value: record.value,
    headers,
    attempt: number(inboxHeaders.attempt, 1, 1, int32Max),
    arrivedOn: record.topic,
  };
};

/** The headers that `fromInbox` reads, in front of the record's own. */
export const toInbox = (record: SourceRecord, attempt: number): Header[] => [
  ...Object.entries({
    [inboxHeaders.topic]: record.topic,
    [inboxHeaders.partition]: String(record.partition),
    [inboxHeaders.offset]: String(record.offset),
    [inboxHeaders.timestamp]: String(record.timestamp),
    [inboxHeaders.attempt]: String(attempt),
  }).map(([name, value]) => ({ name, value: Buffer.from(value) })),
  ...record.headers,
];
