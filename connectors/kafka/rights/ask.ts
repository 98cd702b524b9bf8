/**
 * What our user may do, as far as brokers tell it without anything being written: they answer the allowed operations of a topic
 * or a group with its description (KIP-430), and check rights before they look at what is asked. On a cluster without an
 * authorizer everything is allowed.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import {
  answeredBy,
  type Broker,
  type Cluster,
  type CoordinatorType,
  type Decoded,
  groupCoordinator,
  type Reader,
  send,
} from '../wire';
import type { Operation } from './right';

/** Kafka's operations that we need, by their bit. */
const bits: Readonly<Record<Operation, number>> = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Describe: 8,
  DescribeConfigs: 10,
};
/** A broker that tells no operations. */
const untold = -(2 ** 31);

/** `hidden`: not even its description is shown to us. `missing`: there is no such topic. */
export type TopicRights = ShownTopic | 'hidden' | 'missing';

export interface ShownTopic {
  readonly operations: ReadonlySet<Operation>;
  readonly partitions: number;
}

export const topicRights = async (
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicRights>> => topicsDescribed(await cluster.findControllerBroker(), topics);

/** A sign of life of a member that there is not needs the right to read, and does nothing. */
export const mayReadGroup = async (cluster: Cluster, group: string): Promise<boolean> =>
  (await codeOf(await cluster.findControllerBroker(), heartbeat(group))) !== groupForbidden;

export const mayDescribeGroup = async (cluster: Cluster, group: string): Promise<boolean> =>
  (await codeOf(await cluster.findControllerBroker(), coordinatorOf(group, groupCoordinator))) !== groupForbidden;

/** Who may not describe it may not delete it either, and is not told who coordinates it. */
export const mayDeleteGroup = async (cluster: Cluster, group: string): Promise<boolean> => {
  if (!(await mayDescribeGroup(cluster, group))) return false;
  return (await groupOperations(await cluster.findGroupCoordinator({ groupId: group }), group)).has('Delete');
};

/** The end of a transaction of a producer that there is not needs the right to write, and does nothing. */
export const mayWriteAs = async (cluster: Cluster, transactionalId: string): Promise<boolean> =>
  (await codeOf(await cluster.findControllerBroker(), abortion(transactionalId))) !== transactionalIdForbidden;

const topicUnknown = 3;
const topicForbidden = 29;
const groupForbidden = 30;
const transactionalIdForbidden = 53;

const yes = 1;
const no = 0;

const topicsDescribed = (broker: Broker, topics: readonly string[]): Promise<Map<string, TopicRights>> =>
  send(broker, {
    request: {
      apiKey: 3,
      apiVersion: 8,
      apiName: 'Metadata',
      encode: async () => {
        const encoder = new Encoder().writeInt32(topics.length);
        for (const topic of topics) encoder.writeString(topic);
        // Nothing is created; operations of the topics, not of the cluster.
        return encoder.writeInt8(no).writeInt8(no).writeInt8(yes);
      },
    },
    response: answeredBy(readTopics),
  });

const readTopics = (reader: Reader): Decoded<Map<string, TopicRights>> => {
  const clientSideThrottleTime = reader.int32();
  reader.array(() => {
    reader.int32(); // node
    reader.string(); // host
    reader.int32(); // port
    reader.string(); // rack
  });
  reader.string(); // cluster
  reader.int32(); // controller
  const answer = new Map<string, TopicRights>();
  reader.array(() => {
    const code = reader.int16();
    const topic = reader.string();
    reader.at += 1; // internal
    const partitions = reader.array(() => {
      reader.at += 14; // error, number, leader, epoch
      for (let list = 0; list < 3; list++) reader.array(() => reader.int32()); // replicas: all, in sync, offline
    }).length;
    const operations = reader.int32();
    if (code === topicForbidden) answer.set(topic, 'hidden');
    else if (code === topicUnknown) answer.set(topic, 'missing');
    else answer.set(topic, { operations: allowed(operations), partitions });
  });
  return { clientSideThrottleTime, answer };
};

const groupOperations = (broker: Broker, group: string): Promise<ReadonlySet<Operation>> =>
  send(broker, {
    request: {
      apiKey: 15,
      apiVersion: 3,
      apiName: 'DescribeGroups',
      encode: async () => new Encoder().writeInt32(1).writeString(group).writeInt8(yes),
    },
    // Of one group its operations are the last thing that is said.
    response: answeredBy(reader => ({
      clientSideThrottleTime: reader.int32(),
      answer: allowed(reader.bytes.readInt32BE(reader.bytes.length - 4)),
    })),
  });

interface Question {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  encode(): Promise<Encoder>;
}

const heartbeat = (group: string): Question => ({
  apiKey: 12,
  apiVersion: 1,
  apiName: 'Heartbeat',
  encode: async () => new Encoder().writeString(group).writeInt32(-1).writeString('nobody'),
});

const coordinatorOf = (id: string, type: CoordinatorType): Question => ({
  apiKey: 10,
  apiVersion: 1,
  apiName: 'FindCoordinator',
  encode: async () => new Encoder().writeString(id).writeInt8(type),
});

const abortion = (transactionalId: string): Question => ({
  apiKey: 26,
  apiVersion: 1,
  apiName: 'EndTxn',
  encode: async () => new Encoder().writeString(transactionalId).writeInt64(-1).writeInt16(-1).writeInt8(no),
});

/** The error code of an answer that begins with it; what else may be wrong is not asked here. */
const codeOf = (broker: Broker, request: Question): Promise<number> =>
  send(broker, {
    request,
    logResponseError: false,
    response: answeredBy(reader => ({ clientSideThrottleTime: reader.int32(), answer: reader.int16() })),
  });

const allowed = (operations: number): ReadonlySet<Operation> =>
  new Set((Object.keys(bits) as Operation[]).filter(name => operations === untold || (operations >>> bits[name]) & 1));
