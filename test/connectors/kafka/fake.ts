/**
 * A cluster whose brokers answer what the test says, when it says so. Fetch and Produce travel as bytes through our own
 * encoders and decoders; the other requests are calls, as kafkajs' `Broker` has them.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import { type Broker, type Cluster, type Exchange, Reader } from '../../../connectors/kafka/wire';

/** An error as kafkajs makes them of a broker's answer. */
export const answered = (type: string) => Object.assign(new Error(type), { type });
/** No answer came. */
export const unanswered = () => new Error('Closed connection');

export interface Fetching {
  readonly asked: readonly { topic: string; partition: number; offset: number }[];
  /** @param partitions `end` of what may be read; absent: there is more where there are records, and nothing where not. */
  answer(partitions: readonly { topic: string; code?: number; records?: Buffer; end?: number }[]): void;
  fail(error: Error): void;
}

/** One record batch of a Produce request. */
export interface Produced {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly count: number;
}

export class FakeBroker {
  /** Fetches that came, in order; each waits for its answer. */
  readonly fetches: Fetching[] = [];
  /** Error codes for the batches of the next Produce requests, by topic; then all succeed. */
  readonly produceCodes: (Record<string, number> | Error)[] = [];
  /** What all brokers of the cluster were asked, in order: name, and for Produce what was in it. */
  constructor(
    readonly nodeId: number,
    private readonly asked: unknown[][],
    private readonly script: Map<string, Error[]>,
    private readonly held: Map<string, Promise<void>>,
  ) {}

  isConnected = () => true;
  connect = async () => {};
  initProducerId = () => this.call('InitProducerId', { producerId: '7', producerEpoch: 3 });
  addOffsetsToTxn = () => this.call('AddOffsetsToTxn');
  txnOffsetCommit = () => this.call('TxnOffsetCommit');
  endTxn = ({ transactionResult }: { transactionResult: boolean }) => this.call(transactionResult ? 'Commit' : 'Abort');
  /** Earliest and end of every partition. */
  range: [earliest: number, end: number] = [0, 1_000];
  listOffsets = async ({ topics }: { topics: { topic: string; partitions: { timestamp: number }[] }[] }) => ({
    responses: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ timestamp }) => ({
        partition: 0,
        offset: String(this.range[timestamp === -2 ? 0 : 1]),
      })),
    })),
  });

  readonly connectionPool = {
    send: async (exchange: Exchange<unknown>) => {
      const answer = await this.answerTo(exchange.request);
      return exchange.response.parse(await exchange.response.decode(answer));
    },
  };

  /** Error codes for the partitions of the next AddPartitionsToTxn requests, by topic in their order; then all succeed. */
  readonly announceCodes: Record<string, number>[] = [];

  private async answerTo({ apiKey, encode }: Exchange<unknown>['request']): Promise<Buffer> {
    if (apiKey === 24) return this.call('AddPartitionsToTxn', announceAnswer(this.announceCodes.shift() ?? {}));
    const request = new Reader((await encode()).buffer);
    return apiKey === 1 ? this.fetch(request) : this.produced(request);
  }

  private async call<T>(name: string, answer?: T): Promise<T> {
    this.asked.push([name, this.nodeId]);
    await this.held.get(name);
    const error = this.script.get(name)?.shift();
    if (error) throw error;
    return answer as T;
  }

  private fetch(request: Reader): Promise<Buffer> {
    request.at = 4 * 4 + 1 + 2 * 4;
    const asked = request.array(() => {
      const topic = request.string();
      request.at += 4;
      const partition = request.int32();
      request.at += 4;
      const offset = Number(request.int64());
      request.at += 12;
      return { topic, partition, offset };
    });
    return new Promise((resolve, reject) => {
      const answer: Fetching['answer'] = partitions => resolve(fetchAnswer(partitions));
      this.fetches.push({ asked, answer, fail: reject });
    });
  }

  private async produced(request: Reader): Promise<Buffer> {
    const batches = this.batchesOf(request);
    this.asked.push(['Produce', this.nodeId, ...batches]);
    await this.held.get('Produce');
    const codes = this.produceCodes.shift() ?? {};
    if (codes instanceof Error) throw codes;
    return produceAnswer(batches.map(({ topic, partition }) => ({ topic, partition, code: codes[topic] ?? 0 })));
  }

  private batchesOf(request: Reader): Produced[] {
    request.string();
    request.at += 6;
    return request.array((): Produced => {
      const topic = request.string();
      request.at += 4;
      const partition = request.int32();
      const bytes = request.slice();
      return {
        topic,
        partition,
        epoch: bytes.readInt16BE(51),
        sequence: bytes.readInt32BE(53),
        count: bytes.readInt32BE(57),
      };
    });
  }
}

export class FakeCluster implements Cluster {
  readonly asked: unknown[][] = [];
  /** Errors for the next calls, by name of the request. */
  readonly script = new Map<string, Error[]>();
  /** Answers to these requests wait, by name. */
  readonly held = new Map<string, Promise<void>>();
  readonly brokers = new Map<number, FakeBroker>();
  /** Node by topic; 1 where nothing is said. */
  readonly leaders = new Map<string, number>();
  /** Node by coordinator type. */
  coordinators: [group: number, transaction: number] = [1, 1];
  refreshed: () => void = () => {};
  readonly brokerPool = { versions: null };

  broker(nodeId: number): FakeBroker {
    const broker = this.brokers.get(nodeId) ?? new FakeBroker(nodeId, this.asked, this.script, this.held);
    this.brokers.set(nodeId, broker);
    return broker;
  }

  connect = async () => {};
  disconnect = async () => {};
  isConnected = () => true;
  addMultipleTargetTopics = async () => {};
  refreshMetadata = async () => this.refreshed();
  findBroker = async ({ nodeId }: { nodeId: string | number }) => this.broker(Number(nodeId)) as unknown as Broker;
  findControllerBroker = () => this.findBroker({ nodeId: 1 });
  findGroupCoordinator = async ({ coordinatorType = 0 }: { coordinatorType?: 0 | 1 }) => {
    this.asked.push(['FindCoordinator', coordinatorType]);
    return this.findBroker({ nodeId: this.coordinators[coordinatorType] });
  };
  findLeaderForPartitions = (topic: string, partitions: number[]) => ({
    [String(this.leaders.get(topic) ?? 1)]: partitions,
  });
  findTopicPartitionMetadata = () => [];
}

const fetchAnswer = (partitions: Parameters<Fetching['answer']>[0]): Buffer => {
  const answer = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(partitions.length);
  for (const { topic, code = 0, records = Buffer.alloc(0), end = records.length > 0 ? 1_000 : 0 } of partitions) {
    answer.writeString(topic).writeInt32(1).writeInt32(0).writeInt16(code);
    answer.writeInt64(end).writeInt64(end).writeInt64(0).writeInt32(0).writeInt32(-1);
    answer.writeInt32(records.length).writeBufferInternal(records);
  }
  return answer.buffer;
};

const announceAnswer = (codes: Record<string, number>): Buffer => {
  const topics = Object.entries(codes);
  const answer = new Encoder().writeInt32(0).writeInt32(topics.length);
  for (const [topic, code] of topics) answer.writeString(topic).writeInt32(1).writeInt32(0).writeInt16(code);
  return answer.buffer;
};

export const produceAnswer = (partitions: readonly { topic: string; partition: number; code: number }[]): Buffer => {
  const answer = new Encoder().writeInt32(partitions.length);
  for (const { topic, partition, code } of partitions)
    answer
      .writeString(topic)
      .writeInt32(1)
      .writeInt32(partition)
      .writeInt16(code)
      .writeInt64(0)
      .writeInt64(-1)
      .writeInt64(0);
  return answer.writeInt32(0).buffer;
};
