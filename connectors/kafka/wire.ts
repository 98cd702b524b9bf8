/**
 * kafkajs' `Cluster` and `Broker` as we use them, and its errors. The shapes are those of 2.2.4 (client.ts checks).
 * A broker has two connections: 0 for everything, 1 for fetches, so that a long poll never holds back a transaction.
 */
import Encoder from 'kafkajs/src/protocol/encoder';

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  addMultipleTargetTopics(topics: string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(node: { nodeId: string | number }): Promise<Broker>;
  findControllerBroker(): Promise<Broker>;
  /** Ours, not kafkajs' (find-coordinator.ts). */
  findGroupCoordinator(key: CoordinatorKey): Promise<Broker>;
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  readonly brokerPool: BrokerPool;
}

/** What of it is ours: pool.ts. */
export interface BrokerPool {
  versions: ApiVersions | null;
  /** As of the last refresh. */
  readonly metadata?: { readonly clusterId: string | null } | null;
  /** The one by which it entered the cluster. */
  readonly seedBroker: Broker & {
    readonly versions: ApiVersions | null;
    readonly connectionPool: { readonly host: string; readonly port: number };
  };
  hasConnectedBrokers(): boolean;
  /** As of the last refresh. */
  getNodeIds(): readonly string[];
  /** The next of `kafka.brokers`; the one before is disconnected. */
  createSeedBroker(): Promise<void>;
  connect(): Promise<void>;
  connectBroker(broker: Broker): Promise<void>;
  /** Any; connects to one where none is. */
  findConnectedBroker(): Promise<Broker>;
}

/** Id of the broker that leads the partition; undefined where there is no such partition. */
export const leaderId = (cluster: Cluster, topic: string, partition: number): string | undefined =>
  Object.keys(cluster.findLeaderForPartitions(topic, [partition]))[0];

/** The broker that leads the partition. */
export const leaderOf = (cluster: Cluster, topic: string, partition: number): Promise<Broker> =>
  cluster.findBroker({ nodeId: leaderId(cluster, topic, partition) ?? '' });

export type ApiVersions = Record<number, { minVersion: number; maxVersion: number }>;

/** Coordinator types of FindCoordinator. */
export const groupCoordinator = 0;
export const transactionCoordinator = 1;
export type CoordinatorType = typeof groupCoordinator | typeof transactionCoordinator;

export interface CoordinatorKey {
  /** Or transactional id. */
  readonly groupId: string;
  /** Default: the group's. */
  readonly coordinatorType?: CoordinatorType;
}

export interface Producer {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

/** What a member says, in this generation. */
export interface Joined {
  readonly groupId: string;
  readonly groupGenerationId: number;
  readonly memberId: string;
}

/** What kafkajs' consumer asks the coordinator of its group. What we do not ask ourselves has kafkajs' own shapes. */
export interface GroupBroker {
  readonly nodeId: number;
  isConnected(): boolean;
  joinGroup(request: unknown): Promise<unknown>;
  syncGroup(request: unknown): Promise<unknown>;
  leaveGroup(request: unknown): Promise<unknown>;
  heartbeat(member: Joined): Promise<void>;
  offsetFetch(request: { groupId: string; topics: { topic: string; partitions: { partition: number }[] }[] }): Promise<{
    responses: {
      topic: string;
      partitions: { partition: number; offset: string; metadata: string | null; errorCode: number }[];
    }[];
  }>;
}

export interface Broker extends GroupBroker {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly connectionPool: { send(exchange: Exchange<unknown>): Promise<unknown> };
  findGroupCoordinator(key: CoordinatorKey): Promise<{ coordinator: { nodeId: number } }>;
  listOffsets(request: {
    replicaId?: number;
    isolationLevel?: 0 | 1;
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  initProducerId(request: {
    transactionalId: string;
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
  addOffsetsToTxn(request: Producer & { groupId: string }): Promise<unknown>;
  txnOffsetCommit(
    request: Producer & {
      groupId: string;
      topics: { topic: string; partitions: { partition: number; offset: string; metadata: string }[] }[];
    },
  ): Promise<unknown>;
  endTxn(request: Producer & { transactionResult: boolean }): Promise<unknown>;
}

/** A request and how its answer is read, as kafkajs' connections take them. */
export interface Exchange<T> {
  readonly request: Request | RequestInPieces;
  readonly response: { decode(bytes: Buffer): Promise<Decoded<T>>; parse(decoded: Decoded<T>): Promise<T> };
  readonly requestTimeout?: number;
  readonly logResponseError?: boolean;
}

interface Request {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  encode(): Promise<Encoder>;
  expectResponse?(): boolean;
}

/** Connections that are mended (mend.ts) send the pieces without a copy: they stay as they are until the answer is there. */
export interface RequestInPieces extends Request {
  pieces(): readonly Buffer[];
}

export const inPieces = (named: Omit<Request, 'encode'>, pieces: () => readonly Buffer[]): RequestInPieces => ({
  ...named,
  pieces,
  encode: async () => {
    const bytes = Buffer.concat(pieces());
    const encoder = new Encoder(bytes.length);
    encoder.writeBufferInternal(bytes);
    return encoder;
  },
});

/** An answer, and for how long the broker asks us to be silent (KIP-219): kafkajs obeys it on the connection. */
export interface Decoded<T> {
  readonly clientSideThrottleTime: number;
  readonly answer: T;
}

/** The `response` half of an exchange whose answer `read` reads. */
export const answeredBy = <T>(read: (reader: Reader) => Decoded<T>): Exchange<T>['response'] => ({
  decode: async bytes => read(new Reader(bytes)),
  parse: async ({ answer }) => answer,
});

export const send = <T>(broker: Broker, exchange: Exchange<T>): Promise<T> =>
  broker.connectionPool.send(exchange as Exchange<unknown>) as Promise<T>;

/** Reads Kafka's primitive types from an answer. */
export class Reader {
  at = 0;
  constructor(readonly bytes: Buffer) {}
  int16() {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }
  int32() {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }
  int64() {
    this.at += 8;
    return this.bytes.readBigInt64BE(this.at - 8);
  }
  string() {
    const length = this.int16();
    if (length < 0) return '';
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
  /** Of Kafka's flexible versions, as the next three. */
  varint() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at++);
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  /** What is compact has a length that is one more. */
  compactString() {
    const end = Math.max(this.varint() - 1, 0) + this.at;
    const from = this.at;
    this.at = end;
    return this.bytes.toString('utf8', from, end);
  }
  compactArray<T>(item: () => T): T[] {
    return Array.from({ length: Math.max(this.varint() - 1, 0) }, item);
  }
  skipTags() {
    for (let left = this.varint(); left > 0; left--) {
      this.varint();
      const length = this.varint(); // reading it moves on as well
      this.at += length;
    }
  }
  slice() {
    const length = Math.max(this.int32(), 0);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  array<T>(item: () => T): T[] {
    const length = this.int32();
    const items: T[] = [];
    for (let index = 0; index < length; index++) items.push(item());
    return items;
  }
}

/** The broker's answer to one partition of a fetch or a produce. */
export class PartitionError extends Error {
  override readonly name = 'PartitionError';
  readonly type: string;
  constructor(
    what: string,
    topic: string,
    partition: number,
    readonly code: number,
  ) {
    const type = partitionErrors[code] ?? `ERROR_${code}`;
    const why = partitionReasons[type];
    super(`Cannot ${what} ${topic}[${partition}] as the broker answered ${type}${why === undefined ? '' : `: ${why}`}`);
    this.type = type;
  }
}

const tooSmall =
  'max.message.bytes of the topic is less than kafka.record_bytes_max; raise the one, or lower the other (`odp-orders doctor` compares all topics)';

/** What to do about those that one can do something about. */
const partitionReasons: Readonly<Record<string, string>> = {
  MESSAGE_TOO_LARGE: tooSmall,
  RECORD_LIST_TOO_LARGE: tooSmall,
  NOT_ENOUGH_REPLICAS: 'fewer copies are in sync than min.insync.replicas of the topic asks for',
};

/** Error codes of the protocol that a partition may answer with, by the names that kafkajs has for them. */
const partitionErrors: Record<number, string> = {
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  7: 'REQUEST_TIMED_OUT',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  14: 'GROUP_LOAD_IN_PROGRESS',
  15: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR_FOR_GROUP',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  32: 'INVALID_TIMESTAMP',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  46: 'DUPLICATE_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH',
  48: 'INVALID_TXN_STATE',
  49: 'INVALID_PRODUCER_ID_MAPPING',
  51: 'CONCURRENT_TRANSACTIONS',
  53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  55: 'OPERATION_NOT_ATTEMPTED',
  56: 'KAFKA_STORAGE_ERROR',
  59: 'UNKNOWN_PRODUCER_ID',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
  87: 'INVALID_RECORD',
  90: 'PRODUCER_FENCED',
};

/** The `type` of a protocol error, kafkajs' or ours; undefined for anything else. */
export const errorType = (error: unknown): string | undefined => {
  const { type, cause } = (error ?? {}) as { type?: unknown; cause?: unknown };
  if (typeof type === 'string') return type;
  return cause ? errorType(cause) : undefined;
};

/** Another owner has fenced this producer: ours are the acts of a zombie. */
export const isFenced = (error: unknown): boolean => fencedErrors.has(errorType(error) ?? '');
const fencedErrors = new Set([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE', // it has ended our transaction, and fences next
]);

/** The world is broken for good, not for a moment: retrying the lane would not help. */
export const isFatal = (error: unknown): boolean => fatalErrors.has(errorType(error) ?? '');
const fatalErrors = new Set([
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_VERSION',
  'INVALID_TRANSACTION_TIMEOUT',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
]);
