/** What each sample says must become of it, against the real pipeline: Avro, checks and events as in production, in memory. */
import { lastValueFrom, toArray } from 'rxjs';
import { MemoryKafka } from '../../../connectors/memory/kafka';
import { decodeWith } from '../../../connectors/registry/decode';
import { memoryRegistry } from '../../../connectors/registry/memory';
import { SchemaReaders } from '../../../connectors/registry/readers';
import { Accounts } from '../../../dev/demo/accounts';
import { Samples } from '../../../dev/demo/samples';
import { sampleSchemas } from '../../../dev/demo/schemas';
import { badKinds } from '../../../dev/demo/spoil';
import { untidyKinds } from '../../../dev/demo/untidy';
import { defaultLedgerSettings } from '../../../pipeline/order/ledger/settings';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { defaultOrderWindowSettings } from '../../../pipeline/order/window';
import { orderLane } from '../../../pipeline/pipeline';

const topic = 'commerce.orders';
const partitions = 2;

/** Records a second: all within one window, and over many. */
const speeds = [100_000, 200, 20];

test.each(speeds.flatMap(speed => [1, 2].map(seed => [speed, seed])))(
  'every record becomes what it should, %d a second, seed %d',
  async (speed, seed) => {
    const registry = memoryRegistry();
    const { encoding } = await sampleSchemas(registry, topic);
    const samples = new Samples({ seed, badPercent: 10, untidyPercent: 20 }, encoding);
    const accounts = new Accounts(topic);
    const kafka = new MemoryKafka();
    const ends = new Array<number>(partitions).fill(0);
    const seen = new Set<string>();
    const lateOnes = new Set<number>();
    for (let at = 0; at < 3_000; at++) {
      const timestamp = Date.UTC(2026, 0, 1) + Math.floor((at * 1_000) / speed);
      const { number, key, value, expected, bad, untidy } = samples.next(timestamp);
      seen.add(bad ?? untidy ?? 'good');
      if (untidy === 'late') lateOnes.add(number);
      const partition = partitionOf(key, partitions);
      kafka.produce([{ topic, partition, timestamp, key, value, headers: [] }]);
      accounts.stands(number, expected, partition, ends[partition]!);
      ends[partition]! += 1;
    }
    expect(seen.size).toBe(1 + badKinds.length + untidyKinds.length);

    const decode = decodeWith(new SchemaReaders(registry, { unknownIdMemoryMs: 60_000 }));
    let duplicates = 0;
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
      const written = await lastValueFrom(orderLane(lane, { decode, ...ports }, settings).pipe(toArray()));
      for (const one of written) duplicates += one.duplicates;
      expect(written.at(-1)?.held).toBe(0);
    }

    const { events, failures } = kafka.output();
    for (const { action, fact_ids } of events)
      for (const factId of fact_ids) accounts.event(samples.numberOf(factId), action, factId);
    for (const { source, stage, code } of failures)
      accounts.failure(source.topic, source.partition, Number(source.offset), stage, code);
    expect(accounts.problems()).toEqual([]);
    const summary = accounts.summary();
    expect(summary).toMatchObject({ produced: 3_000, unaccounted: 0, duplicates });
    expect(summary.failures).toMatchObject({
      over_deduction: expect.any(Number),
      purchase_changed: expect.any(Number),
      currency_changed: expect.any(Number),
    });
    // What is meant to come late does; nothing else is late by chance, where nothing is sent again long after.
    const late = new Set(events.flatMap(event => (event.late ? event.fact_ids.map(id => samples.numberOf(id)) : [])));
    for (const number of lateOnes) expect([number, late.has(number)]).toEqual([number, true]);
    if (speed === speeds[0]) expect(late.size).toBe(lateOnes.size);
  },
);
