/**
 * Facts given by hand, of a file or of a story, through the very pipeline of a run. The facts' own time moves time, each
 * topic's for itself; at the end all that waits is let go.
 */
import { EMPTY, lastValueFrom, of } from 'rxjs';
import { fromJson } from '../../connectors/registry/json';
import { AT_THE_END, each, pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import { Rejection } from '../../pipeline/failure';
import type { Decoded, Mappings } from '../../pipeline/order/mapping';
import type { Lane, Ports } from '../../pipeline/ports';
import { pipelineSettingsOf } from '../connections';
import type { Settings } from '../settings/schema';
import type { FactLine } from './fact-line';
import { type Previewed, preview } from './preview';

/** @param tell Called in the order of the outcomes. */
export const previewLines = async (
  lines: readonly FactLine[],
  settings: Settings,
  mappings: Mappings,
  tell: (previewed: Previewed) => void,
): Promise<void> => {
  const topics = [...new Set(lines.map(({ source }) => source.topic))];
  const pipeline = { ...pipelineSettingsOf(settings, mappings, topics), laneCheck: null };
  await lastValueFrom(preview(laneOf(lines), decodeOf(lines), pipeline, tell), { defaultValue: undefined });
};

const batchRecords = 1_000;

/** It ends with the lines. */
const laneOf = (lines: readonly FactLine[]): Lane => {
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

const decodeOf = (lines: readonly FactLine[]): Ports['decode'] => {
  // By place: what waited in a window comes back as a record of its own.
  const byPlace = new Map(lines.map(({ source, decoded }) => [source.offset, decoded]));
  const decode = each('decode', (source: SourceRecord): Decoded | Rejection => {
    const { type, value } = byPlace.get(source.offset) as Decoded;
    const typed: object | Rejection = fromJson(type, value);
    return typed instanceof Rejection ? typed : { type, value: typed };
  });
  return batch => of(decode(batch));
};
