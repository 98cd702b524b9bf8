/** Ours against kafkajs' own: what one writes the other reads, field by field. */
import fc from 'fast-check';
import type { Codec } from '../../../../connectors/kafka/records/codecs';
import { RecordBatchWriter } from '../../../../connectors/kafka/records/encode';
import type { KafkaRecord } from '../../../../connectors/kafka/records/record';
import { type Item, read } from './batches';

const Decoder = require('kafkajs/src/protocol/decoder');
const decodeMessages = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages');
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const Record = require('kafkajs/src/protocol/recordBatch/record/v0');

const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array));
const field = fc.option(bytes, { nil: null, freq: 8 });
const time = fc.oneof(fc.nat(2 ** 31 - 1), fc.integer({ min: 0, max: 4_000_000_000_000 }));
// kafkajs keeps headers in an object: it puts names that are integers first, and stumbles over those of Object.prototype.
const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter(it => !/^\d+$/.test(it) && !(it in {}));
const item = (headerValue: fc.Arbitrary<Buffer | null>): fc.Arbitrary<Required<Item>> =>
  fc.record({
    key: field,
    value: field,
    timestamp: time,
    headers: fc.array(fc.record({ name, value: headerValue }), { maxLength: 4 }),
  });
const producer = fc.record({
  producerId: fc.bigInt(0n, 2n ** 62n),
  producerEpoch: fc.nat(32_767),
  baseSequence: fc.nat(2 ** 31 - 1),
  transactional: fc.boolean(),
});
const codec = fc.constantFrom<Codec>('none', 'gzip');

type Headers = Record<string, Buffer | null | (Buffer | null)[]>;

const asObject = (headers: Required<Item>['headers']): Headers => {
  const object: Headers = {};
  for (const { name, value } of headers) {
    const earlier = object[name];
    const bytes = value as Buffer | null;
    object[name] = earlier === undefined ? bytes : Array.isArray(earlier) ? [...earlier, bytes] : [earlier, bytes];
  }
  return object;
};

test('kafkajs reads what we write', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(item(field), { minLength: 1, maxLength: 20 }),
      producer,
      codec,
      async (items, identity, codec) => {
        const writer = new RecordBatchWriter(64);
        for (const { key, value, headers, timestamp } of items) writer.append(key, value, headers, timestamp);
        const batch = writer.finish({ ...identity, codec });
        const size = Buffer.alloc(4);
        size.writeInt32BE(batch.length);
        const messages = await decodeMessages(new Decoder(Buffer.concat([size, batch])));
        expect(
          messages.map(({ offset, timestamp, key, value, headers, attributes }: Record<string, unknown>) => ({
            offset,
            timestamp,
            key,
            value,
            headers,
            attributes,
          })),
        ).toEqual(
          items.map(({ key, value, headers, timestamp }, index) => ({
            offset: String(index),
            timestamp: String(timestamp),
            key,
            value,
            headers: asObject(headers),
            attributes: 0,
          })),
        );
        expect(messages[0].batchContext).toMatchObject({
          firstOffset: '0',
          firstTimestamp: String(items[0]?.timestamp),
          maxTimestamp: String(Math.max(...items.map(({ timestamp }) => timestamp))),
          lastOffsetDelta: items.length - 1,
          producerId: String(identity.producerId),
          producerEpoch: identity.producerEpoch,
          firstSequence: identity.baseSequence,
          inTransaction: identity.transactional,
          isControlBatch: false,
          magicByte: 2,
        });
      },
    ),
    { numRuns: 150 },
  );
});

test('we read what kafkajs writes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(item(bytes), { minLength: 1, maxLength: 20 }), // kafkajs cannot write a header that is null
      codec,
      fc.nat(2 ** 40),
      async (items, codec, baseOffset) => {
        const firstTimestamp = items[0]?.timestamp ?? 0;
        const records = items.map(({ key, value, headers, timestamp }, index) =>
          Record({
            offsetDelta: index,
            timestampDelta: timestamp - firstTimestamp,
            key,
            value,
            headers: asObject(headers),
          }),
        );
        const encoder = await RecordBatch({
          compression: codec === 'gzip' ? 1 : 0,
          firstOffset: baseOffset,
          firstTimestamp,
          maxTimestamp: Math.max(...items.map(({ timestamp }) => timestamp)),
          lastOffsetDelta: items.length - 1,
          records,
        });
        const read_ = read(encoder.buffer, { from: baseOffset });
        expect(read_.nextOffset).toBe(baseOffset + items.length);
        expect(read_.records.map(plain)).toEqual(
          items.map(({ key, value, headers, timestamp }, index) => ({
            offset: BigInt(baseOffset + index),
            timestamp,
            key,
            value,
            headers: grouped(headers),
          })),
        );
      },
    ),
    { numRuns: 150 },
  );
});

const plain = ({ offset, timestamp, key, value, headers }: KafkaRecord) => ({ offset, timestamp, key, value, headers });

/** kafkajs writes headers of one name side by side. */
const grouped = (headers: Required<Item>['headers']) =>
  [...new Set(headers.map(({ name }) => name))].flatMap(name => headers.filter(header => header.name === name));
