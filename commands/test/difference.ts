/** Where something else came than a story expects. */
import type { FieldDifference } from './fields';

export interface Difference {
  /** In the story: of the expectation, or of the fact of which something came that nobody expected. */
  readonly place: string;
  /** A clause: `the refund of order "A" differs`. */
  readonly message: string;
  readonly fields: readonly FieldDifference[];
}
