/** A record that waits, by itself. How it is stored and read again is in state.test.ts. */
import type { SourceRecord } from '../../../pipeline/batch';
import { bytesIn, KeptRecord } from '../../../pipeline/order/kept';

const record = (key: string | null, value: string | null): SourceRecord => ({
  topic: 'commerce.orders',
  partition: 2,
  offset: 7n,
  timestamp: 8,
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: [],
  attempt: 1,
});

test.each<[string | null, string | null, number]>([
  ['key', 'value', 8],
  ['Schlüssel', '€', 13],
  [null, 'value', 5],
  ['key', null, 3],
  ['', '', 0],
  [null, null, 0],
])('key %j and value %j have as many bytes kept as they had', (key, value, bytes) => {
  expect(bytesIn(record(key, value))).toBe(bytes);
  expect(bytesIn(new KeptRecord(record(key, value)))).toBe(bytes);
});

test('headers count, with their names in UTF-8 at most', () => {
  const headers = [
    { name: 'trace', value: Buffer.alloc(100) },
    { name: '', value: null },
  ];
  const one = { ...record('key', 'value'), headers };
  expect(bytesIn(one)).toBe(8 + 15 + 100 + 2 * 5);
  expect(bytesIn(new KeptRecord(one))).toBe(bytesIn(one));
});

test('every byte comes back', () => {
  const all = Uint8Array.from({ length: 256 }, (_, at) => at);
  const { key, value, headers } = new KeptRecord({ ...record(null, null), value: all });
  expect(key).toBeNull();
  expect([...(value as Uint8Array)]).toEqual([...all]);
  expect(headers).toEqual([]);
});
