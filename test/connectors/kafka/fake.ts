/**
 * A cluster whose brokers answer what the test says, when it says so. Fetch and Produce travel as bytes through our own
 * encoders and decoders; the other requests are calls, as kafkajs' `Broker` has them.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import { findCoordinator } from '../../../connectors/kafka/find-coordinator';
import { readRecords } from '../../../connectors/kafka/records/decode';
import {
  type Broker,
  type BrokerPool,
  type Cluster,
  type CoordinatorKey,
  type Exchange,
  type Joined,
  Reader,
} from '../../../connectors/kafka/wire';

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
  readonly producerId: number;
  readonly transactional: boolean;
  readonly bytes: number;
}

/** One record that was produced, in the order in which a broker took it. */
export interface Taken {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** An error code; or of producer 7 and its epoch 2: the state of the transaction, and the time-out (default: 60 s). */
export type Known = number | readonly [state: string, timeoutMs?: number];

/** What all brokers of a cluster hear, and what they are told to answer. */
interface Heard {
  readonly asked: unknown[][];
  readonly requests: Map<string, unknown[]>;
  readonly taken: Taken[];
  readonly script: Map<string, Error[]>;
  readonly held: Map<string, Promise<void>>;
  readonly committed: Map<string, { offset: string; metadata: string | null }>;
  readonly states: Known[];
  readonly undecided: Set<string>;
  readonly coordinators: readonly [group: number, transaction: number];
}

export class FakeBroker {
  /** Fetches that came, in order; each waits for its answer. */
  readonly fetches: Fetching[] = [];
  /** Answers them, where the test does not do it by itself. */
  fetched: (fetching: Fetching) => void = () => {};
  /** Error codes for the batches of the next Produce requests, by topic; then all succeed. */
  readonly produceCodes: (Record<string, number> | Error)[] = [];

  constructor(
    readonly nodeId: number,
    private readonly heard: Heard,
  ) {}

  /** False: until it is connected. */
  connected = true;
  isConnected = () => this.connected;
  connect = async () => {
    this.heard.asked.push(['Connect', this.nodeId]);
    this.connected = true;
  };
  findGroupCoordinator = async ({ groupId, coordinatorType = 0 }: CoordinatorKey) => {
    this.heard.asked.push(['FindCoordinator', coordinatorType, groupId]);
    return { coordinator: { nodeId: this.heard.coordinators[coordinatorType] } };
  };
  joinGroup = (request: unknown) => this.call('JoinGroup', request as object);
  syncGroup = (request: unknown) => this.call('SyncGroup', request as object);
  leaveGroup = (request: unknown) => this.call('LeaveGroup', request as object);
  heartbeat = (member: Joined) => this.call<void>('Heartbeat', member);
  /** A producer begins with this epoch, and each fence raises it. */
  private epoch = 3;
  initProducerId = (request: object) =>
    this.call('InitProducerId', request, { producerId: '7', producerEpoch: this.epoch++ });
  addOffsetsToTxn = (request: object) => this.call('AddOffsetsToTxn', request);
  txnOffsetCommit = (request: object) => this.call('TxnOffsetCommit', request);
  endTxn = (request: { transactionResult: boolean }) =>
    this.call(request.transactionResult ? 'Commit' : 'Abort', request);
  offsetFetch = async ({ topics }: { topics: { topic: string; partitions: { partition: number }[] }[] }) => ({
    responses: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(one => ({
        ...one,
        ...(this.heard.committed.get(topic) ?? { offset: '-1', metadata: null }),
      })),
    })),
  });
  /** Earliest and end of every partition, and how many records of open transactions stand behind that. */
  range: [earliest: number, end: number, open?: number] = [0, 1_000];
  listOffsets = async ({ isolationLevel, topics }: Parameters<Broker['listOffsets']>[0]) => ({
    responses: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition, timestamp }) => {
        const [earliest, end, open = 0] = this.range;
        if (timestamp === -2) return { partition, offset: String(earliest) };
        if (isolationLevel === 0) return { partition, offset: String(end + open) };
        return { partition, offset: String(this.heard.undecided.has(`${topic}/${partition}`) ? end - 1 : end) };
      }),
    })),
  });

  readonly connectionPool = {
    send: async (exchange: Exchange<unknown>) => {
      const { apiKey, apiName, encode } = exchange.request;
      const answer = await this.answers[apiKey]?.(encode().then(({ buffer }) => new Reader(buffer)));
      if (!answer) throw new Error(`A fake broker has no answer to ${apiName}`);
      return exchange.response.parse(await exchange.response.decode(answer));
    },
  };

  /** Error codes for the partitions of the next AddPartitionsToTxn requests, by topic in their order; then all succeed. */
  readonly announceCodes: Record<string, number>[] = [];

  private readonly answers: Record<number, (request: Promise<Reader>) => Promise<Buffer>> = {
    0: async request => this.produced(await request),
    1: async request => this.fetch(await request),
    24: request =>
      this.call('AddPartitionsToTxn', request.then(announced), announceAnswer(this.announceCodes.shift() ?? {})),
    65: async request => this.described(await request),
  };

  private async described(request: Reader): Promise<Buffer> {
    request.at = 2;
    const id = request.compactString();
    await this.call('DescribeTransactions', { id });
    const known = this.heard.states.shift() ?? 105;
    const [code, state, timeoutMs = 60_000] = typeof known === 'number' ? ([known, ''] as const) : [0, ...known];
    return new Encoder()
      .writeInt8(0)
      .writeInt32(0)
      .writeInt8(2)
      .writeInt16(code)
      .writeUVarIntString(id)
      .writeUVarIntString(state)
      .writeInt32(timeoutMs)
      .writeInt64(-1)
      .writeInt64(7)
      .writeInt16(2).buffer;
  }

  private async call<T>(name: string, request: object | Promise<object>, answer?: T): Promise<T> {
    const { asked, requests, held, script } = this.heard;
    asked.push([name, this.nodeId]); // at once: the order counts
    requests.set(name, [...(requests.get(name) ?? []), await request]);
    await held.get(name);
    const error = script.get(name)?.shift();
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
      const fetching = { asked, answer, fail: reject };
      this.fetches.push(fetching);
      this.fetched(fetching);
    });
  }

  private async produced(request: Reader): Promise<Buffer> {
    const { asked, held, taken } = this.heard;
    const batches = batchesOf(request);
    asked.push(['Produce', this.nodeId, ...batches.map(({ produced }) => produced)]);
    await held.get('Produce');
    const codes = this.produceCodes.shift() ?? {};
    if (codes instanceof Error) throw codes;
    return produceAnswer(
      batches.map(({ produced: { topic, partition }, records }) => {
        const code = codes[topic] ?? 0;
        const baseOffset = taken.filter(one => one.topic === topic && one.partition === partition).length;
        if (code === 0) taken.push(...records);
        return { topic, partition, code, baseOffset: code === 0 ? baseOffset : -1 };
      }),
    );
  }
}

const batchesOf = (request: Reader): { produced: Produced; records: Taken[] }[] => {
  request.string();
  request.at += 6;
  return request.array(() => {
    const topic = request.string();
    request.at += 4;
    const partition = request.int32();
    const bytes = request.slice();
    const epoch = bytes.readInt16BE(51);
    const sequence = bytes.readInt32BE(53);
    const count = bytes.readInt32BE(57);
    const producerId = Number(bytes.readBigInt64BE(43));
    const transactional = (bytes.readInt16BE(21) & 16) !== 0;
    const { records } = readRecords(Buffer.from(bytes), {
      topic,
      partition,
      from: 0,
      aborted: [],
      committedOnly: false,
    });
    return {
      produced: { topic, partition, epoch, sequence, count, producerId, transactional, bytes: bytes.length },
      records: records.map(({ key, value }) => ({ topic, partition, key, value })),
    };
  });
};

export class FakeCluster implements Cluster {
  /** What its brokers were asked, in order: name, broker, and for Produce what was in it. */
  readonly asked: unknown[][] = [];
  /** What was in the other requests, by name. */
  readonly requests = new Map<string, unknown[]>();
  /** All records that were taken, whatever became of their transaction. */
  readonly taken: Taken[] = [];
  /** What the group has committed, by topic. */
  readonly committed = new Map<string, { offset: string; metadata: string | null }>();
  /** Errors for the next calls, by name of the request. */
  readonly script = new Map<string, Error[]>();
  /** Answers to these requests wait, by name. */
  readonly held = new Map<string, Promise<void>>();
  /** What coordinators answer next to DescribeTransactions; then: no such id. */
  readonly states: Known[] = [];
  /** Partitions, as `topic/number`, in which a transaction is not decided. */
  readonly undecided = new Set<string>();
  readonly brokers = new Map<number, FakeBroker>();
  /** Node by topic; 1 where nothing is said, 0 where there is none. */
  readonly leaders = new Map<string, number>();
  /** Node by coordinator type. */
  coordinators: [group: number, transaction: number] = [1, 1];
  refreshed: () => void = () => {};
  readonly brokerPool = {
    versions: null,
    findConnectedBroker: async () => this.broker(1),
    getNodeIds: () => ['1', '2', '3'],
    connectBroker: async () => {},
  } as unknown as BrokerPool;

  broker(nodeId: number): FakeBroker {
    const broker = this.brokers.get(nodeId) ?? new FakeBroker(nodeId, this);
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
  findGroupCoordinator = (key: CoordinatorKey) => findCoordinator(this, key);
  findLeaderForPartitions = (topic: string, partitions: number[]): Record<string, number[]> =>
    this.leaders.get(topic) === 0 ? {} : { [String(this.leaders.get(topic) ?? 1)]: partitions };
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

const announced = (request: Reader) => ({
  transactionalId: request.string(),
  producerId: String(request.int64()),
  producerEpoch: request.int16(),
  topics: request.array(() => ({ topic: request.string(), partitions: request.array(() => request.int32()) })),
});

const announceAnswer = (codes: Record<string, number>): Buffer => {
  const topics = Object.entries(codes);
  const answer = new Encoder().writeInt32(0).writeInt32(topics.length);
  for (const [topic, code] of topics) answer.writeString(topic).writeInt32(1).writeInt32(0).writeInt16(code);
  return answer.buffer;
};

export const produceAnswer = (
  partitions: readonly { topic: string; partition: number; code: number; baseOffset?: number }[],
): Buffer => {
  const answer = new Encoder().writeInt32(partitions.length);
  for (const { topic, partition, code, baseOffset = 0 } of partitions)
    answer
      .writeString(topic)
      .writeInt32(1)
      .writeInt32(partition)
      .writeInt16(code)
      .writeInt64(baseOffset)
      .writeInt64(-1)
      .writeInt64(0);
  return answer.writeInt32(0).buffer;
};

/** What was asked, without the questions for coordinators. */
export const names = ({ asked }: FakeCluster) => asked.map(([name]) => name).filter(name => name !== 'FindCoordinator');
