import { batchHeaderBytes, RecordBatchWriter, recordBytes } from '../../../../connectors/kafka/records/encode';
import { read, text } from './batches';

const identity = { producerId: 9n, producerEpoch: 3, baseSequence: 4, transactional: true, codec: 'none' } as const;

test('a batch as it goes to the broker, byte by byte', () => {
  const writer = new RecordBatchWriter();
  writer.append(
    text('k'),
    text('v!'),
    [
      { name: 'h', value: text('x') },
      { name: 'h', value: null },
    ],
    1_000,
  );
  writer.append(null, text(''), [], 999);
  expect(writer.finish(identity).toString('hex')).toBe(
    [
      '0000000000000000',
      '00000049', // 73 bytes follow
      'ffffffff',
      '02',
      'fecce573', // CRC32C of what follows
      '0010', // transactional
      '00000001', // last offset delta
      '00000000000003e8', // base timestamp 1000
      '00000000000003e8', // max timestamp 1000
      '0000000000000009', // producer
      '0003', // epoch
      '00000004', // sequence
      '00000002', // records
      '20' + '00' + '00' + '00' + '026b' + '047621' + '04' + '02680278' + '026801',
      '0c' + '00' + '01' + '02' + '01' + '00' + '00',
    ].join(''),
  );
});

test.each([
  ['none', 0],
  ['gzip', 1],
  ['snappy', 2],
  ['lz4', 3],
  ['zstd', 4],
] as const)('%s is codec %i in the attributes', (codec, number) => {
  const writer = new RecordBatchWriter();
  writer.append(null, text('value'), [], 1);
  const batch = writer.finish({ ...identity, transactional: false, codec });
  expect(batch.readInt16BE(21)).toBe(number);
  expect(read(batch).records.map(record => record.value)).toEqual([text('value')]);
});

test('what a batch takes is known before it is finished, and what a record adds is not more than was told', () => {
  const writer = new RecordBatchWriter(1);
  expect(writer.bytes).toBe(batchHeaderBytes);
  const values = [
    null,
    text(''),
    text('é'),
    Buffer.alloc(63),
    Buffer.alloc(64),
    Buffer.alloc(8_191),
    Buffer.alloc(100_000),
  ];
  const headers = [{ name: 'ключ', value: Buffer.alloc(70) }];
  for (const key of values)
    for (const value of values)
      for (const timestamp of [1_767_225_600_000, 0, 1]) {
        const before = writer.bytes;
        writer.append(key, value, headers, timestamp);
        const told = recordBytes(key, value, headers);
        expect(writer.bytes - before).toBeLessThanOrEqual(told);
        expect(writer.bytes - before).toBeGreaterThan(told - 20);
      }
  const { bytes } = writer;
  expect(writer.count).toBe(3 * values.length ** 2);
  expect(writer.finish(identity).length).toBe(bytes);
});

test('one writer, many batches: nothing of one is in the next', () => {
  const writer = new RecordBatchWriter(1);
  for (const size of [10, 20_000, 3]) {
    writer.append(text('a'), Buffer.alloc(size, size), [], 5_000 + size);
    writer.append(text('b'), null, [{ name: 'n', value: null }], 5_000);
    const { records } = read(writer.finish(identity));
    expect(records.map(({ key, value, timestamp, headers }) => [String(key), value, timestamp, headers])).toEqual([
      ['a', Buffer.alloc(size, size), 5_000 + size, []],
      ['b', null, 5_000, [{ name: 'n', value: null }]],
    ]);
    expect(writer.count).toBe(0);
    expect(writer.bytes).toBe(batchHeaderBytes);
  }
});

test('begin forgets what was appended', () => {
  const writer = new RecordBatchWriter();
  writer.append(null, text('aborted'), [], 1);
  writer.begin();
  writer.append(null, text('kept'), [], 2);
  expect(read(writer.finish(identity)).records.map(record => [String(record.value), record.timestamp])).toEqual([
    ['kept', 2],
  ]);
});

test('an empty batch is refused', () => {
  expect(() => new RecordBatchWriter().finish(identity)).toThrow(
    'Cannot finish a record batch as no record was appended',
  );
});

test('more header names than are remembered', () => {
  const writer = new RecordBatchWriter();
  for (let index = 0; index < 2_500; index++) writer.append(null, null, [{ name: `n${index}`, value: null }], 1);
  const names = read(writer.finish(identity)).records.map(record => record.headers[0]?.name);
  expect(names).toEqual(Array.from({ length: 2_500 }, (_, index) => `n${index}`));
});
