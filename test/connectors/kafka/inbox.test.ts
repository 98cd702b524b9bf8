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
  expect(fromInbox(inInbox(toInbox(record, 2)))).toEqual({ ...record, attempt: 2 });
});

test.each<[string, SourceRecord['headers']]>([
  ['no headers of ours', record.headers],
  ['no offset', toInbox(record, 2).filter(({ name }) => !name.endsWith('offset'))],
  [
    'an offset that is none',
    toInbox(record, 2).map(h => (h.name.endsWith('offset') ? { ...h, value: Buffer.from('-1') } : h)),
  ],
])('a record with %s stands for itself', (_, headers) => {
  const inbox = inInbox(headers);
  expect(fromInbox(inbox)).toBe(inbox);
});
