/** Batches of values for tests of decoding. */
import { lastValueFrom } from 'rxjs';
import { type DecodeSettings, decodeWith } from '../../../connectors/registry/decode';
import type { SchemaReaders } from '../../../connectors/registry/readers';
import { type Batch, pulled, type SourceRecord, startPosition } from '../../../pipeline/batch';
import { Failure } from '../../../pipeline/failure';

export const batchOf = (values: readonly (Uint8Array | null)[]): Batch<SourceRecord> =>
  pulled(
    0,
    values.map(
      (value, at): SourceRecord => ({
        topic: 'orders',
        partition: 0,
        offset: BigInt(at),
        timestamp: 0,
        key: null,
        // Encoders reuse their buffers.
        value: value === null ? null : Buffer.from(value),
        headers: [],
        attempt: 1,
      }),
    ),
    startPosition(new Map([['orders', BigInt(values.length)]])),
  );

/** Values as they came out, codes for failures. */
export const decodeValues = async (
  readers: SchemaReaders,
  values: readonly (Uint8Array | null)[],
  settings?: DecodeSettings,
) => {
  const { outcomes, skipped } = await lastValueFrom(decodeWith(readers, settings)(batchOf(values)));
  return {
    outcomes: outcomes.map(outcome => (outcome instanceof Failure ? outcome.code : outcome.value)),
    messages: outcomes.map(outcome => (outcome instanceof Failure ? outcome.message : '')),
    skipped,
  };
};
