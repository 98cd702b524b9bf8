/**
 * Whether a record stands where its order's others do: with several source topics, all facts of an order must meet in one
 * lane, so the key must be the order id and the partition its murmur2 hash, as Java's and kafkajs' producers choose it.
 */
import type { SourceRecord } from '../batch';
import { Rejection } from '../failure';
import type { Fact } from './fact';
import { partitionOf } from './murmur2';
import { utf8 } from './text';

export interface LaneCheck {
  /** Of each source topic. */
  readonly partitions: number;
}

/** Passes facts that are in their lane. */
export const inTheRightLane = (lane: number, check: LaneCheck | null) => {
  if (check === null) return (fact: Fact): Fact => fact;
  const { partitions } = check;
  return (fact: Fact, { key }: SourceRecord): Fact | Rejection => {
    const orderId = utf8(fact.orderId);
    const right = partitionOf(orderId, partitions);
    if (right === lane && key !== null && sameBytes(key, orderId)) return fact;
    const why =
      key !== null && sameBytes(key, orderId)
        ? `it stands on partition ${lane} and its key's murmur2 hash is of partition ${right}`
        : 'its key is not its order id';
    return new Rejection(
      'wrong_partition',
      `Cannot use the record of order ${JSON.stringify(fact.orderId.slice(0, 64))} as ${why}: with several source topics the facts ` +
        'of an order meet by it. Repair the topic with "odp-orders repartition", and the producer by its partitioner',
      fact.orderId,
    );
  };
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
