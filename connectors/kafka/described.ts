/** What a coordinator knows of a transactional id: DescribeTransactions (v0, of Kafka 3.0), which kafkajs does not have. */
import Encoder from 'kafkajs/src/protocol/encoder';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import { answeredBy, type Broker, type Decoded, type Producer, type Reader, send } from './wire';

export interface Described extends Producer {
  /** Of its last transaction, as Kafka names them: Empty, Ongoing, PrepareCommit, CompleteCommit, PrepareAbort, CompleteAbort. */
  readonly state: string;
  /** As the last fence had it. */
  readonly timeoutMs: number;
}

/**
 * @param broker The transaction coordinator of the id.
 * @returns Undefined: it never heard of it, or has forgotten it.
 * @throws The coordinator's refusal, as kafkajs has them.
 */
export const described = (broker: Broker, transactionalId: string): Promise<Described | undefined> =>
  send(broker, {
    logResponseError: false,
    request: {
      apiKey: 65,
      apiVersion: 0,
      apiName: 'DescribeTransactions',
      encode: async () =>
        new Encoder()
          .writeInt8(noTags) // of the header, which kafkajs ends before them
          .writeInt8(oneItem)
          .writeUVarIntString(transactionalId)
          .writeInt8(noTags),
    },
    response: answeredBy(decode),
  });

/** @throws CONCURRENT_TRANSACTIONS while partitions are still to be told how it ended. */
export const completed = async (broker: Broker, transactionalId: string): Promise<void> => {
  if (!(await described(broker, transactionalId))?.state.startsWith('Complete'))
    throw createErrorFromCode(concurrentTransactions);
};

const concurrentTransactions = 51;
const noTags = 0;
/** The compact length of an array is one more than its items. */
const oneItem = 2;
const unknownId = 105;

const decode = (reader: Reader): Decoded<Described | undefined> => {
  reader.skipTags(); // of the header
  const clientSideThrottleTime = reader.int32();
  reader.varint(); // transactions: the one
  const code = reader.int16();
  if (code === unknownId) return { clientSideThrottleTime, answer: undefined };
  if (code !== 0) throw createErrorFromCode(code);
  const transactionalId = reader.compactString();
  const state = reader.compactString();
  const timeoutMs = reader.int32();
  reader.int64(); // when it began
  const producer = { transactionalId, producerId: String(reader.int64()), producerEpoch: reader.int16() };
  return { clientSideThrottleTime, answer: { ...producer, state, timeoutMs } };
};
