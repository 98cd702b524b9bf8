/** A lane over the lines of a file, and how its records are decoded. It ends with the file. */
import { EMPTY, of } from 'rxjs';
import { type Batch, each, type SourceRecord } from '../../pipeline/batch';
import { Rejection } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import type { Lane, Ports } from '../../pipeline/ports';
import type { FactLine } from './facts';

const batchRecords = 1_000;

export const fileLane = (lines: readonly FactLine[]): Lane => {
  const start = { offsets: new Map<string, bigint>(), failuresInARow: 0 };
  let read = 0;
  return {
    id: 0,
    start,
    pull: () => {
      if (read >= lines.length) return EMPTY;
      const outcomes = lines.slice(read, read + batchRecords).map(({ source }) => ({ source, value: source }));
      read += outcomes.length;
      const offsets = new Map(outcomes.map(({ source }) => [source.topic, source.offset + 1n]));
      const batch: Batch<SourceRecord> = { lane: 0, outcomes, position: { offsets, failuresInARow: 0 }, skipped: 0 };
      return of(batch);
    },
  };
};

/** @param read JSON as people write it → a value of its schema. */
export const decodeLines = (
  lines: readonly FactLine[],
  read: (type: string, value: object) => object | Rejection,
): Ports['decode'] => {
  const byRecord = new Map(lines.map(({ source, decoded }) => [source, decoded]));
  const decode = each('decode', (source: SourceRecord): Decoded | Rejection => {
    const { type, value } = byRecord.get(source) as Decoded;
    const typed = read(type, value);
    return typed instanceof Rejection ? typed : { type, value: typed };
  });
  return batch => of(decode(batch));
};
