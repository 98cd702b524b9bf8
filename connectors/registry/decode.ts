/**
 * Framed bytes → values, a batch at a time: one synchronous loop where all schemas are known, which is nearly always; else
 * the missing ones are asked for first, all at once. What cannot be read is a failure; what cannot be asked is an error.
 */
import { from, map, type Observable, of } from 'rxjs';
import { type Batch, type Outcome, type SourceRecord, withOutcomes } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import type { Ports } from '../../pipeline/ports';
import { Cursor, Malformed } from './cursor';
import type { Known, RecordReader, SchemaReader, SchemaReaders } from './readers';

/** A zero byte and the schema's id, big-endian. */
export const FRAME_BYTES = 5;

/** The id in a framed value; undefined where it is not framed. */
export const schemaIdOf = (value: Uint8Array | null): number | undefined =>
  value !== null && value.length >= FRAME_BYTES && value[0] === 0 ? idOf(value) : undefined;

const idOf = (value: Uint8Array): number =>
  // Signed, as Java has it.
  ((value[1] as number) << 24) | ((value[2] as number) << 16) | ((value[3] as number) << 8) | (value[4] as number);

export interface DecodeSettings {
  /** A larger value could neither wait in the state nor be kept whole as a failure: it is one. Default: any is read. */
  readonly valueBytesMax?: number;
  /** By full name; what is neither ours nor mapped need not be read. Default: all is read. */
  readonly isUsed?: (type: string) => boolean;
}

export const decodeWith = (readers: SchemaReaders, settings: DecodeSettings = {}): Ports['decode'] => {
  const { valueBytesMax = Number.POSITIVE_INFINITY, isUsed = () => true } = settings;
  const decoding = new Decoding(readers, isUsed, valueBytesMax);
  return batch => {
    const decoded = decoding.known(batch);
    if (decoded !== undefined) return of(decoded);
    return learnt(readers, decoding.missing(batch)).pipe(map(known => decoding.learnt(batch, known)));
  };
};

const learnt = (readers: SchemaReaders, ids: Set<number>): Observable<ReadonlyMap<number, Known>> =>
  from(readers.learn(ids));

class Decoding {
  private readonly cursor = new Cursor();

  constructor(
    private readonly readers: SchemaReaders,
    private readonly isUsed: (type: string) => boolean,
    private readonly valueBytesMax: number,
  ) {}

  /** Ids that must be learnt before this batch can be decoded. */
  missing(batch: Batch<SourceRecord>): Set<number> {
    const missing = new Set<number>();
    for (const outcome of batch.outcomes) {
      const id = outcome instanceof Failure ? undefined : schemaIdOf(outcome.value.value);
      if (id !== undefined && this.readers.known(id) === undefined) missing.add(id);
    }
    return missing;
  }

  /** The batch decoded; undefined where a schema must be learnt first. So each value is looked at once, as a rule. */
  known(batch: Batch<SourceRecord>): Batch<Decoded> | undefined {
    return this.decode(batch, id => this.readers.known(id));
  }

  /** The batch decoded with what was learnt just now, which may have been forgotten again meanwhile. */
  learnt(batch: Batch<SourceRecord>, learnt: ReadonlyMap<number, Known>): Batch<Decoded> {
    return this.decode(batch, id => learnt.get(id) ?? this.readers.known(id) ?? UNKNOWN) as Batch<Decoded>;
  }

  private decode(batch: Batch<SourceRecord>, knownOf: (id: number) => Known | undefined): Batch<Decoded> | undefined {
    const outcomes: Outcome<Decoded>[] = [];
    let { skipped } = batch;
    let id = 0;
    let known: Known | undefined;
    for (const outcome of batch.outcomes) {
      if (outcome instanceof Failure) {
        outcomes.push(outcome);
        continue;
      }
      const source = outcome.value;
      const { value } = source;
      if (value === null || value.length === 0) {
        skipped++;
        continue;
      }
      if (value.length > this.valueBytesMax) {
        outcomes.push(new Failure('decode', tooLarge(value.length, this.valueBytesMax), source));
        continue;
      }
      if (value.length < FRAME_BYTES || value[0] !== 0) {
        outcomes.push(new Failure('decode', NOT_FRAMED, source));
        continue;
      }
      const nextId = idOf(value);
      if (known === undefined || nextId !== id) {
        id = nextId;
        known = knownOf(id);
        if (known === undefined) {
          this.cursor.close();
          return undefined;
        }
      }
      const decoded = known instanceof Rejection ? known : this.read(known, value, id);
      outcomes.push(decoded instanceof Rejection ? new Failure('decode', decoded, source) : { source, value: decoded });
    }
    this.cursor.close();
    return { ...withOutcomes(batch, outcomes), skipped };
  }

  private read(schema: SchemaReader, value: Uint8Array, id: number): Decoded | Rejection {
    const { cursor } = this;
    cursor.open(bufferOf(value), FRAME_BYTES);
    let reader: RecordReader | undefined;
    try {
      reader = 'type' in schema ? schema : schema[cursor.readLong()];
      if (reader === undefined) throw new Malformed('their type is not in the union');
      if (!this.isUsed(reader.type)) return unused(reader.type);
      const read = reader.reads._read(cursor) as object;
      if (cursor.left > 0) throw new Malformed(`${cursor.left} more bytes follow the value`);
      return { type: reader.type, value: read };
    } catch (error) {
      // avsc's own messages may quote values.
      const why = error instanceof Malformed ? `: ${error.message}` : '';
      return new Rejection(
        'corrupt',
        `Cannot decode the record as its bytes do not fit schema ${id} (${reader?.type})${why}`,
      );
    }
  }
}

const tooLarge = (bytes: number, bytesMax: number) =>
  new Rejection(
    'too_large',
    `Cannot carry on the record as its value has ${bytes} bytes: at most ${bytesMax} can be kept (kafka.record_bytes_max)`,
  );

const NOT_FRAMED = new Rejection(
  'not_framed',
  'Cannot decode the record as it does not begin with a zero byte and a schema id: its serializer does not use the registry',
);

// Its memory ended between asking and reading.
const UNKNOWN = new Rejection('unknown_schema', 'Cannot decode the record as the registry does not know its schema');

const unused = (type: string) =>
  new Rejection(
    'unmapped_type',
    `Cannot use a record of type ${type} as it is none of ours and has no mapping: add one for it`,
  );

const bufferOf = (value: Uint8Array): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
