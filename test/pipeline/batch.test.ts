import { type Batch, DATA_ONLY, each, startPosition } from '../../pipeline/batch';
import { Failure, Rejection } from '../../pipeline/failure';
import { record } from '../driver';

const position = { ...startPosition(new Map([['t', 3n]])), failuresInARow: 2 };
const batch = (values: readonly (number | Failure)[]): Batch<number> => ({
  lane: 4,
  outcomes: values.map((value, i) => (value instanceof Failure ? value : { source: record(i), value })),
  position,
  read: values.length + 1,
  skipped: 1,
  moment: DATA_ONLY,
});
const earlier = new Failure('decode', new Rejection('corrupt', 'Cannot decode'), record(1));

test('a rule is applied to every value; failures ride along in their place, and the record stays with its value', () => {
  const input = batch([1, earlier, 3]);
  const rule = (value: number) => (value === 3 ? new Rejection('no_items', 'Cannot place', 'A') : `is ${value}`);
  const output = each('map', rule)(input);
  const [first, second, third] = output.outcomes;
  expect(first).toEqual({ source: record(0), value: 'is 1' });
  expect(second).toBe(earlier);
  expect(third).toEqual(new Failure('map', new Rejection('no_items', 'Cannot place', 'A'), record(2)));
  expect(third).toMatchObject({ stage: 'map', code: 'no_items', message: 'Cannot place', orderId: 'A' });
  expect([output.outcomes.length, output.lane, output.position, output.skipped]).toEqual([3, 4, position, 1]);
});

test('the rule is told the record', () => {
  const seen = each('map', (_: number, source) => source.offset)(batch([7, 8]));
  expect(seen.outcomes).toMatchObject([{ value: 0n }, { value: 1n }]);
});

test.each([
  ['an Error', new TypeError('secret@example.com'), 'TypeError'],
  ['something else', 'secret@example.com', 'string'],
])('a rule that throws %s fails its record alone, without quoting it', (_, thrown, kind) => {
  const rule = (value: number) => {
    if (value === 2) throw thrown;
    return value;
  };
  const { outcomes } = each('map', rule)(batch([1, 2, 3]));
  expect(outcomes.map(outcome => outcome instanceof Failure)).toEqual([false, true, false]);
  const failure = outcomes[1] as Failure;
  expect([failure.stage, failure.code, failure.source]).toEqual(['map', 'step_failed', record(1)]);
  expect(failure.message).toContain(kind);
  expect(failure.message).not.toContain('secret');
});

test('an empty batch stays one: it is time passing', () => {
  expect(each('map', (value: number) => value)(batch([]))).toEqual(batch([]));
});
