/** Parts of a batch: small, in order, and a batch only together. */
import { firstValueFrom, of } from 'rxjs';
import { type Batch, type Entry, type Moment, pulled, type SourceRecord, startPosition } from '../../pipeline/batch';
import { inParts } from '../../pipeline/parts';
import { record } from '../driver';

const moment: Moment = { idle: ['quiet', 'busy'], clockMs: 7, end: true };

const batchOf = (topics: readonly string[], skipped = 0): Batch<SourceRecord> => {
  const records = topics.map((topic, offset) => ({ ...record(offset), topic }));
  const batch = pulled(0, records, startPosition(new Map([['busy', BigInt(topics.length)]])), moment);
  return { ...batch, read: topics.length + skipped, skipped };
};

const partsOf = async (batches: readonly Batch<SourceRecord>[], recordsMax: number, pulls: number) => {
  let next = 0;
  const pull = inParts(() => of(batches[next++] as Batch<SourceRecord>), recordsMax);
  const parts: Batch<SourceRecord>[] = [];
  for (let at = 0; at < pulls; at++) parts.push(await firstValueFrom(pull()));
  return parts;
};

const offsetsIn = ({ outcomes }: Batch<SourceRecord>) =>
  outcomes.map(outcome => Number((outcome as Entry<SourceRecord>).value.offset));

test('a batch comes in parts of so many records, then the next batch', async () => {
  const seven = batchOf(Array(7).fill('busy'), 2);
  const parts = await partsOf([seven, batchOf(['busy'])], 3, 4);
  expect(parts.map(offsetsIn)).toEqual([[0, 1, 2], [3, 4, 5], [6], [0]]);
  expect(parts.map(({ moment }) => moment.more)).toEqual([true, true, undefined, undefined]);
  expect(parts.map(({ read, skipped }) => [read, skipped])).toEqual([
    [3, 0],
    [3, 0],
    [3, 2],
    [1, 0],
  ]);
  expect(parts.slice(0, 3).every(({ position }) => position === seven.position)).toBe(true);
});

test('clock and end are with the last part only', async () => {
  const parts = await partsOf([batchOf(['busy', 'busy', 'busy'])], 2, 2);
  expect(parts.map(({ moment: { clockMs, end } }) => [clockMs, end])).toEqual([
    [undefined, false],
    [7, true],
  ]);
});

test('a topic with records in the batch is idle in none of its parts', async () => {
  const parts = await partsOf([batchOf(['other', 'other', 'busy', 'other', 'other'])], 2, 3);
  expect(parts.map(({ moment: { idle } }) => idle)).toEqual([['quiet'], ['quiet'], ['quiet']]);
});

test('what is small enough stays as it is', async () => {
  const two = batchOf(['busy', 'busy']);
  expect(await partsOf([two], 2, 1)).toEqual([two]);
});
