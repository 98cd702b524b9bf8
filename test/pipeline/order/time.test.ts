/** Which times are taken, and as which millisecond. */
import { isoText, toMillis } from '../../../pipeline/order/time';
import { STORY_START } from '../../facts';

test.each<[unknown, number]>([
  [STORY_START, STORY_START],
  [-1, -1],
  [BigInt(STORY_START), STORY_START],
  [9_007_199_254_740_991n, 9_007_199_254_740_991],
  ['2026-01-01T00:00:00Z', STORY_START],
  ['2026-01-01T00:00Z', STORY_START],
  ['2026-01-01T01:30:00+01:30', STORY_START],
  ['2025-12-31T19:00:00.250-05:00', STORY_START + 250],
  ['2026-01-01T00:00:00.1Z', STORY_START + 100],
  ['2026-01-01T00:00:00.123999Z', STORY_START + 123],
  ['2026-01-01T00:00:00.123456789Z', STORY_START + 123],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2025-02-28T23:59:59Z', Date.UTC(2025, 1, 28, 23, 59, 59)],
  ['2025-04-30T00:00:00Z', Date.UTC(2025, 3, 30)],
  ['2025-12-31T00:00:00Z', Date.UTC(2025, 11, 31)],
])('%p', (value, expected) => expect(toMillis(value)).toBe(expected));

test.each<[unknown]>([
  [undefined],
  [null],
  [true],
  [{}],
  [new Date(STORY_START)],
  [['2026-01-01T00:00:00Z']],
  [0.5],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [2 ** 53],
  [2n ** 53n],
  [''],
  ['yesterday'],
  ['1767225600000'],
  ['2026-01-01'],
  ['2026-01-01T00:00:00'],
  ['2026-01-01 00:00:00Z'],
  ['2026-01-01T00:00:00z'],
  ['2026-01-01T00:00:00.Z'],
  ['2026-01-01T00:00:00.1234567890Z'],
  ['2026-01-01T00Z'],
  ['2026-01-01T00:00:00+0100'],
  ['2026-01-01T00:00:00Z '],
  [' 2026-01-01T00:00:00Z'],
  ['x2026-01-01T00:00:00Z'],
  ['+002026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00Z[UTC]'],
  ['2025-02-29T00:00:00Z'],
  ['2025-04-31T00:00:00Z'],
  ['2026-01-00T00:00:00Z'],
  ['2026-13-01T00:00:00Z'],
  ['2025-02-28T25:00:00Z'],
])('%p is none', value => expect(toMillis(value)).toBe(Number.NaN));

test.each([
  [STORY_START, '2026-01-01T00:00:00.000Z'],
  [8.64e15, '+275760-09-13T00:00:00.000Z'],
  [-8.64e15, '-271821-04-20T00:00:00.000Z'],
  [8.64e15 + 1, '8640000000000001 ms'],
  [-8.64e15 - 1, '-8640000000000001 ms'],
])('%d is shown as %s, also beyond what a date can be', (millis, shown) => expect(isoText(millis)).toBe(shown));
