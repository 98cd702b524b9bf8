/** Whether a record stands where its order's others do: by its key and by its partition. */
import { Rejection } from '../../../pipeline/failure';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { inTheRightLane } from '../../../pipeline/order/partition';
import { record } from '../../driver';
import { entryOf } from './ledger/story';

const partitions = 12;
const orderId = 'SO-1';
const lane = partitionOf(Buffer.from(orderId), partitions);
const check = (key: string | null, where = lane, id = orderId) => {
  const { value: fact } = entryOf({ orderId: id });
  const passed = inTheRightLane(where, { partitions })(fact, {
    ...record(0),
    key: key === null ? null : Buffer.from(key),
  });
  return passed === fact ? 'passed' : passed;
};
const refused = (why: string, id = orderId) =>
  new Rejection(
    'wrong_partition',
    `Cannot use the record of order ${JSON.stringify(id.slice(0, 64))} as ${why}: with several source topics the facts of an ` +
      'order meet by it. Repair the topic with "odp-orders repartition", and the producer by its partitioner',
    id,
  );

test('with its order id for a key, on the partition of its hash', () => {
  expect(check(orderId)).toBe('passed');
});

test('on another partition', () => {
  const why = `it stands on partition ${lane + 1} and its key's murmur2 hash is of partition ${lane}`;
  expect(check(orderId, lane + 1)).toEqual(refused(why));
});

test.each([[null], ['SO-2'], ['SO-'], ['SO-11'], ['']])('with %j for a key', key => {
  expect(check(key)).toEqual(refused('its key is not its order id'));
});

test('a long id is cut where it is told', () => {
  const long = 'x'.repeat(65);
  expect(check(null, 0, long)).toEqual(refused('its key is not its order id', long));
});

test('with one source topic nothing is checked', () => {
  const { value: fact } = entryOf({});
  expect(inTheRightLane(lane, null)(fact, record(0))).toBe(fact);
});
