/** Interim. */
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { concatMap, from, type Observable, of } from 'rxjs';
import { type Batch, type Outcome, type SourceRecord, withOutcomes } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import { type AvroObject, commerceTypes, completeSchema } from '../../schemas/schemas';
import { Cursor } from './cursor';
import { readerForm, writerForm } from './normal';
import { type Reads, typeOf } from './types';

type Known = { type: string; reads: Reads } | 'unknown';

export const interimRegistry = (host: string) => {
  const client = new SchemaRegistry({ host });
  const known = new Map<number, Known>();
  const ours = new Set(commerceTypes());
  const learn = async (id: number) => {
    try {
      const schema = (await client.getSchema(id)) as unknown as { rawSchema?: AvroObject } & AvroObject;
      const raw = JSON.parse(JSON.stringify(schema.rawSchema ?? schema)) as AvroObject;
      const fullName = String(raw.name).includes('.') ? String(raw.name) : `${raw.namespace}.${raw.name}`;
      if (ours.has(fullName)) {
        const writer = typeOf(writerForm(raw), 'ours');
        const reader = typeOf(readerForm(completeSchema(fullName)), 'ours');
        known.set(id, { type: fullName, reads: reader.createResolver(writer) });
      } else known.set(id, { type: fullName, reads: typeOf(writerForm(raw), 'theirs') });
    } catch (error) {
      if ((error as { status?: number }).status !== 404) throw error;
      known.set(id, 'unknown');
    }
  };
  const cursor = new Cursor();
  const one = (source: SourceRecord): Outcome<Decoded> | undefined => {
    const value = source.value as Buffer | null;
    if (!value || value.length === 0) return undefined;
    const fail = (code: 'not_framed' | 'unknown_schema' | 'corrupt', why: string) =>
      new Failure('decode', new Rejection(code, `Cannot decode the record as ${why}`), source);
    if (value.length < 6 || value[0] !== 0) return fail('not_framed', 'it is not framed');
    const schema = known.get(value.readInt32BE(1)) as Known;
    if (schema === 'unknown') return fail('unknown_schema', 'its schema is unknown');
    try {
      cursor.open(value, 5);
      const decoded = schema.reads._read(cursor) as object;
      if (cursor.left > 0) return fail('corrupt', 'bytes follow it');
      return { source, value: { type: schema.type, value: decoded } };
    } catch {
      return fail('corrupt', 'its bytes do not fit');
    }
  };
  const decodeAll = (batch: Batch<SourceRecord>): Batch<Decoded> => {
    const outcomes: Outcome<Decoded>[] = [];
    let skipped = 0;
    for (const outcome of batch.outcomes) {
      const result = one(outcome.source);
      if (result) outcomes.push(result);
      else skipped++;
    }
    return { ...withOutcomes(batch, outcomes), skipped };
  };
  return {
    decode: (batch: Batch<SourceRecord>): Observable<Batch<Decoded>> => {
      const missing = new Set<number>();
      for (const { source } of batch.outcomes) {
        const value = source.value as Buffer | null;
        if (value && value.length > 5 && value[0] === 0 && !known.has(value.readInt32BE(1)))
          missing.add(value.readInt32BE(1));
      }
      if (missing.size === 0) return of(decodeAll(batch));
      return from(Promise.all([...missing].map(learn))).pipe(concatMap(() => of(decodeAll(batch))));
    },
    register: async (subject: string, fullName: string) => {
      const { id } = await client.register(
        { type: SchemaType.AVRO, schema: JSON.stringify(completeSchema(fullName)) },
        { subject },
      );
      return id;
    },
    encoder: (id: number, fullName: string) => {
      const type = typeOf(readerForm(completeSchema(fullName)), 'ours');
      const out = new Cursor();
      return (value: object): Buffer => {
        out.start(5);
        type._write(out, value);
        const bytes = out.written();
        bytes[0] = 0;
        bytes.writeInt32BE(id, 1);
        return bytes;
      };
    },
  };
};
