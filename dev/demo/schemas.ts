/** The schemas of the demo at the registry: ours for the samples, one of another system, and those of what is read back. */
import { firstValueFrom } from 'rxjs';
import { decodeWith } from '../../connectors/registry/decode';
import { type Encoder, encoderOf, schemaEncoder } from '../../connectors/registry/encode';
import { SchemaReaders } from '../../connectors/registry/readers';
import type { Registry } from '../../connectors/registry/registry';
import { pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import { completeSchema } from '../../schemas/schemas';
import type { OrderEvent, OrderFailure, OrderSummary } from '../../schemas/types';
import type { FactType, FactValue } from './fact';
import { type SampleEncoding, type StockMoved, stockMovedSchema } from './samples';

export interface SampleSchemas {
  readonly encoding: SampleEncoding;
  readEvents(records: readonly SourceRecord[]): Promise<readonly OrderEvent[]>;
  readFailures(records: readonly SourceRecord[]): Promise<readonly OrderFailure[]>;
  readSummaries(records: readonly SourceRecord[]): Promise<readonly OrderSummary[]>;
}

/** Registers what is not there. @param topic Of the samples: several types on one topic, so topic and record name the subject. */
export const sampleSchemas = async (registry: Registry, topic: string): Promise<SampleSchemas> => {
  const factEncoder = async (type: FactType): Promise<Encoder<FactValue>> => {
    const fullName = `commerce.orders.${type}` as const;
    const id = await registry.register(`${topic}-${fullName}`, completeSchema(fullName));
    return encoderOf(fullName, id) as Encoder<object>;
  };
  const facts: Record<FactType, Encoder<FactValue>> = {
    OrderPlaced: await factEncoder('OrderPlaced'),
    OrderReturned: await factEncoder('OrderReturned'),
    OrderRefunded: await factEncoder('OrderRefunded'),
    OrderCancelled: await factEncoder('OrderCancelled'),
  };
  const subject = `${topic}-${stockMovedSchema.namespace}.${stockMovedSchema.name}`;
  const foreign = schemaEncoder<StockMoved>(stockMovedSchema, await registry.register(subject, stockMovedSchema));
  const decode = decodeWith(new SchemaReaders(registry, { unknownIdMemoryMs: 0 }));
  const read = async <T>(records: readonly SourceRecord[]): Promise<readonly T[]> => {
    const decoded = await firstValueFrom(decode(pulled(0, records, startPosition(new Map()))));
    return decoded.outcomes.map(outcome => {
      if (outcome instanceof Failure) throw new Error(`Cannot read back what was written: ${outcome.message}`);
      return outcome.value.value as T;
    });
  };
  return {
    encoding: {
      // Encoders use their buffer again.
      fact: (type, value) => Buffer.from(facts[type](value)),
      foreign: value => Buffer.from(foreign(value)),
    },
    readEvents: read,
    readFailures: read,
    readSummaries: read,
  };
};
