/** What a story expects against what came of it: every difference, and nothing where there is none. */
import { Failure } from '../../pipeline/failure';
import { type BodySettings, toOdpBody } from '../../pipeline/order/body';
import { type Previewed, SeenBefore } from '../preview/preview';
import type { Difference } from './difference';
import { type CameEvent, eventDifferences } from './event-differences';
import type { Expected } from './expected';
import { type CameFailure, failureDifferences } from './failure-differences';

/** @param placeOf Where the fact stands of which it came. */
export const differences = (
  expected: Expected,
  came: readonly Previewed[],
  placeOf: (previewed: Previewed) => string,
  settings: BodySettings,
): Difference[] => {
  const events: CameEvent[] = [];
  const failures: CameFailure[] = [];
  let duplicates = 0;
  for (const previewed of came) {
    const { outcome } = previewed;
    const place = placeOf(previewed);
    if (outcome instanceof SeenBefore) duplicates++;
    else if (outcome instanceof Failure) failures.push({ place, failure: outcome });
    else events.push({ place, event: outcome, body: toOdpBody(outcome, settings) });
  }
  return [
    ...eventDifferences(expected.events, events),
    ...failureDifferences(expected.failures, failures),
    ...duplicateDifferences(expected, duplicates),
  ];
};

const duplicateDifferences = ({ duplicates, duplicatesPlace: place }: Expected, got: number): Difference[] =>
  duplicates === got
    ? []
    : [
        {
          place,
          message: 'other facts had come before than was expected',
          fields: [{ field: 'duplicates', expected: duplicates, got }],
        },
      ];
