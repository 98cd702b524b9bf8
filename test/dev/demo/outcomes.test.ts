/** What each sample says must become of it, against the real pipeline: Avro, checks and events as in production, in memory. */
import { lastValueFrom } from 'rxjs';
import { MemoryKafka } from '../../../connectors/memory/kafka';
import { decodeWith } from '../../../connectors/registry/decode';
import { memoryRegistry } from '../../../connectors/registry/memory';
import { SchemaReaders } from '../../../connectors/registry/readers';
import { Accounts } from '../../../dev/demo/accounts';
import { Samples } from '../../../dev/demo/samples';
import { sampleSchemas } from '../../../dev/demo/schemas';
import { badKinds } from '../../../dev/demo/spoil';
import { defaultLedgerSettings } from '../../../pipeline/order/ledger/settings';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { defaultOrderWindowSettings } from '../../../pipeline/order/window';
import { orderLane } from '../../../pipeline/pipeline';

const topic = 'commerce.orders';
const partitions = 2;

test.each([1, 2, 3])('every record becomes what it should, seed %d', async seed => {
  const registry = memoryRegistry();
  const samples = new Samples({ seed, badPercent: 20 }, (await sampleSchemas(registry, topic)).encoding);
  const accounts = new Accounts(topic);
  const kafka = new MemoryKafka();
  const ends = new Array<number>(partitions).fill(0);
  const bad = new Set<string>();
  for (let at = 0; at < 3_000; at++) {
    const timestamp = Date.UTC(2026, 0, 1) + at * 5;
    const { number, key, value, expected, bad: kind } = samples.next(timestamp);
    if (kind !== undefined) bad.add(kind);
    const partition = partitionOf(key, partitions);
    kafka.produce([{ topic, partition, timestamp, key, value, headers: [] }]);
    accounts.stands(number, expected, partition, ends[partition]!);
    ends[partition]! += 1;
  }
  expect(bad.size).toBe(badKinds.length);

  const decode = decodeWith(new SchemaReaders(registry, { unknownIdMemoryMs: 60_000 }));
  for (let id = 0; id < partitions; id++) {
    const { lane, ...ports } = kafka.openLane(id, {
      group: 'g',
      sources: [topic],
      inbox: 'g.inbox',
      startFrom: 'earliest',
      batchRecordsMax: 500,
      fetchWaitMaxMs: 0,
      endWhenRead: true,
    });
    const settings = {
      mappings: new Map(),
      order: defaultOrderSettings,
      failuresInARowMax: 1_000,
      laneCheck: { partitions },
      memory: { window: defaultOrderWindowSettings, ledger: defaultLedgerSettings, timeTopics: [topic] },
      summary: { sizeMs: 60_000, hopMs: 60_000, delayMs: 0 },
    };
    await lastValueFrom(orderLane(lane, { decode, ...ports }, settings));
  }

  const { events, failures } = kafka.output();
  for (const { action, fact_ids } of events)
    for (const factId of fact_ids) accounts.event(samples.numberOf(factId), action, factId);
  for (const { source, stage, code } of failures)
    accounts.failure(source.topic, source.partition, Number(source.offset), stage, code);
  expect(accounts.problems()).toEqual([]);
  expect(accounts.summary()).toMatchObject({ produced: 3_000, unaccounted: 0 });
});
