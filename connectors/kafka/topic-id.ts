/**
 * The id that a topic got when it was made: one of the same name made later has another. Metadata v12, a "flexible" version:
 * lengths are varints and one more than they are, and tagged fields may follow everything, the request's header as well.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import { answeredBy, type Cluster, type Decoded, type Reader, send } from './wire';

const apiKey = 3;
const apiVersion = 12;
const no = 0;
const noTags = 0;
const zeroUuid = Buffer.alloc(16);

/** As hexadecimal text; empty where the brokers are too old to say. @throws Error where there is no such topic. */
export const topicId = async (cluster: Cluster, topic: string): Promise<string> => {
  if ((cluster.brokerPool.versions?.[apiKey]?.maxVersion ?? 0) < apiVersion) return '';
  return send(await cluster.findControllerBroker(), {
    logResponseError: false,
    request: {
      apiKey,
      apiVersion,
      apiName: 'Metadata',
      encode: async () => {
        const encoder = new Encoder().writeInt8(noTags); // of the header
        encoder.writeUVarInt(2); // one topic
        encoder.writeBufferInternal(zeroUuid); // asked for by name
        encoder.writeUVarIntString(topic);
        // Nothing is created, and no rights are asked for.
        return encoder.writeInt8(noTags).writeInt8(no).writeInt8(no).writeInt8(noTags);
      },
    },
    response: answeredBy(reader => read(reader, topic)),
  });
};

const read = (reader: Reader, topic: string): Decoded<string> => {
  reader.skipTags(); // of the header
  const clientSideThrottleTime = reader.int32();
  reader.compactArray(() => {
    reader.int32(); // node
    reader.compactString(); // host
    reader.int32(); // port
    reader.compactString(); // rack
    reader.skipTags();
  });
  reader.compactString(); // cluster
  reader.int32(); // controller
  reader.varint(); // topics: the one
  const code = reader.int16();
  if (code !== 0) throw new Error(`Cannot read the id of topic ${topic} as the broker answered error ${code}`);
  reader.compactString();
  return { clientSideThrottleTime, answer: reader.bytes.toString('hex', reader.at, reader.at + zeroUuid.length) };
};
