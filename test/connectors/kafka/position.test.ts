import { decodeMetadata, encodeMetadata } from '../../../connectors/kafka/offsets';
import { isAtLeastKafka4, versionProblems } from '../../../connectors/kafka/versions';
import type { ApiVersions } from '../../../connectors/kafka/wire';
import { startPosition } from '../../../pipeline/batch';

test('the run of failures and event time survive in the offset metadata of each topic', () => {
  const time = { watermark: 7_000, topics: [{ topic: 'orders', newest: 12_000 }] };
  const position = { ...startPosition(new Map()), failuresInARow: 999, time };
  expect(decodeMetadata(encodeMetadata(position, 'orders'))).toEqual({ run: 999, watermark: 7_000, newest: 12_000 });
  expect(decodeMetadata(encodeMetadata(position, 'refunds'))).toEqual({ run: 999, watermark: 7_000, newest: null });
});

test.each(['', 'not json', '{"v":2,"run":7}', '{"v":1,"run":"7"}', 'null'])(
  'metadata %p of another tool begins a new run',
  text => {
    expect(decodeMetadata(text)).toEqual({ run: 0, watermark: null, newest: null });
  },
);

const kafka43: ApiVersions = Object.fromEntries(
  [...Array(70).keys()].map(key => [key, { minVersion: { 0: 3, 1: 4 }[key] ?? 0, maxVersion: 17 }]),
);
test.each<[string, ApiVersions, string[]]>([
  ['4.3 fits', kafka43, []],
  [
    'an API that is gone',
    Object.fromEntries(Object.entries(kafka43).filter(([key]) => key !== '26')),
    ['EndTxn: the broker does not offer it'],
  ],
  [
    'a version we cannot speak',
    { ...kafka43, 1: { minVersion: 12, maxVersion: 18 } },
    ['Fetch: we send version 11, the broker takes 12 and newer'],
  ],
  [
    'a broker too old',
    { ...kafka43, 0: { minVersion: 0, maxVersion: 5 } },
    ['Produce: we need version 7, the broker takes up to 5'],
  ],
])('%s', (_, versions, problems) => expect(versionProblems(versions)).toEqual(problems));

test('4.0 is known by the Fetch versions it took away', () => {
  expect(isAtLeastKafka4(kafka43)).toBe(true);
  expect(isAtLeastKafka4({ ...kafka43, 1: { minVersion: 0, maxVersion: 15 } })).toBe(false);
});
