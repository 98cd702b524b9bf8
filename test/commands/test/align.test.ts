import { aligned } from '../../../commands/test/align';

const rows = (a: string, b: string) =>
  aligned([...a], [...b], (x, y) => (x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 1 : Number.POSITIVE_INFINITY))
    .map(([x = '-', y = '-']) => x + y)
    .join(' ');

test.each([
  ['', '', ''],
  ['abc', 'abc', 'aa bb cc'],
  ['abc', 'ac', 'aa b- cc'],
  ['ac', 'abc', 'aa -b cc'],
  ['aBc', 'abc', 'aa Bb cc'],
  ['Aa', 'a', 'A- aa'],
  ['ab', 'ba', 'a- bb -a'],
  ['x', 'y', 'x- -y'],
])('%s beside %s', (a, b, expected) => {
  expect(rows(a, b)).toBe(expected);
});
