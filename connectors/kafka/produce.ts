/** One Produce request (v7, acks=all) of ready-made record batches to the broker that leads their partitions. */
import Encoder from 'kafkajs/src/protocol/encoder';
import {
  answeredBy,
  type Broker,
  type Decoded,
  type Exchange,
  inPieces,
  PartitionError,
  type Reader,
  send,
} from './wire';

export interface ReadyBatch {
  readonly topic: string;
  readonly partition: number;
  /** A record batch as records/encode.ts makes it. Not copied: it stays as it is until the answer is there. */
  readonly bytes: Buffer;
}

export interface Produced {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the batch's first record; -1 where the broker does not know it any more (a repeated batch). */
  readonly baseOffset: number;
}

/**
 * @param timeoutMs How long the broker may wait for its replicas.
 * @throws PartitionError of the first partition that refused its batch; a repeated batch (DUPLICATE_SEQUENCE_NUMBER) is
 *   accepted: the broker has it.
 */
export const produceTo = (
  broker: Broker,
  transactionalId: string | null,
  batches: readonly ReadyBatch[],
  timeoutMs: number,
): Promise<Produced[]> => send(broker, produceExchange(transactionalId, batches, timeoutMs));

const apiKey = 0;
const apiVersion = 7;
const allReplicas = -1;
const duplicateSequence = 46;

const produceExchange = (
  transactionalId: string | null,
  batches: readonly ReadyBatch[],
  timeoutMs: number,
): Exchange<Produced[]> => ({
  requestTimeout: timeoutMs + 1_000,
  logResponseError: false,
  request: inPieces({ apiKey, apiVersion, apiName: 'Produce' }, () => {
    let head = new Encoder()
      .writeString(transactionalId)
      .writeInt16(allReplicas)
      .writeInt32(timeoutMs)
      .writeInt32(batches.length);
    const pieces: Buffer[] = [];
    for (const { topic, partition, bytes } of batches) {
      head.writeString(topic).writeInt32(1).writeInt32(partition).writeInt32(bytes.length);
      pieces.push(head.buffer, bytes);
      head = new Encoder();
    }
    return pieces;
  }),
  response: answeredBy(decode),
});

const decode = (reader: Reader): Decoded<Produced[]> => {
  let refused: PartitionError | undefined;
  const produced = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => {
      const partition = reader.int32();
      const code = reader.int16();
      const baseOffset = Number(reader.int64());
      reader.int64(); // log append time
      reader.int64(); // log start offset
      if (code !== 0 && code !== duplicateSequence)
        refused ??= new PartitionError('produce to', topic, partition, code);
      return { topic, partition, baseOffset };
    });
  });
  if (refused) throw refused;
  return { clientSideThrottleTime: reader.int32(), answer: produced.flat() };
};
