import fc from 'fast-check';
import {
  Cursor,
  varintBytes,
  varlongBytes,
  writeVarint,
  writeVarlong,
} from '../../../../connectors/kafka/records/varint';

const bytes = Buffer.alloc(16);
const hex = (end: number) => bytes.toString('hex', 0, end);

test.each([
  [0, '00'],
  [-1, '01'],
  [1, '02'],
  [63, '7e'],
  [-64, '7f'],
  [64, '8001'],
  [8_191, 'fe7f'],
  [8_192, '808001'],
  [1_048_576, '80808001'],
  [134_217_728, '8080808001'],
  [2_147_483_647, 'feffffff0f'],
  [-2_147_483_648, 'ffffffff0f'],
])('%i', (value, written) => {
  expect(hex(writeVarint(bytes, 0, value))).toBe(written);
  expect(hex(writeVarlong(bytes, 0, value))).toBe(written);
  expect(varintBytes(value)).toBe(written.length / 2);
  expect(varlongBytes(value)).toBe(written.length / 2);
});

test.each([
  [2_147_483_648, '8080808010'],
  [-2_147_483_649, '8180808010'],
  [1_767_225_600_000, '80a0d5edee66'],
])('%i', (value, written) => {
  expect(hex(writeVarlong(bytes, 0, value))).toBe(written);
  expect(varlongBytes(value)).toBe(written.length / 2);
});

test('what is written is read, and no byte more', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), (short, long) => {
      const middle = writeVarint(bytes, 0, short);
      const end = writeVarlong(bytes, middle, long);
      expect(middle).toBe(varintBytes(short));
      expect(end).toBe(middle + varlongBytes(long));
      const cursor = new Cursor(bytes, 0);
      expect(cursor.varint()).toBe(short);
      expect(cursor.at).toBe(middle);
      expect(cursor.varlong()).toBe(long);
      expect(cursor.at).toBe(end);
      cursor.at = 0;
      cursor.skip();
      expect(cursor.at).toBe(middle);
    }),
    { numRuns: 500 },
  );
});
