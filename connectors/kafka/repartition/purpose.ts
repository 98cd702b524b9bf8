/**
 * What a repartition group is about: it travels in the metadata of its offsets. Offsets alone say how far a topic was read,
 * not where its records went: the same group with another target would leave out what went to the first one.
 */

import type { Position } from '../../../pipeline/batch';
import { encodeMetadata } from '../offsets';
import { PreflightError } from '../preflight';

export interface Purpose {
  readonly to: string;
  /** Of the target: with another number keys go elsewhere. */
  readonly partitions: number;
  readonly key: KeyChoice;
}

/** Which key a record gets: its own, or the id of the order it is about. */
export type KeyChoice = 'record' | 'order-id';

export const withPurpose =
  ({ to, partitions, key }: Purpose) =>
  (position: Position, topic: string): string =>
    JSON.stringify({ ...JSON.parse(encodeMetadata(position, topic)), to, partitions, key });

/** Undefined where another tool set the offsets: whoever does that means it. */
export const purposeIn = (metadata: string): Purpose | undefined => {
  try {
    const { to, partitions, key } = JSON.parse(metadata) as Partial<Purpose>;
    if (typeof to === 'string' && typeof partitions === 'number' && (key === 'record' || key === 'order-id'))
      return { to, partitions, key };
  } catch {
    // Not JSON: not ours.
  }
  return undefined;
};

/** @throws PreflightError when the offsets with this metadata belong to another purpose. */
export const checkPurpose = (purpose: Purpose, metadata: string, from: string, group: string): void => {
  const begun = purposeIn(metadata);
  if (!begun || sentence(begun) === sentence(purpose)) return;
  throw new PreflightError(
    `Cannot repartition ${from} into ${sentence(purpose)} as group ${group} is on its way into ${sentence(begun)}: what went ` +
      'there would be missing here',
    `go on as it was begun; or begin anew with an empty target, once \`kafka-consumer-groups.sh --delete --group ${group}\` ` +
      'has forgotten how far it came',
  );
};

const sentence = ({ to, partitions, key }: Purpose) => `${to} (${partitions} partitions, --key ${key})`;
