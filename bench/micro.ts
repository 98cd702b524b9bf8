/**
 * `node dist/bench/micro.js`: what each step of the pipeline costs, in µs of CPU a record, on the orders of the benchmark. In
 * one process and without Kafka: to see what a change of a step is worth. Whole runs are measured by main.ts.
 */

import { keyBuffer } from '../connectors/kafka/key';
import { readRecords } from '../connectors/kafka/records/decode';
import { RecordBatchWriter } from '../connectors/kafka/records/encode';
import { Cursor } from '../connectors/registry/cursor';
import { readerForm } from '../connectors/registry/normal';
import { straightReads, straightWrite } from '../connectors/registry/straight';
import { typeOf } from '../connectors/registry/types';
import { type Batch, type Entry, each, pulledEntries, type SourceRecord, startPosition } from '../pipeline/batch';
import { Failure } from '../pipeline/failure';
import { toEvent } from '../pipeline/order/event';
import { type Decoded, toFact } from '../pipeline/order/mapping';
import { partitionOf } from '../pipeline/order/murmur2';
import { defaultOrderSettings } from '../pipeline/order/settings';
import { completeSchema } from '../schemas/schemas';
import type { OrderEvent } from '../schemas/types';
import { median } from './measure';
import { orderAt } from './orders';
import { columns } from './report';

const batches = 40;
const batchRecords = 2_500; // as kafka.batch_records_max has it
const fetchedRecords = 500; // in one record batch of the broker
const rounds = 15;
const frameBytes = 5;
const partitions = 4;
const topic = 'commerce.orders';
const placed = 'commerce.orders.OrderPlaced';
const identity = { producerId: 1n, producerEpoch: 0, baseSequence: 0, transactional: true, codec: 'none' } as const;

/** What a broker sends: record batches, one after the other. */
const fetched = (from: number): Buffer => {
  const writer = new RecordBatchWriter();
  const parts: Buffer[] = [];
  for (let at = 0; at < batchRecords; at += fetchedRecords) {
    for (let i = 0; i < fetchedRecords; i++) {
      const { key, value } = orderAt(from + at + i);
      writer.append(Buffer.from(key), Buffer.concat([Buffer.alloc(frameBytes), value]), [], nowMs);
    }
    const bytes = Buffer.from(writer.finish(identity));
    bytes.writeBigInt64BE(BigInt(at), 0); // base offset
    parts.push(bytes);
  }
  return Buffer.concat(parts);
};

const nowMs = Date.now();

const read = (bytes: Buffer): readonly SourceRecord[] =>
  readRecords(bytes, { topic, partition: 0, from: 0, aborted: [], committedOnly: true }).records;

const decoding = () => {
  // As readers.ts does for a producer that writes by our own schema.
  const reads = straightReads(typeOf(readerForm(completeSchema(placed)), 'ours'));
  const cursor = new Cursor();
  return (records: readonly SourceRecord[]): Batch<Decoded> => {
    const entries: Entry<Decoded>[] = [];
    for (const source of records) {
      cursor.open(source.value as Buffer, frameBytes);
      entries.push({ source, value: { type: placed, value: reads._read(cursor) as object } });
    }
    return pulledEntries(0, entries, startPosition(new Map()));
  };
};

const encoding = () => {
  const write = straightWrite(typeOf(readerForm(completeSchema('odp.OrderEvent')), 'ours'));
  const out = new Cursor();
  return (event: OrderEvent): Buffer => {
    out.start(frameBytes);
    write(out, event);
    return out.written();
  };
};

const entries = <T>(batch: Batch<T>): readonly Entry<T>[] =>
  batch.outcomes.map(outcome => {
    if (outcome instanceof Failure) throw new Error(`Cannot measure a failure: ${outcome.message}`);
    return outcome;
  });

const main = (): void => {
  const decode = decoding();
  const map = each('map', toFact(new Map(), defaultOrderSettings));
  const event = each('map', toEvent(defaultOrderSettings));
  const encode = encoding();
  const keyBytes = keyBuffer();
  const inputs = Array.from({ length: batches }, (_, index) => fetched(index * batchRecords));
  const writers = Array.from({ length: partitions }, () => new RecordBatchWriter());

  const taken = new Map<string, number[]>();
  const timed = <T>(step: string, work: () => T): T => {
    const began = process.cpuUsage(); // of all threads, the collector's too; what else the machine does matters less
    const result = work();
    const { user, system } = process.cpuUsage(began);
    const micros = (user + system) / batchRecords;
    taken.set(step, [...(taken.get(step) ?? []), micros]);
    return result;
  };

  for (let round = 0; round < rounds; round++)
    for (const bytes of inputs) {
      const records = timed('read', () => read(bytes));
      const decoded = timed('decode', () => decode(records));
      const facts = timed('toFact', () => map(decoded));
      const events = entries(timed('toEvent', () => event(facts)));
      timed('encode', () => {
        for (const { value } of events) encode(value);
      });
      const values = events.map(({ value }) => Buffer.from(encode(value)));
      timed('append', () => {
        for (let i = 0; i < events.length; i++) {
          const key = keyBytes((events[i] as Entry<OrderEvent>).value.order_id);
          writers[partitionOf(key, partitions)]?.append(key, values[i] as Buffer, [], nowMs);
        }
        for (const writer of writers) writer.finish(identity);
      });
    }

  // The first rounds are the compiler's.
  const warm = [...taken].map(([step, micros]) => [step, micros.slice(batches * 5)] as const);
  const rows = warm.map(([step, micros]) => [step, median(micros).toFixed(3), Math.min(...micros).toFixed(3)]);
  const total = (of: (micros: readonly number[]) => number) =>
    warm.reduce((sum, [, micros]) => sum + of(micros), 0).toFixed(3);
  rows.push(['all', total(median), total(micros => Math.min(...micros))]);
  process.stdout.write(`${columns([['µs a record', 'median', 'least'], ...rows]).join('\n')}\n`);
};

main();
