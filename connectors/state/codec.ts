/** What a lane remembers, as bytes: Avro framed with the id of its schema, in store and changelog alike. */
import type { Position } from '../../pipeline/batch';
import { completeSchema } from '../../schemas/schemas';
import type { LanePosition, OrderState } from '../../schemas/types';
import { Cursor as Varints } from '../kafka/records/varint';
import { Cursor } from '../registry/cursor';
import { FRAME_BYTES, schemaIdOf } from '../registry/decode';
import { encoderOf } from '../registry/encode';
import { readerForm } from '../registry/normal';
import { type RecordReader, SchemaReaders } from '../registry/readers';
import type { Registry } from '../registry/registry';
import { stateTypes } from '../registry/state-types';
import { straightReads } from '../registry/straight';
import { type Reads, typeOf } from '../registry/types';

/** `newest` of a state, the first field of its schema, without the rest: Avro's longs are Kafka's. @param at Where the state begins. */
export const newestOf = (bytes: Uint8Array, at = 0): number => new Varints(bytes, at + FRAME_BYTES).varlong();

/** What shapes the state of a lane: another of these, and what was kept means something else. */
export interface StateShape {
  readonly settings: string;
  /** Of each source topic. */
  readonly partitions: number;
}

/** Bytes that are answered are valid until the next call. Not to be shared between lanes. */
export interface StateCodec {
  encode(state: OrderState): Buffer;
  decode(bytes: Buffer): OrderState;
  encodePosition(position: Position, shape: StateShape): Buffer;
  decodePosition(bytes: Buffer): LanePosition;
  /** Bytes that an older version of this program may have written, as this one writes them. */
  current(bytes: Buffer): Buffer | Promise<Buffer>;
}

/** @param ids Of our two schemas in the registry. */
export const stateCodec = (
  registry: Registry,
  ids: Readonly<Record<(typeof stateTypes)[number], number>>,
): StateCodec => {
  const [order, position] = stateTypes;
  const encode = encoderOf(order, ids[order]);
  const encodePosition = encoderOf(position, ids[position]);
  const readers = stateReaders(registry);
  const known = new Set([ids[order], ids[position]]);
  const read = reading();
  const orders = straightReads(typeOf(readerForm(completeSchema(order)), 'ours'));
  const positions = typeOf(readerForm(completeSchema(position)), 'ours');
  const converted = (reader: RecordReader, bytes: Buffer): Buffer => {
    const value = read(reader.reads, bytes);
    return reader.type === order ? encode(value as OrderState) : encodePosition(value as LanePosition);
  };
  return {
    encode,
    decode: bytes => read(orders, bytes) as OrderState,
    encodePosition: (one, shape) => encodePosition(lanePosition(one, shape)),
    decodePosition: bytes => read(positions, bytes) as LanePosition,
    current(bytes) {
      const id = schemaIdOf(bytes);
      if (id !== undefined && known.has(id)) return bytes;
      return readerFor(readers, bytes).then(reader => converted(reader, bytes));
    },
  };
};

/** Reads what is remembered of an order, whichever version of this program wrote it. */
export const stateReader = (registry: Registry): ((bytes: Buffer) => Promise<OrderState>) => {
  const readers = stateReaders(registry);
  const read = reading();
  return async bytes => read((await readerFor(readers, bytes)).reads, bytes) as OrderState;
};

const stateReaders = (registry: Registry) => new SchemaReaders(registry, { unknownIdMemoryMs: 0 }, stateTypes);

const readerFor = async (readers: SchemaReaders, bytes: Buffer): Promise<RecordReader> => {
  const id = schemaIdOf(bytes);
  if (id === undefined) throw new Error('Cannot read a state as its bytes are not framed with a schema id');
  const reader = (await readers.learn([id])).get(id);
  if (reader === undefined || !('type' in reader))
    throw new Error(
      `Cannot read a state as its schema ${id} cannot be: it is of another program, or of a newer version`,
    );
  return reader;
};

const reading = (): ((reads: Reads, bytes: Buffer) => unknown) => {
  const cursor = new Cursor();
  return (reads, bytes) => {
    cursor.open(bytes, FRAME_BYTES);
    try {
      return reads._read(cursor);
    } finally {
      cursor.close();
    }
  };
};

const lanePosition = ({ offsets, failuresInARow, time, summaries }: Position, shape: StateShape): LanePosition => ({
  offsets: Object.fromEntries(offsets),
  failures_in_a_row: failuresInARow,
  watermark: time.watermark,
  topics: Object.fromEntries(time.topics.flatMap(({ topic, newest }) => (newest === null ? [] : [[topic, newest]]))),
  summaries,
  ...shape,
});

/** Whether something in it waits: for its window's end, its purchase, its topic's time. */
export const waits = ({ waiting, windows }: OrderState): boolean => waiting.length > 0 || windows.length > 0;

export const positionOf = ({ offsets, failures_in_a_row, watermark, topics, summaries }: LanePosition): Position => ({
  offsets: new Map(Object.entries(offsets)),
  failuresInARow: failures_in_a_row,
  time: { watermark, topics: Object.entries(topics).map(([topic, newest]) => ({ topic, newest })) },
  summaries,
});
