import { decodeMetadata } from '../../../../connectors/kafka/offsets';
import { checkPurpose, type Purpose, purposeIn, withPurpose } from '../../../../connectors/kafka/repartition/purpose';
import { startPosition } from '../../../../pipeline/batch';

const purpose: Purpose = { to: 'by-key', partitions: 6, key: 'record' };
const position = { ...startPosition(new Map()), failuresInARow: 17 };

test('purpose and position travel together, and neither hides the other', () => {
  const metadata = withPurpose(purpose)(position, 'orders');
  expect(purposeIn(metadata)).toEqual(purpose);
  expect(decodeMetadata(metadata)).toMatchObject({ run: 17 });
});

test.each([
  ['another target', { to: 'other' }],
  ['another number of partitions', { partitions: 12 }],
  ['other keys', { key: 'order-id' as const }],
])('%s is refused', (_, but) => {
  const begun = withPurpose({ ...purpose, ...but })(position, 'orders');
  expect(() => checkPurpose(purpose, begun, 'orders', 'g')).toThrow(
    /as group g is on its way into .* would be missing here/,
  );
});

test.each([
  ['the same', withPurpose(purpose)(position, 'orders')],
  ['none yet', ''],
  ['offsets set by another tool', 'reset by ops'],
  ['a run of ours', '{"v":1,"run":0}'],
])('%s is accepted', (_, metadata) => {
  expect(() => checkPurpose(purpose, metadata, 'orders', 'g')).not.toThrow();
});
