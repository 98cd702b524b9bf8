/** Sums of amounts, a row a rule: null is unknown, and what cannot be told exactly is no answer at all. */
import {
  type Amounts,
  cutTo,
  isBeyond,
  minus,
  notBelowZero,
  plus,
  type Sums,
} from '../../../../pipeline/order/ledger/amounts';

/** Total, subtotal, tax, shipping. */
type Four = readonly [number, number | null, number | null, number | null];
const of = ([total, subtotal, tax, shipping]: Four) => ({ total, subtotal, tax, shipping }) as unknown as Amounts;

/** Sixteen digits with this: not exact. */
const most = 9_007_199_254_740_990;

test.each<[string, Four, Four, Four | null]>([
  ['adds each', [1, 2, 3, 4], [10, 20, 30, 40], [11, 22, 33, 44]],
  ['unknown adds nothing', [1, 2, 3, 4], [10, null, null, null], [11, 2, 3, 4]],
  ['a total that is not exact', [most, 0, 0, 0], [1, 0, 0, 0], null],
  ['a subtotal', [0, most, 0, 0], [0, 1, 0, 0], null],
  ['a tax', [0, 0, most, 0], [0, 0, 1, 0], null],
  ['shipping', [0, 0, 0, most], [0, 0, 0, 1], null],
])('plus: %s', (_rule, sums, more, result) => {
  expect(plus(of(sums) as Sums, of(more))).toEqual(result && of(result));
});

test.each<[string, Four, Four, Four | null]>([
  ['takes each', [11, 22, 33, 44], [1, 2, 3, 4], [10, 20, 30, 40]],
  ['goes below zero', [1, 1, 1, 1], [2, 3, 4, 5], [-1, -2, -3, -4]],
  ['unknown on the left stays unknown', [1, null, null, null], [1, 2, 3, 4], [0, null, null, null]],
  ['unknown on the right stays unknown', [1, 2, 3, 4], [1, null, null, null], [0, null, null, null]],
  ['a total that is not exact', [most, 0, 0, 0], [1, 0, 0, 0], null],
  ['a subtotal', [0, most, 0, 0], [0, 1, 0, 0], null],
  ['a tax', [0, 0, most, 0], [0, 0, 1, 0], null],
  ['shipping', [0, 0, 0, most], [0, 0, 0, 1], null],
])('minus: %s', (_rule, amounts, less, result) => {
  expect(minus(of(amounts), of(less))).toEqual(result && of(result));
});

test('what is below zero becomes zero, and what is unknown stays so', () => {
  expect(notBelowZero(of([-1, -1, -1, -1]))).toEqual(of([0, 0, 0, 0]));
  expect(notBelowZero(of([1, 2, 3, 4]))).toEqual(of([1, 2, 3, 4]));
  expect(notBelowZero(of([-1, null, null, null]))).toEqual(of([0, null, null, null]));
});

test.each<[string, Four, Four, boolean, Four]>([
  ['no more than is left', [10, 9, 1, 1], [10, 9, 5, 5], false, [10, 9, 5, 5]],
  ['beyond by its total', [10, 9, 1, 1], [11, 8, 5, 5], true, [10, 8, 5, 5]],
  ['beyond by its subtotal', [10, 9, 1, 1], [9, 10, 5, 5], true, [9, 9, 5, 5]],
  ['nobody knows the subtotal that is left', [10, null, 1, 1], [11, 12, 5, 5], true, [10, 12, 5, 5]],
  ['nor whether it is beyond', [10, null, 1, 1], [10, 12, 5, 5], false, [10, 12, 5, 5]],
  ['nobody tells the subtotal that is given back', [10, 9, 1, 1], [11, null, 5, 5], true, [10, null, 5, 5]],
  ['and then it is not beyond', [10, 9, 1, 1], [10, null, 5, 5], false, [10, null, 5, 5]],
])('what is left, and what is given back of it: %s', (_rule, left, back, beyond, cut) => {
  expect(isBeyond(of(left), of(back))).toBe(beyond);
  expect(cutTo(of(left), of(back))).toEqual(of(cut));
});
