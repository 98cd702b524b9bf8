import { of } from 'rxjs';
import { type Batch, pulled, startPosition } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import { HaltLimitReached, haltAfter } from '../../pipeline/halt';
import { record } from '../driver';

/** `F` fails, `.` does not: a batch each text. */
const run = (limit: number, before: number, ...batches: string[]) => {
  const runs: number[] = [];
  let reason: unknown;
  let offset = 0;
  const input = batches.map((text): Batch<null> => {
    const outcomes = [...text].map(mark => {
      const source = record(offset++);
      return mark === 'F'
        ? new Failure('map', new Rejection('no_items', 'Cannot place order "A"'), source)
        : { source, value: null };
    });
    return { ...pulled(0, [], startPosition(new Map())), outcomes };
  });
  of(...input)
    .pipe(haltAfter(limit, before))
    .subscribe({ next: batch => runs.push(batch.position.failuresInARow), error: error => (reason = error) });
  return { runs, halted: reason instanceof HaltLimitReached ? Number(reason.last.source.offset) : null, reason };
};

test.each<[string, number, number, string[], number[], number | null]>([
  ['a run below the limit goes on', 3, 0, ['FF.'], [0], null],
  ['the limit itself stops, at the record that reached it', 3, 0, ['.FFF.'], [], 3],
  ['one less than the limit does not', 4, 0, ['.FFF.'], [0], null],
  ['a run goes on over batches', 3, 0, ['.F', 'F', 'F.'], [1, 2], 3],
  ['an empty batch neither ends nor lengthens it', 3, 0, ['FF', '', 'F'], [2, 2], 2],
  ['a success in the next batch ends it', 3, 0, ['FF', '.FF', '.'], [2, 2, 0], null],
  ['a run goes on over a restart', 3, 2, ['F'], [], 0],
  ['a restart at the limit goes on where records are good again', 3, 3, ['.FF'], [2], null],
  ['a restart at the limit does not leak one more failure', 3, 3, ['F'], [], 0],
])('%s', (_, limit, before, batches, runs, halted) => {
  expect(run(limit, before, ...batches)).toMatchObject({ runs, halted });
});

test('the error says how many, where, why, what is true now and what to try', () => {
  const { reason } = run(2, 0, '.FF');
  const message = (reason as Error).message;
  for (const part of [
    'Cannot go on with commerce.orders[0]',
    '2 records in a row failed',
    'offset 2',
    'map/no_items',
    'Cannot place order "A"',
    'not committed',
    '--accept-failures',
  ]) {
    expect(message).toContain(part);
  }
});
