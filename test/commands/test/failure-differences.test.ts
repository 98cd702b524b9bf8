import type { ExpectedFailure } from '../../../commands/test/expected-failure';
import { type CameFailure, failureDifferences } from '../../../commands/test/failure-differences';
import { Failure, Rejection, type Stage } from '../../../pipeline/failure';
import { record } from '../../driver';

const code = 'step_failed';

/** `map/A`: of stage map and order A; `-` where an expectation does not say. */
const expected = (text: string): ExpectedFailure => {
  const [stage = '-', order = '-'] = text.split('/');
  return { place: `no ${text}`, code, ...(stage !== '-' && { stage }), ...(order !== '-' && { order_id: order }) };
};
const came = (text: string): CameFailure => {
  const [stage, order] = text.split('/');
  return {
    place: `also ${text}`,
    failure: new Failure(stage as Stage, new Rejection(code, 'Cannot', order), record(0)),
  };
};
const words = (text: string) => text.split(' ').filter(word => word !== '');

test.each([
  ['', '', []],
  ['map/A map/B', 'map/B map/A', []],
  ['map/- ledger/-', 'map/A', ['no ledger/-']],
  ['map/-', 'map/A map/B', ['also map/B']],
  ['ledger/-', 'map/A', ['no ledger/-', 'also map/A']],
  // What says more chooses first, and then what stands first.
  ['-/- map/A', 'map/A', ['no -/-']],
  ['map/- -/A', 'map/A', ['no -/A']],
  ['-/A map/-', 'map/A', ['no map/-']],
  // The first could have either, and leaves the one that another needs.
  ['map/- -/A', 'map/A map/B', []],
  ['map/- -/A', 'map/B map/A', []],
  ['map/- -/A ledger/-', 'map/A map/B ledger/A', []],
  ['-/- map/- -/A', 'map/A map/B ledger/B', []],
  ['map/- -/A -/A', 'map/A map/B map/B', ['no -/A', 'also map/B']],
])('of %s came %s', (wanted, got, told) => {
  const differences = failureDifferences(words(wanted).map(expected), words(got).map(came));
  expect(differences.map(({ place }) => place)).toEqual(told);
});
