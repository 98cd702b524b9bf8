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
  const takers = new Map<CameFailure, ExpectedFailure>();
  /** Takes a free one, else one whose taker can take another: as many come true as can together. */
  const takes = (one: ExpectedFailure, asked: Set<CameFailure>): boolean => {
    const fitting = came.filter(other => !asked.has(other) && fits(one, other.failure));
    for (const other of fitting) asked.add(other);
    const taken =
      fitting.find(other => !takers.has(other)) ??
      fitting.find(other => takes(takers.get(other) as ExpectedFailure, asked));
    if (taken !== undefined) takers.set(taken, one);
    return taken !== undefined;
  };
  // The more it says, the fewer it fits: it chooses first.
  const missing = expected
    .toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)
    .filter(one => !takes(one, new Set()))
    .map(one => ({ place: one.place, message: `${named(one)} was expected and did not come`, fields: [] }));
  const unexpected = came
    .filter(one => !takers.has(one))
    .map(({ place, failure: { stage, code, orderId, message } }) => ({
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
