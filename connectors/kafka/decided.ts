/**
 * What a coordinator decided about the last transaction of an id: DescribeTransactions (v0, of Kafka 3.0), which kafkajs does
 * not have. To be asked before a fence: afterwards the coordinator does not know any more.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import { answeredBy, type Broker, type Decoded, type Reader, send } from './wire';

export interface Decided {
  readonly commit: boolean;
  /** Every partition was told, or passed over. */
  readonly complete: boolean;
}

/**
 * @param broker The transaction coordinator of the id.
 * @returns Undefined: there was no transaction, or it is forgotten.
 * @throws The coordinator's refusal, as kafkajs has them.
 */
export const decidedOf = (broker: Broker, transactionalId: string): Promise<Decided | undefined> =>
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

/** @throws CONCURRENT_TRANSACTIONS while partitions are still to be told. */
export const completed = async (broker: Broker, transactionalId: string): Promise<void> => {
  if (!(await decidedOf(broker, transactionalId))?.complete) throw createErrorFromCode(concurrentTransactions);
};

const concurrentTransactions = 51;
const noTags = 0;
/** The compact length of an array is one more than its items. */
const oneItem = 2;
const unknownId = 105;

const decode = (reader: Reader): Decoded<Decided | undefined> => {
  reader.skipTags(); // of the header
  const clientSideThrottleTime = reader.int32();
  reader.varint(); // transactions: the one
  const code = reader.int16();
  if (code !== 0 && code !== unknownId) throw createErrorFromCode(code);
  reader.compactString();
  return { clientSideThrottleTime, answer: decisions[reader.compactString()] };
};

/** By the coordinator's names of its states. What is ongoing, a fence aborts. */
const decisions: Readonly<Record<string, Decided>> = {
  Ongoing: { commit: false, complete: false },
  PrepareCommit: { commit: true, complete: false },
  PrepareAbort: { commit: false, complete: false },
  CompleteCommit: { commit: true, complete: true },
  CompleteAbort: { commit: false, complete: true },
};
