/**
 * One Fetch request (v11) for the partitions of a lane that one broker leads, answered as records ready to use:
 * committed only, without control records, from the offset asked for.
 */
import Encoder from 'kafkajs/src/protocol/encoder';
import { readRecords } from './records/decode';
import type { KafkaRecord } from './records/record';
import {
  answeredBy,
  type Broker,
  type Cluster,
  type Decoded,
  type Exchange,
  leaderOf,
  PartitionError,
  type Reader,
  send,
} from './wire';

export interface Wanted {
  readonly topic: string;
  readonly partition: number;
  /** First offset wanted. */
  readonly offset: number;
}

export interface FetchSettings {
  readonly waitMaxMs: number;
  readonly bytesMax: number;
  /** False: also what is not committed yet or was aborted. */
  readonly committedOnly: boolean;
}

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  /** Where to go on: also past records that were aborted, compacted away or markers. */
  readonly nextOffset: number;
  /** End of what may be read now. */
  readonly lastStableOffset: number;
  readonly highWatermark: number;
  /** What the records hold in memory, decompressed. */
  readonly bytes: number;
}

/** @throws PartitionError `OFFSET_OUT_OF_RANGE` when retention has overtaken us, others as the broker answers. */
export const fetchFrom = (broker: Broker, wanted: readonly Wanted[], settings: FetchSettings): Promise<Fetched[]> =>
  send(broker, fetchExchange(wanted, settings));

/** A partition by itself, from the broker that leads it; undefined where that answered nothing. */
export const fetchOne = async (
  cluster: Cluster,
  wanted: Wanted,
  settings: FetchSettings = committed,
): Promise<Fetched | undefined> => {
  const broker = await leaderOf(cluster, wanted.topic, wanted.partition);
  return (await fetchFrom(broker, [wanted], settings))[0];
};

const committed: FetchSettings = { waitMaxMs: 500, bytesMax: 1_048_576, committedOnly: true };

const apiKey = 1;
const apiVersion = 11;
const anyReplica = -1;
const noSession = { id: 0, epoch: -1 };
/** Compressed records may become so many times what was fetched before the rest is left for the next fetch. */
const heldPerFetched = 4;

const fetchExchange = (wanted: readonly Wanted[], settings: FetchSettings): Exchange<Fetched[]> => ({
  // Beyond the broker's own wait; kafkajs takes the greater of this and its general timeout.
  requestTimeout: settings.waitMaxMs + 1_000,
  logResponseError: false,
  request: {
    apiKey,
    apiVersion,
    apiName: 'Fetch',
    encode: async () => {
      const { waitMaxMs, bytesMax, committedOnly } = settings;
      const encoder = new Encoder()
        .writeInt32(anyReplica)
        .writeInt32(waitMaxMs)
        .writeInt32(1)
        .writeInt32(bytesMax * wanted.length)
        .writeInt8(committedOnly ? 1 : 0)
        .writeInt32(noSession.id)
        .writeInt32(noSession.epoch)
        .writeInt32(wanted.length);
      for (const { topic, partition, offset } of wanted) {
        encoder
          .writeString(topic)
          .writeInt32(1)
          .writeInt32(partition)
          .writeInt32(-1) // leader epoch: not known
          .writeInt64(offset)
          .writeInt64(-1) // log start: followers' business
          .writeInt32(bytesMax);
      }
      return encoder.writeInt32(0).writeString('');
    },
  },
  response: answeredBy(reader => decode(reader, wanted, settings)),
});

const decode = (reader: Reader, wanted: readonly Wanted[], settings: FetchSettings): Decoded<Fetched[]> => {
  const clientSideThrottleTime = reader.int32();
  const code = reader.int16();
  if (code !== 0) throw new PartitionError('fetch from', wanted[0]?.topic ?? '', wanted[0]?.partition ?? -1, code);
  reader.int32(); // session
  const topics = reader.array(() => {
    const topic = reader.string();
    return reader.array(() => partition(reader, topic, wanted, settings));
  });
  return { clientSideThrottleTime, answer: topics.flat() };
};

const partition = (
  reader: Reader,
  topic: string,
  wanted: readonly Wanted[],
  { bytesMax, committedOnly }: FetchSettings,
): Fetched => {
  const id = reader.int32();
  const code = reader.int16();
  const highWatermark = Number(reader.int64());
  const lastStableOffset = Number(reader.int64());
  reader.int64(); // log start offset
  const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
  reader.int32(); // preferred replica
  const bytes = reader.slice();
  if (code !== 0) throw new PartitionError('fetch from', topic, id, code);
  const from = wanted.find(one => one.topic === topic && one.partition === id)?.offset ?? 0;
  const heldBytesMax = heldPerFetched * bytesMax;
  const read = readRecords(bytes, { topic, partition: id, from, aborted, committedOnly, heldBytesMax });
  return { topic, partition: id, ...read, lastStableOffset, highWatermark };
};
