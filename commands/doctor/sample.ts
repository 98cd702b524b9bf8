/** Do records stand where murmur2 of their key puts them, and is their key the id of their order? Counted on a sample. */

import type { SourceRecord } from '../../pipeline/batch';
import { partitionOf } from '../../pipeline/order/murmur2';
import { type Check, ok, problem, remark, unchecked } from './check';

/** What is known of one record. */
export interface Sampled {
  readonly record: SourceRecord;
  /** Undefined where none could be read. */
  readonly orderId: string | undefined;
}

export interface SampledTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly records: readonly Sampled[];
  /** Why nobody could read order ids at all. */
  readonly orderIdsUnread?: string;
}

/** @param refused A run refuses records that are out of place (`wrong_partition`): with several source topics, or by setting. */
export const partitioningCheck = (sampled: SampledTopic, refused: boolean): Check => {
  const { topic, partitions, records, orderIdsUnread } = sampled;
  const about = `partitioning of ${topic}`;
  if (records.length === 0) return unchecked(about, 'it holds no records');
  const keyless = records.filter(({ record: { key } }) => key === null);
  const misplaced = records.filter(
    ({ record: { key, partition } }) => key !== null && partitionOf(key, partitions) !== partition,
  );
  const told = records.filter(({ orderId }) => orderId !== undefined);
  const othersKey = told.filter(({ record: { key }, orderId }) => !key || Buffer.from(key).toString() !== orderId);

  const wrongs = [
    wrong(misplaced, records, 'do not stand on the partition that murmur2 of their key gives'),
    wrong(keyless, records, 'have no key'),
    wrong(othersKey, told, 'have another key than the id of their order'),
  ].filter(text => text !== '');
  const unread = orderIdsUnread === undefined ? '' : `; whether keys are order ids was not checked: ${orderIdsUnread}`;
  if (wrongs.length === 0) {
    const keys = told.length > 0 ? `, all ${told.length} that tell an order have its id as their key` : '';
    return ok(
      about,
      `all ${records.length} records looked at stand on the partition that murmur2 of their key gives${keys}${unread}`,
    );
  }
  const text = `${wrongs.join(', ')}${unread}`;
  if (!refused)
    return remark(about, `${text}; with one source topic that matters only if facts of one order have different keys`);
  const byOrderId = keyless.length + othersKey.length > 0 ? ' --key order-id' : '';
  return problem(
    about,
    `${text}: a run refuses those (wrong_partition), as all facts of an order must meet in one lane`,
    `odp-orders repartition --from ${topic} --to ${topic}.by-key${byOrderId}, and let its producers choose partitions by murmur2 of the order id (docs/repartition.md)`,
  );
};

const wrong = (some: readonly Sampled[], all: readonly Sampled[], what: string): string => {
  const [first] = some;
  if (!first) return '';
  const { topic, partition, offset } = first.record;
  return `${some.length} of ${all.length} records ${what} (such as ${topic}[${partition}] at offset ${offset})`;
};
