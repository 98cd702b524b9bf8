/**
 * AddPartitionsToTxn (v1), ours for its answer: where one partition is refused the broker answers OPERATION_NOT_ATTEMPTED for all
 * others, which may come first. kafkajs tells the first; what counts is why, and of which topic.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import type { TopicPartitions } from './unstable';
import { answeredBy, type Broker, type Decoded, PartitionError, type Producer, type Reader, send } from './wire';

/** @throws PartitionError of the partition that was refused. */
export const announceTo = (broker: Broker, producer: Producer, topics: readonly TopicPartitions[]): Promise<void> =>
  send(broker, {
    logResponseError: false,
    request: {
      apiKey: 24,
      apiVersion: 1,
      apiName: 'AddPartitionsToTxn',
      encode: async () => {
        const { transactionalId, producerId, producerEpoch } = producer;
        const encoder = new Encoder().writeString(transactionalId).writeInt64(producerId).writeInt16(producerEpoch);
        encoder.writeInt32(topics.length);
        for (const { topic, partitions } of topics) {
          encoder.writeString(topic).writeInt32(partitions.length);
          for (const partition of partitions) encoder.writeInt32(partition);
        }
        return encoder;
      },
    },
    response: answeredBy(decode),
  });

const notAttempted = 55;

const decode = (reader: Reader): Decoded<void> => {
  const clientSideThrottleTime = reader.int32();
  const refused = reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => ({ topic, partition: reader.int32(), code: reader.int16() }));
    })
    .flat()
    .filter(({ code }) => code !== 0);
  const why = refused.find(({ code }) => code !== notAttempted) ?? refused[0];
  if (why) throw new PartitionError('write in a transaction to', why.topic, why.partition, why.code);
  return { clientSideThrottleTime, answer: undefined };
};
