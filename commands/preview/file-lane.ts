/** A lane over the lines of a file, and how its records are decoded. It ends with the file, and lets go what waits. */
import { EMPTY, of } from 'rxjs';
import { AT_THE_END, each, pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import { Rejection } from '../../pipeline/failure';
import type { Decoded } from '../../pipeline/order/mapping';
import type { Lane, Ports } from '../../pipeline/ports';
import type { FactLine } from './facts';

const batchRecords = 1_000;

export const fileLane = (lines: readonly FactLine[]): Lane => {
  const start = startPosition(new Map());
  let read = 0;
  let ended = false;
  return {
    id: 0,
    start,
    pull: () => {
      if (ended) return EMPTY;
      const records = lines.slice(read, read + batchRecords).map(({ source }) => source);
      read += records.length;
      ended = records.length === 0;
      return of(pulled(0, records, start, ended ? AT_THE_END : undefined));
    },
  };
};

/** @param read JSON as people write it → a value of its schema. */
export const decodeLines = (
  lines: readonly FactLine[],
  read: (type: string, value: object) => object | Rejection,
): Ports['decode'] => {
  // By place: what waited in a window comes back as a record of its own.
  const byPlace = new Map(lines.map(({ source, decoded }) => [source.offset, decoded]));
  const decode = each('decode', (source: SourceRecord): Decoded | Rejection => {
    const { type, value } = byPlace.get(source.offset) as Decoded;
    const typed = read(type, value);
    return typed instanceof Rejection ? typed : { type, value: typed };
  });
  return batch => of(decode(batch));
};
