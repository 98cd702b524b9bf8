import * as layout from '../../../../connectors/kafka/records/layout';
import { timestampMax } from '../../../../connectors/kafka/records/record';
import { batchOf, changed, emptyBatch, type Item, markerOf, read, signed, text } from './batches';

const items = (count: number, from = 0): Item[] =>
  Array.from({ length: count }, (_, index) => ({ key: text(`k${from + index}`), value: text(`v${from + index}`) }));
const offsets = (bytes: Buffer, options = {}) => read(bytes, options).records.map(record => record.offsetNumber);

test('a batch as it stands in a log, byte by byte', () => {
  const batch = Buffer.from(
    [
      '0000000000000064', // base offset 100
      '00000049', // 73 bytes follow
      '00000005', // leader epoch
      '02', // format
      'f37bb1d1', // CRC32C of what follows
      '0010', // attributes: transactional, not compressed
      '00000001', // last offset delta
      '00000000000003e8', // base timestamp 1000
      '00000000000003f2', // max timestamp 1010
      '0000000000000009', // producer 9
      '0003', // epoch
      '00000004', // base sequence
      '00000002', // two records
      // length 16, no attributes, +10 ms, +0, key "k" , value "v!", two headers: h → "x", h → null
      '20' + '00' + '14' + '00' + '026b' + '047621' + '04' + '02680278' + '026801',
      // length 6: −1 ms, +1, key null, value empty, no headers
      '0c' + '00' + '01' + '02' + '01' + '00' + '00',
    ].join(''),
    'hex',
  );
  const { records, nextOffset, bytes, aborted } = read(batch, { from: 100 });
  expect({ nextOffset, bytes, aborted }).toEqual({ nextOffset: 102, bytes: batch.length, aborted: 0 });
  expect(
    records.map(({ topic, partition, offset, offsetNumber, timestamp, key, value, headers, attempt, size }) => ({
      topic,
      partition,
      offset,
      offsetNumber,
      timestamp,
      key,
      value,
      headers,
      attempt,
      size,
    })),
  ).toEqual([
    {
      topic: 'orders',
      partition: 3,
      offset: 100n,
      offsetNumber: 100,
      timestamp: 1010,
      key: text('k'),
      value: text('v!'),
      headers: [
        { name: 'h', value: text('x') },
        { name: 'h', value: null },
      ],
      attempt: 1,
      size: 3,
    },
    {
      topic: 'orders',
      partition: 3,
      offset: 101n,
      offsetNumber: 101,
      timestamp: 999,
      key: null,
      value: text(''),
      headers: [],
      attempt: 1,
      size: 0,
    },
  ]);
});

describe('where to go on', () => {
  const first = batchOf(items(3), { baseOffset: 10 });
  const second = batchOf(items(2), { baseOffset: 13 });
  test.each([
    ['nothing fetched', Buffer.alloc(0), 13, [], 13],
    ['from the beginning', Buffer.concat([first, second]), 10, [10, 11, 12, 13, 14], 15],
    ['from inside a batch', Buffer.concat([first, second]), 12, [12, 13, 14], 15],
    ['a batch before what is wanted', Buffer.concat([first, second]), 13, [13, 14], 15],
    ['from a hole before the batch', first, 4, [10, 11, 12], 13],
    ['a hole at the end', batchOf(items(3), { baseOffset: 10, lastOffsetDelta: 9 }), 10, [10, 11, 12], 20],
    ['from the hole at the end', batchOf(items(3), { baseOffset: 10, lastOffsetDelta: 9 }), 15, [], 20],
    ['a batch emptied by the cleaner', Buffer.concat([emptyBatch(10, 2), second]), 10, [13, 14], 15],
    ['emptied, once compressed', emptyBatch(10, 2, { codec: 'gzip' }), 10, [], 13],
    ['a commit marker at the end', Buffer.concat([first, markerOf('commit', 7n, 13)]), 10, [10, 11, 12], 14],
    ['an abort marker at the end', Buffer.concat([first, markerOf('abort', 7n, 13)]), 10, [10, 11, 12], 14],
    ['a marker that was emptied', emptyBatch(10, 0, { attributes: layout.controlBit }), 10, [], 11],
  ])('%s', (_, bytes, from, wanted, next) => {
    expect(offsets(bytes, { from })).toEqual(wanted);
    expect(read(bytes, { from }).nextOffset).toBe(next);
  });

  test('a fetch cut anywhere gives its whole batches, and an error when the wanted one is not whole', () => {
    const bytes = Buffer.concat([first, second]);
    for (let length = 1; length <= bytes.length; length++) {
      const cut = Buffer.from(bytes.subarray(0, length));
      if (length < first.length) {
        expect(() => read(cut, { from: 10 })).toThrow(
          `Cannot read the record batch of orders[3] at offset 10 as the ${length} bytes sent do not hold it whole`,
        );
      } else {
        const whole = length === bytes.length;
        expect(read(cut, { from: 10 }).nextOffset).toBe(whole ? 15 : 13);
        expect(offsets(cut, { from: 10 })).toEqual(whole ? [10, 11, 12, 13, 14] : [10, 11, 12]);
      }
    }
  });

  test('reading stops after the batch with which the records hold enough', () => {
    const bytes = Buffer.concat([first, second]);
    expect(read(bytes, { from: 10, heldBytesMax: first.length })).toMatchObject({
      nextOffset: 13,
      bytes: first.length,
    });
    expect(read(bytes, { from: 10, heldBytesMax: first.length + 1 }).nextOffset).toBe(15);
  });
});

describe('times', () => {
  test.each([
    ['of the producers', 0, [5_000, 4_000, 9_000]],
    ['of the broker: one for all', layout.logAppendTimeBit, [9_000, 9_000, 9_000]],
  ])('%s', (_, attributes, times) => {
    const batch = batchOf(
      [5_000, 4_000, 9_000].map(timestamp => ({ key: null, value: null, timestamp })),
      { attributes },
    );
    expect(read(batch).records.map(record => record.timestamp)).toEqual(times);
  });

  test('far apart, and none at all', () => {
    const times = [-1, 1_767_225_600_000, 0, 253_402_300_799_999];
    const batch = batchOf(times.map(timestamp => ({ key: null, value: null, timestamp })));
    expect(read(batch).records.map(record => record.timestamp)).toEqual(times);
  });

  test.each([
    [timestampMax, timestampMax],
    [timestampMax + 1, timestampMax],
    [4e15, timestampMax],
    [-1, -1],
    [-4e15, -timestampMax],
  ])('a timestamp of %d is %d: no time is beyond the year 9999', (timestamp, is) => {
    expect(read(batchOf([{ key: null, value: null, timestamp }])).records[0]?.timestamp).toBe(is);
  });

  test('a batch whose base timestamp the cleaner has replaced', () => {
    const batch = batchOf([{ key: null, value: null, timestamp: 5_000 }]);
    batch.writeBigInt64BE(1_800_000_000_000n, layout.baseTimestampAt); // the differences count from there then
    expect(read(signed(batch)).records[0]?.timestamp).toBe(1_800_000_000_000);
  });
});

describe('damage', () => {
  test('a flipped bit anywhere under the checksum is told, with topic, partition and offset', () => {
    const batch = batchOf(items(5), { baseOffset: 100 });
    for (let at = layout.crcAt; at < batch.length; at++) {
      const flipped = Buffer.from(batch);
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      // A batch whose offsets seem to end before what is wanted is passed over, and then nothing was read.
      expect(() => read(flipped, { from: 100 })).toThrow(
        /orders\[3\] at offset 100 as (its checksum is|the \d+ bytes)/,
      );
    }
  });

  test('a flipped bit in what the checksum leaves out never makes it loop, and throws nothing else', () => {
    const batch = Buffer.concat([batchOf(items(5), { baseOffset: 100 }), batchOf(items(1), { baseOffset: 105 })]);
    for (let bit = 0; bit < 8 * layout.crcAt; bit++) {
      const flipped = Buffer.from(batch);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      try {
        expect(read(flipped, { from: 100 }).nextOffset).toBeGreaterThan(100);
      } catch (error) {
        expect(String(error)).toMatch(/^CorruptBatch: Cannot read the record batch of orders\[3\] at offset /);
      }
    }
  });

  test('of a batch that is bad in its middle nothing is read', () => {
    const bad = batchOf(items(2), { baseOffset: 3 });
    bad.writeInt32BE(3, layout.countAt);
    expect(offsets(Buffer.concat([batchOf(items(3)), signed(bad)]))).toEqual([0, 1, 2]);
  });

  test('a batch that stands behind a later one', () => {
    const bytes = Buffer.concat([batchOf(items(1), { baseOffset: 5 }), batchOf(items(9), { baseOffset: 1 })]);
    expect(read(bytes).nextOffset).toBe(6);
    expect(offsets(bytes)).toEqual([5]);
  });

  test('what stands before a bad batch is read, and the bad one is an error once it is the first', () => {
    const bad = batchOf(items(2), { baseOffset: 3 });
    bad[bad.length - 1] = 1;
    const bytes = Buffer.concat([batchOf(items(3)), bad, batchOf(items(1), { baseOffset: 5 })]);
    expect(offsets(bytes)).toEqual([0, 1, 2]);
    expect(read(bytes).nextOffset).toBe(3);
    expect(() => read(bytes, { from: 3 })).toThrow('orders[3] at offset 3 as its checksum is');
  });

  const spoilt = (change: (batch: Buffer) => void, count = 2) => {
    const batch = batchOf(items(count));
    change(batch);
    return signed(batch);
  };
  test.each([
    ['format 0', spoilt(batch => batch.writeInt8(0, layout.magicAt)), 'it is of message format 0: only 2 is read'],
    ['format 1', spoilt(batch => batch.writeInt8(1, layout.magicAt)), 'it is of message format 1: only 2 is read'],
    [
      'a length of nothing',
      spoilt(batch => batch.writeInt32BE(0, layout.lengthAt)),
      'its 12 bytes are less than a header',
    ],
    [
      'a negative length',
      spoilt(batch => batch.writeInt32BE(-9, layout.lengthAt)),
      'its 12 bytes are less than a header',
    ],
    [
      'more records told',
      spoilt(batch => batch.writeInt32BE(3, layout.countAt)),
      'record 3 of 3 reaches beyond its end',
    ],
    ['fewer records told', spoilt(batch => batch.writeInt32BE(1, layout.countAt)), 'it holds more than the 1 records'],
    ['fewer than none', spoilt(batch => batch.writeInt32BE(-1, layout.countAt)), 'it holds more than the -1 records'],
    ['a long record', spoilt(batch => batch.writeInt8(126, layout.recordsAt)), 'record 1 of 2 reaches beyond its end'],
    ['a negative length of a record', spoilt(batch => batch.writeInt8(1, layout.recordsAt)), 'record 1 of 2 reaches'],
    ['a long key', spoilt(batch => batch.writeInt8(126, layout.recordsAt + 4)), 'record 1 of 2 reaches beyond its end'],
    [
      'a long value',
      spoilt(batch => batch.writeInt8(126, layout.recordsAt + 7)),
      'record 1 of 2 reaches beyond its end',
    ],
    ['an unknown codec', changed(batchOf(items(2)), { attributes: 6 }), 'its codec 6 is not known'],
    ['gzip that is none', changed(batchOf(items(2)), { attributes: 1 }), 'as incorrect header check'],
  ])('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
    expect(() => read(bytes)).toThrow('Cannot read the record batch of orders[3] at offset 0 as ');
  });

  test('headers beyond their record', () => {
    const batch = batchOf([{ key: null, value: null, headers: [{ name: 'a', value: text('b') }] }]);
    batch[batch.length - 4] = 126; // the length of the name
    const [record] = read(signed(batch)).records;
    expect(() => record?.headers).toThrow(
      'Cannot read the headers of orders[3] at offset 0 as they reach beyond their record',
    );
  });
});

test('a batch of 300,000 records, and 3,000 batches in a fetch', () => {
  const item = { key: null, value: text('x') };
  const large = read(batchOf(new Array<Item>(300_000).fill(item), { codec: 'gzip' }));
  expect(large.records.length).toBe(300_000);
  expect(large.nextOffset).toBe(300_000);
  expect(large.records[299_999]?.value).toEqual(text('x'));
  const many = Array.from({ length: 3_000 }, (_, index) => batchOf([item], { baseOffset: index }));
  expect(offsets(Buffer.concat(many)).length).toBe(3_000);
});

test('offsets beyond 32 bits', () => {
  const base = 2 ** 52 + 1;
  const { records, nextOffset } = read(batchOf(items(2), { baseOffset: base }), { from: base });
  expect(records.map(record => record.offset)).toEqual([BigInt(base), BigInt(base) + 1n]);
  expect(nextOffset).toBe(base + 2);
});
