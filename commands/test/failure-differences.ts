/** Expected failures beside those that came, in whatever order. */
import type { Failure } from '../../pipeline/failure';
import type { Difference } from './difference';
import type { ExpectedFailure } from './expected-failure';

export interface CameFailure {
  readonly place: string;
  readonly failure: Failure;
}

export const failureDifferences = (
  expected: readonly ExpectedFailure[],
  came: readonly CameFailure[],
): Difference[] => {
  const left = [...came];
  const missing: Difference[] = [];
  // The more it says, the fewer it fits: it chooses first.
  for (const one of expected.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)) {
    const at = left.findIndex(({ failure }) => fits(one, failure));
    if (at >= 0) left.splice(at, 1);
    else missing.push({ place: one.place, message: `${named(one)} was expected and did not come`, fields: [] });
  }
  const unexpected = left.map(({ place, failure: { stage, code, orderId, message } }) => ({
    place,
    message: `${named({ stage, code, order_id: orderId })} came of this fact and was not expected: ${message}`,
    fields: [],
  }));
  return [...missing, ...unexpected];
};

const fits = ({ stage, code, order_id }: ExpectedFailure, failure: Failure): boolean =>
  code === failure.code &&
  (stage === undefined || stage === failure.stage) &&
  (order_id === undefined || order_id === failure.orderId);

const named = ({ stage, code, order_id }: { stage?: string; code: string; order_id?: string | undefined }): string =>
  `failure ${stage === undefined ? '' : `${stage}/`}${code}${order_id === undefined ? '' : ` of order ${JSON.stringify(order_id)}`}`;
