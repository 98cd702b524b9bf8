/** Where a copying lane puts what, what it counts, and what it makes of a target that refuses. */
import { firstValueFrom } from 'rxjs';
import { toInbox } from '../../../../connectors/kafka/inbox';
import { limiter } from '../../../../connectors/kafka/limiter';
import { RecordBatchWriter } from '../../../../connectors/kafka/records/encode';
import { type CopySettings, CopyWriter, type Keyed } from '../../../../connectors/kafka/repartition/writer';
import { LaneTransactions } from '../../../../connectors/kafka/transaction';
import { type Outcome, pulled, type SourceRecord, startPosition } from '../../../../pipeline/batch';
import { Failure, Rejection } from '../../../../pipeline/failure';
import { partitionOf } from '../../../../pipeline/order/murmur2';
import { FakeCluster, type Produced } from '../fake';

const partitions = 5;
const lane = 8;
let offset = 0n;

const record = (key: string | null, but: Partial<SourceRecord> = {}): SourceRecord => ({
  topic: 'orders',
  partition: lane,
  offset: offset++,
  timestamp: 1_000,
  key: key === null ? null : Buffer.from(key),
  value: Buffer.from('v'),
  headers: [],
  attempt: 1,
  ...but,
});
const entry = (source: SourceRecord, key = source.key): Outcome<Keyed> => ({ source, value: { key } });
const failed = (source: SourceRecord) => new Failure('map', new Rejection('no_identifier', 'Cannot'), source);

const opened = async (but: Partial<CopySettings> = {}) => {
  const cluster = new FakeCluster();
  const ids = { transactionalId: `group-${lane}`, group: 'group', partition: lane };
  const transactions = new LaneTransactions(cluster, {
    ...ids,
    timeoutMs: 60_000,
    compression: 'none',
    outputs: new Map(),
  });
  await transactions.fence();
  cluster.asked.length = 0;
  const start = startPosition(new Map([['orders', 0n]]));
  const settings = { to: 'by-key', partitions, tellsPlaces: false, recordBytesMax: 10_000, ...but };
  const writer = new CopyWriter(lane, start, transactions, limiter(Number.POSITIVE_INFINITY), settings);
  const write = (outcomes: readonly Outcome<Keyed>[], next = offset) => {
    const position = startPosition(new Map([['orders', next]]));
    return firstValueFrom(writer.write({ ...pulled(lane, [], position), outcomes }));
  };
  const produced = () =>
    cluster.asked.filter(([name]) => name === 'Produce').flatMap(([, , ...batches]) => batches as Produced[]);
  const perPartition = () => {
    const counts: Record<number, number> = {};
    for (const { partition, count } of produced()) counts[partition] = (counts[partition] ?? 0) + count;
    return counts;
  };
  return { cluster, write, produced, perPartition };
};

test.each<[string, Outcome<Keyed>, number, object]>([
  ['a key goes to its partition', entry(record('A')), partitionOf(Buffer.from('A'), partitions), { rekeyed: 0 }],
  [
    'another key goes to its own',
    entry(record('customer'), Buffer.from('A')),
    partitionOf(Buffer.from('A'), partitions),
    { rekeyed: 1 },
  ],
  [
    'a key where there was none',
    entry(record(null), Buffer.from('B')),
    partitionOf(Buffer.from('B'), partitions),
    { rekeyed: 1 },
  ],
  ['no key goes by the number of the partition', entry(record(null)), lane % partitions, { withoutKey: 1, rekeyed: 0 }],
  ['an empty key is a key', entry(record('')), partitionOf(Buffer.alloc(0), partitions), { withoutKey: 0 }],
  [
    'where there is a failure the record keeps its key',
    failed(record('B')),
    partitionOf(Buffer.from('B'), partitions),
    { rekeyed: 0, kept: new Map([['no_identifier', 1]]) },
  ],
])('%s', async (_, outcome, partition, counts) => {
  const { write, perPartition } = await opened();
  expect(await write([outcome])).toMatchObject({ records: 1, moved: 1, ...counts });
  expect(perPartition()).toEqual({ [partition]: 1 });
});

test('only what changes its partition number has moved', async () => {
  const { write } = await opened({ partitions: 100 });
  const keys = Array.from({ length: 400 }, (_, at) => `k-${at}`);
  const staying = keys.filter(key => partitionOf(Buffer.from(key), 100) === lane).length;
  expect(staying).toBeGreaterThan(0);
  expect(await write(keys.map(key => entry(record(key))))).toMatchObject({ records: 400, moved: 400 - staying });
});

test.each([
  ['where the record stands', false, 'orders', lane],
  ['where it first stood, once, if its topic tells that', true, 'first', 3],
])('the copy says %s; its own headers and its timestamp stay', async (_, tellsPlaces, topic, partition) => {
  const append = jest.spyOn(RecordBatchWriter.prototype, 'append');
  const { write } = await opened({ tellsPlaces });
  const own = [{ name: 'trace', value: null }];
  const first = record('A', { topic: 'first', partition: 3, offset: 77n, timestamp: 5 });
  const headers = [...toInbox({ ...first, headers: [] }, 2), ...own];
  const copied = record('A', { headers, timestamp: 9 });
  await write([entry(copied)]);
  const [key, value, written, timestamp] = append.mock.calls[0] ?? [];
  append.mockRestore();
  const standing = tellsPlaces ? { ...first, headers: own, attempt: 2 } : copied;
  expect({ key, value, timestamp }).toEqual({ key: copied.key, value: copied.value, timestamp: 9 });
  expect(written).toEqual(toInbox(standing, standing.attempt));
  expect([standing.topic, standing.partition]).toEqual([topic, partition]);
});

test('batches are cut before they outgrow the limit, in the same transaction', async () => {
  const { write, produced, cluster } = await opened();
  const large = Array.from({ length: 7 }, () => entry(record('A', { value: Buffer.alloc(4_000) })));
  await write(large);
  expect(produced().map(({ count }) => count)).toEqual([2, 2, 2, 1]);
  expect(cluster.asked.filter(([name]) => name === 'Commit')).toHaveLength(1);
});

test('markers alone are committed, and time that passes is not', async () => {
  const { write, cluster } = await opened();
  await write([], 3n);
  expect(cluster.asked.filter(([name]) => name === 'Commit')).toHaveLength(1);
  await write([], 3n);
  expect(cluster.asked.filter(([name]) => name === 'Commit')).toHaveLength(1);
});

test('a record too large for its headers is named, with the setting, and nothing is committed', async () => {
  const { write, cluster } = await opened();
  const large = record('A', { offset: 77n, value: Buffer.alloc(9_400) });
  await expect(write([entry(large)])).rejects.toMatchObject({
    name: 'PreflightError',
    message: expect.stringMatching(
      /^Cannot write orders\[8\] at offset 77 to by-key as it has \d+ bytes .*kafka\.record_bytes_max/,
    ),
    hint: expect.stringMatching(/kafka\.record_bytes_max.*max\.message\.bytes/),
  });
  expect(cluster.asked.filter(([name]) => name === 'Commit')).toEqual([]);
});

test.each<[number, RegExp, RegExp]>([
  [
    32,
    /Cannot keep the timestamps of orders\[8\] in by-key .* 9000 ms, at offset 5/,
    /message\.timestamp\.after\.max\.ms/,
  ],
  [10, /takes no record batches of kafka\.record_bytes_max/, /max\.message\.bytes/],
])('what the target refuses (code %p) names the setting of the target', async (code, message, hint) => {
  const { write, cluster } = await opened();
  cluster.broker(1).produceCodes.push({ 'by-key': code });
  const records = [entry(record('A')), entry(record('A', { timestamp: 9_000, offset: 5n })), entry(record('A'))];
  await expect(write(records)).rejects.toMatchObject({
    name: 'PreflightError',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});
