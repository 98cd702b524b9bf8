/**
 * `node dist/bench/lane.js [windows|stateless] [rounds]`: the whole way of a record through the lanes of one process, in µs of CPU,
 * all threads counted: the pipeline as `run` has it, with the real writer, and memory in place of Kafka. For profiles, and to see
 * what a change is worth; single steps are measured by micro.ts, whole runs by main.ts.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { EMPTY, lastValueFrom, of, tap } from 'rxjs';
import { laneCheckOf, pipelineSettingsOf } from '../commands/connections';
import { encodingOf, outputEncoders } from '../commands/run/registry';
import { loadSettings } from '../commands/settings/load';
import type { Settings } from '../commands/settings/schema';
import { limiter } from '../connectors/kafka/limiter';
import { readRecords } from '../connectors/kafka/records/decode';
import { RecordBatchWriter } from '../connectors/kafka/records/encode';
import type { LaneTransactions } from '../connectors/kafka/transaction';
import { KafkaWriter } from '../connectors/kafka/writer';
import { decodeWith } from '../connectors/registry/decode';
import { memoryRegistry } from '../connectors/registry/memory';
import { SchemaReaders } from '../connectors/registry/readers';
import { LaneState } from '../connectors/state/lane-state';
import { memoryStore } from '../connectors/state/memory-store';
import { pulled, startPosition } from '../pipeline/batch';
import { partitionOf } from '../pipeline/order/murmur2';
import { orderLane } from '../pipeline/pipeline';
import type { Lane, Ports } from '../pipeline/ports';
import { completeSchema } from '../schemas/schemas';
import { median } from './measure';
import { orderAt } from './orders';

const lanes = 4;
const orders = 200_000;
const batchRecords = 2_500; // as kafka.batch_records_max has it
const fetchedRecords = 500; // in one record batch of the broker
const topic = 'commerce.orders';
const placed = 'commerce.orders.OrderPlaced';
const identity = { producerId: 1n, producerEpoch: 0, baseSequence: 0, transactional: true, codec: 'none' } as const;
const nowMs = Date.now();

const framed = (schemaId: number, value: Buffer): Buffer => {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(schemaId, 1);
  return Buffer.concat([frame, value]);
};

/** What a broker sends of each partition: batches of fetched record batches. */
const fetches = (schemaId: number): Buffer[][] => {
  const writers = Array.from({ length: lanes }, () => new RecordBatchWriter());
  const ready: Buffer[][] = writers.map(() => []);
  const offsets = writers.map(() => 0);
  const finish = (lane: number) => {
    const writer = writers[lane] as RecordBatchWriter;
    const { count } = writer;
    if (count === 0) return;
    const bytes = Buffer.from(writer.finish(identity));
    bytes.writeBigInt64BE(BigInt(offsets[lane] as number), 0); // base offset
    (offsets[lane] as number) += count;
    ready[lane]?.push(bytes);
  };
  for (let index = 0; index < orders; index++) {
    const { key, value } = orderAt(index);
    const bytes = Buffer.from(key);
    const lane = partitionOf(bytes, lanes);
    writers[lane]?.append(bytes, framed(schemaId, value), [], nowMs);
    if (writers[lane]?.count === fetchedRecords) finish(lane);
  }
  for (let lane = 0; lane < lanes; lane++) finish(lane);
  const atOnce = batchRecords / fetchedRecords;
  return ready.map(all =>
    Array.from({ length: Math.ceil(all.length / atOnce) }, (_, at) =>
      Buffer.concat(all.slice(at * atOnce, (at + 1) * atOnce)),
    ),
  );
};

/** In place of a producer: its record batches are finished, and thrown away. */
class Discarded implements Pick<LaneTransactions, 'writer' | 'flush' | 'commit' | 'lastOffset'> {
  private readonly writers = new Map<string, RecordBatchWriter[]>();
  bytes = 0;
  writer(topic: string, partition: number): RecordBatchWriter {
    let ofTopic = this.writers.get(topic);
    if (ofTopic === undefined) {
      ofTopic = [];
      this.writers.set(topic, ofTopic);
    }
    ofTopic[partition] ??= new RecordBatchWriter();
    return ofTopic[partition];
  }
  async flush(topic: string, partition: number): Promise<void> {
    this.bytes += this.writer(topic, partition).finish(identity).length;
  }
  async commit(): Promise<void> {
    await turn(); // the other lanes have theirs in hand meanwhile
    for (const writer of [...this.writers.values()].flat())
      if (writer.count > 0) this.bytes += writer.finish(identity).length;
  }
  lastOffset(): number {
    return 0;
  }
}

const mode = process.argv[2] ?? 'windows';
const rounds = Number(process.argv[3] ?? 8);

const main = async () => {
  const settings = loadSettings({
    env: { ODP_ORDERS_STATE_STORE: mode === 'stateless' ? 'none' : 'memory' },
  }) as Settings;
  const registry = memoryRegistry();
  const schemaId = await registry.register(`${topic}-${placed}`, completeSchema(placed));
  const input = fetches(schemaId);
  const encoders = await outputEncoders(registry, settings);
  const decode = decodeWith(new SchemaReaders(registry, { unknownIdMemoryMs: 0 }));
  const pipeline = { ...pipelineSettingsOf(settings, new Map()), laneCheck: laneCheckOf(settings, lanes) };
  const brake = limiter(Number.POSITIVE_INFINITY);

  const runLane = async (id: number): Promise<{ events: number; bytes: number }> => {
    const start = startPosition(new Map([[topic, 0n]]));
    const transactions = new Discarded();
    const state =
      mode === 'stateless' ? undefined : new LaneState(memoryStore(), encoders.state(), settings.state.retention_ms);
    const writer = new KafkaWriter(
      id,
      start,
      transactions as unknown as LaneTransactions,
      encodingOf(encoders, settings),
      brake,
      state,
      {
        topics: settings.topics,
        partitions: { events: lanes, failures: 1, summaries: 1 },
        recordBytesMax: settings.kafka.record_bytes_max,
        shape: { settings: '', partitions: lanes },
      },
    );
    let at = 0;
    let offset = 0;
    const lane: Lane = {
      id,
      start,
      pull: () => {
        const bytes = input[id]?.[at++];
        if (bytes === undefined) return EMPTY;
        const { records, nextOffset } = readRecords(bytes, {
          topic,
          partition: id,
          from: offset,
          aborted: [],
          committedOnly: true,
        });
        offset = nextOffset;
        return of(pulled(id, records, startPosition(new Map([[topic, BigInt(nextOffset)]]))));
      },
    };
    let events = 0;
    const ports: Ports = {
      decode,
      stage: writer.stage,
      write: writer.write,
      states: state as unknown as Ports['states'],
    };
    await lastValueFrom(
      orderLane(lane, ports, pipeline).pipe(
        tap(written => {
          events += written.events;
        }),
      ),
    );
    return { events, bytes: transactions.bytes };
  };

  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = process.cpuUsage();
    const wall = performance.now();
    const results = await Promise.all(Array.from({ length: lanes }, (_, id) => runLane(id)));
    const { user, system } = process.cpuUsage(began);
    taken.push((user + system) / orders);
    const events = results.reduce((sum, one) => sum + one.events, 0);
    const bytes = results.reduce((sum, one) => sum + one.bytes, 0);
    process.stdout.write(
      `round ${round}: ${taken.at(-1)?.toFixed(2)} µs a record, wall ${(((performance.now() - wall) * 1000) / orders).toFixed(2)}, ${events} events, ${(bytes / orders).toFixed(0)} bytes a record\n`,
    );
  }
  process.stdout.write(
    `${mode}: median ${median(taken.slice(2)).toFixed(2)}, least ${Math.min(...taken).toFixed(2)} µs a record\n`,
  );
};

void main();
