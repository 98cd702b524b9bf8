import { fromInbox, toInbox } from '../../../connectors/kafka/inbox';
import type { SourceRecord } from '../../../pipeline/batch';

const record: SourceRecord = {
  topic: 'commerce.orders',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  timestamp: 1_767_225_600_000,
  key: Buffer.from('A7'),
  value: Buffer.from([0, 1]),
  headers: [
    { name: 'trace', value: Buffer.from('1') },
    { name: 'trace', value: null },
  ],
  attempt: 1,
};
const inInbox = (headers: SourceRecord['headers']): SourceRecord => ({
  ...record,
  topic: 'odp-orders.inbox',
  offset: 5n,
  timestamp: 1,
  headers,
});

test('a record that entered by the inbox stands where it first stood, with its own headers', () => {
  expect(fromInbox(inInbox(toInbox(record, 2)))).toEqual({ ...record, attempt: 2, arrivedOn: 'odp-orders.inbox' });
});

const withHeader = (ending: string, text: string) =>
  toInbox(record, 2).map(h => (h.name.endsWith(ending) ? { ...h, value: Buffer.from(text) } : h));

test.each<[string, SourceRecord['headers']]>([
  ['no headers of ours', record.headers],
  ['no offset', toInbox(record, 2).filter(({ name }) => !name.endsWith('offset'))],
  ['an offset that is none', withHeader('offset', '-1')],
  ['an offset that no failure could hold', withHeader('offset', '9'.repeat(19))],
  ['a topic that no failure could hold', withHeader('topic', 't'.repeat(250))],
])('a record with %s stands for itself', (_, headers) => {
  const inbox = inInbox(headers);
  expect(fromInbox(inbox)).toBe(inbox);
});

test.each<[string, string, Partial<SourceRecord>]>([
  ['source.partition', '2147483648', { partition: 3 }],
  ['source.partition', '-1', { partition: 3 }],
  ['source.timestamp', '1e99', { timestamp: 1 }],
  ['source.timestamp', '-1', { timestamp: -1 }],
  ['attempt', '', { attempt: 1 }],
  ['attempt', '2147483648', { attempt: 1 }],
])('%s %p, written by hand, stops no lane', (ending, text, expected) => {
  expect(fromInbox(inInbox(withHeader(ending, text)))).toMatchObject({ offset: record.offset, ...expected });
});

test('what a producer put under our names stays with the record, and says nothing of its place', () => {
  const headers = [
    { name: 'odp-orders.source.topic', value: Buffer.from('elsewhere') },
    { name: 'odp-orders.attempt', value: Buffer.from('9') },
  ];
  const claimed = { ...record, headers };
  expect(fromInbox(inInbox(toInbox(claimed, 2)))).toEqual({ ...claimed, attempt: 2, arrivedOn: 'odp-orders.inbox' });
});
