/** Changes as a test writes and reads them: order id, state, whether something waits. */
import { Changes, textOf } from '../../connectors/state/changes';

export type Change = readonly [orderId: string, state: Uint8Array | undefined, waits: boolean];

export const changesOf = (all: readonly Change[]): Changes => {
  const changes = new Changes();
  for (const [orderId, state, waits] of all) changes.add(Buffer.from(orderId), state ?? null, waits);
  return changes;
};

export const changesIn = (changes: Changes): Change[] => {
  const all: Change[] = [];
  changes.each((bytes, keyAt, keyEnd, end, waits) => {
    all.push([
      textOf(bytes, keyAt, keyEnd),
      end === undefined ? undefined : Buffer.from(bytes.subarray(keyEnd, end)),
      waits,
    ]);
  });
  return all;
};
