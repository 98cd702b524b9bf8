/** The schemas of the demo at the registry: ours for the samples, one of another system, and those of what is read back. */
import { firstValueFrom } from 'rxjs';
import { Cursor } from '../../connectors/registry/cursor';
import { interimRegistry } from '../../connectors/registry/interim';
import { writerForm } from '../../connectors/registry/normal';
import { typeOf } from '../../connectors/registry/types';
import type { SourceRecord } from '../../pipeline/batch';
import { Failure } from '../../pipeline/failure';
import type { OrderEvent, OrderFailure } from '../../schemas/types';
import type { FactType } from './fact';
import { type SampleEncoding, stockMovedSchema } from './samples';

export interface SampleSchemas {
  readonly encoding: SampleEncoding;
  readEvents(records: readonly SourceRecord[]): Promise<readonly OrderEvent[]>;
  readFailures(records: readonly SourceRecord[]): Promise<readonly OrderFailure[]>;
}

const factTypes: readonly FactType[] = ['OrderPlaced', 'OrderReturned', 'OrderRefunded', 'OrderCancelled'];

/** Registers what is not there. @param topic Of the samples: several types on one topic, so topic and record name the subject. */
export const sampleSchemas = async (url: string, topic: string): Promise<SampleSchemas> => {
  const registry = interimRegistry(url);
  const encoders = new Map<FactType, (value: object) => Buffer>();
  for (const type of factTypes) {
    const fullName = `commerce.orders.${type}`;
    encoders.set(type, registry.encoder(await registry.register(`${topic}-${fullName}`, fullName), fullName));
  }
  const foreign = foreignEncoder(await registerForeign(url, topic));
  const read = async <T>(records: readonly SourceRecord[]): Promise<readonly T[]> => {
    const outcomes = records.map(source => ({ source, value: source }));
    const batch = { lane: 0, outcomes, position: { offsets: new Map(), failuresInARow: 0 }, skipped: 0 };
    const decoded = await firstValueFrom(registry.decode(batch));
    return decoded.outcomes.map(outcome => {
      if (outcome instanceof Failure) throw new Error(`Cannot read back what was written: ${outcome.message}`);
      return outcome.value.value as T;
    });
  };
  return {
    encoding: {
      // Encoders reuse their buffer.
      fact: (type, value) => Buffer.from((encoders.get(type) as (value: object) => Buffer)(value)),
      foreign,
    },
    readEvents: read,
    readFailures: read,
  };
};

const registerForeign = async (url: string, topic: string): Promise<number> => {
  const subject = `${topic}-${stockMovedSchema.namespace}.${stockMovedSchema.name}`;
  const answer = await fetch(`${url}/subjects/${encodeURIComponent(subject)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(stockMovedSchema) }),
  });
  if (!answer.ok) throw new Error(`Cannot register ${subject} at ${url} as it answered ${answer.status}`);
  return ((await answer.json()) as { id: number }).id;
};

const foreignEncoder = (id: number): SampleEncoding['foreign'] => {
  const type = typeOf(writerForm(stockMovedSchema), 'theirs');
  const cursor = new Cursor();
  return value => {
    cursor.start(5);
    type._write(cursor, value);
    const bytes = Buffer.from(cursor.written());
    bytes[0] = 0;
    bytes.writeUInt32BE(id, 1);
    return bytes;
  };
};
