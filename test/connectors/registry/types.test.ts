/** Our avsc types against avsc's own: the same bytes, the same values where both can tell them. */
import { Type } from 'avsc';
import fc from 'fast-check';
import { Cursor, Malformed } from '../../../connectors/registry/cursor';
import { lenientForm, readerForm, writerForm } from '../../../connectors/registry/normal';
import { type AvroType, type Decimals, type Reads, typeOf } from '../../../connectors/registry/types';
import { type Avro, completeSchema } from '../../../schemas/schemas';

const ours = (schema: Avro, decimals: Decimals = 'ours') => typeOf(readerForm(schema), decimals);
const writer = (schema: Avro) => typeOf(writerForm(schema), 'theirs');

const written = (type: AvroType, value: unknown): Buffer => {
  const cursor = new Cursor();
  cursor.start(0);
  type._write(cursor, value);
  return Buffer.from(cursor.written());
};

const read = (reads: Reads, bytes: Buffer): unknown => {
  const cursor = new Cursor();
  cursor.open(bytes, 0);
  const value = reads._read(cursor);
  expect(cursor.left).toBe(0);
  return value;
};

const decimal = (scale: number): Avro => ({ type: 'bytes', logicalType: 'decimal', precision: 30, scale });
const record = (fields: Record<string, Avro>): Avro => ({
  type: 'record',
  name: 'test.R',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

describe('longs', () => {
  const edges = [0n, -1n, 63n, 64n, -65n, 2n ** 27n, 2n ** 28n - 1n, -(2n ** 28n), 2n ** 31n, -(2n ** 31n) - 1n];
  const far = [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n) - 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
  test.each([...edges, ...far])('%s comes back as it was', value => {
    expect(read(ours('long'), written(ours('long'), value))).toBe(value);
  });

  test('any of 64 bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
        expect(read(ours('long'), written(ours('long'), value))).toBe(value);
      }),
    );
  });

  test('are encoded as avsc encodes them', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), value => {
        // avsc's own limit is a little below.
        fc.pre(Math.abs(value) < 2 ** 52);
        expect(written(ours('long'), BigInt(value))).toEqual(Type.forSchema('long').toBuffer(value));
      }),
    );
  });

  test('an int is read as the long it has become', () => {
    const timestamp: Avro = { type: 'long', logicalType: 'timestamp-millis' };
    expect(read(ours('long').createResolver(writer('int')), written(writer('int'), -5))).toBe(-5n);
    expect(read(ours(timestamp).createResolver(writer('int')), written(writer('int'), -5))).toBe(-5);
    expect(read(ours(timestamp).createResolver(writer('long')), written(writer('long'), 2n ** 40n))).toBe(2 ** 40);
    expect(read(ours('double').createResolver(writer('long')), written(writer('long'), 2n ** 40n))).toBe(2 ** 40);
  });

  test('more than 64 bits are malformed, however long they go on', () => {
    for (const bytes of [[...Array(9).fill(0xff), 0x02], Array(10).fill(0x80), Array(400).fill(0x80)]) {
      expect(() => read(ours('long'), Buffer.from(bytes))).toThrow(Malformed);
      expect(() => read(ours('string'), Buffer.from(bytes))).toThrow(Malformed);
    }
  });

  test('a number is refused, as it could have lost digits', () => {
    expect(() => written(ours('long'), 5)).toThrow('must be a bigint');
    expect(() => written(ours('long'), 2n ** 63n)).toThrow('must be a bigint');
  });
});

describe('decimals', () => {
  const table: [scale: number, hex: string, asOurs: number | string, asTheirs: string][] = [
    [4, '00', 0, '0.0000'],
    [4, '', 0, '0.0000'],
    [4, '01e848', 125_000, '12.5000'],
    [4, 'fe17b8', -125_000, '-12.5000'],
    [2, '04e2', 125_000, '12.50'],
    [2, 'ff', -100, '-0.01'],
    [0, '7f', 1_270_000, '127'],
    [0, '80', -1_280_000, '-128'],
    [0, '00ff', 2_550_000, '255'],
    [6, '01', '0.000001', '0.000001'],
    [4, '1fffffffffffff', Number.MAX_SAFE_INTEGER, '900719925474.0991'],
    [4, 'e0000000000001', -Number.MAX_SAFE_INTEGER, '-900719925474.0991'],
    [4, '20000000000000', '900719925474.0992', '900719925474.0992'],
    [4, '7fffffffffffffff', '922337203685477.5807', '922337203685477.5807'],
    [4, '8000000000000000', '-922337203685477.5808', '-922337203685477.5808'],
    [4, '00000000000000000000000000002710', 10_000, '1.0000'],
    [4, 'ffffffffffffffffffffffffffffd8f0', -10_000, '-1.0000'],
    [4, '00ffffffffffffffff', '1844674407370955.1615', '1844674407370955.1615'],
    [0, '1fffffffffffff', '9007199254740991', '9007199254740991'],
  ];
  test.each(table)('scale %i, bytes %s', (scale, hex, asOurs, asTheirs) => {
    const bytes = written(ours('bytes'), Buffer.from(hex, 'hex'));
    expect(read(ours(decimal(4)).createResolver(writer(decimal(scale))), bytes)).toBe(asOurs);
    expect(read(writer(decimal(scale)), bytes)).toBe(asTheirs);
    const size = hex.length / 2;
    const fixed: Avro = { type: 'fixed', name: 'D', size, logicalType: 'decimal', scale } as Avro;
    expect(read(ours(decimal(4)).createResolver(writer(fixed)), Buffer.from(hex, 'hex'))).toBe(asOurs);
  });

  test('any amount comes back, in the least bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.integer({ min: -40_000, max: 40_000 })), value => {
        const bytes = written(ours(decimal(4)), value);
        expect(read(ours(decimal(4)), bytes)).toBe(value);
        const first = bytes.readInt16BE(bytes.length > 2 ? 1 : 0);
        if (bytes.length > 2) expect(first >= -128 && first <= 127).toBe(false);
      }),
    );
  });

  test('any text comes back, in any scale', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
        fc.integer({ min: 0, max: 30 }),
        (digits, scale) => {
          const magnitude = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
          const whole = magnitude.slice(0, magnitude.length - scale);
          const text = `${digits < 0n ? '-' : ''}${whole}${scale > 0 ? `.${magnitude.slice(-scale)}` : ''}`;
          expect(read(writer(decimal(scale)), written(writer(decimal(scale)), text))).toBe(text);
        },
      ),
    );
  });

  test.each(['1.00001', 'abc', '', '.', '1,5', Number.NaN, 1.5, 2 ** 53, true])('%p is not written', value => {
    expect(() => written(ours(decimal(4)), value)).toThrow();
  });

  test.each([
    ['12.5', 125_000],
    ['-.5', -5_000],
    ['1.25e2', 1_250_000],
    ['1.50000000', 15_000],
  ])('text %s is written exactly', (text, value) => {
    expect(read(ours(decimal(4)), written(ours(decimal(4)), text))).toBe(value);
  });

  test('is read from text as it stands, and never as text from bytes', () => {
    expect(read(ours(decimal(4)).createResolver(writer('string')), written(ours('string'), '12.50'))).toBe('12.50');
    expect(() => ours('string').createResolver(writer(decimal(2)))).toThrow('cannot read');
    expect(() => ours(decimal(4)).createResolver(writer('double'))).toThrow('cannot read');
  });
});

describe('unions', () => {
  const attribute: Avro = ['string', 'long', 'double', 'boolean'];
  test.each(['text', '', 5n, -(2n ** 60n), 1.5, 3, Number.NaN, true, false])(
    'an attribute %p keeps its type',
    value => {
      expect(read(ours(attribute), written(ours(attribute), value))).toBe(value);
    },
  );

  test('of types that JavaScript cannot tell apart are read without wrappers', () => {
    const two: Avro = [
      'null',
      record({ a: 'int' }),
      { type: 'record', name: 'S', fields: [{ name: 'b', type: 'long' }] },
    ];
    const theirs = Type.forSchema(two as never, { wrapUnions: true });
    expect(read(writer(two), theirs.toBuffer({ S: { b: 7 } }))).toEqual({ b: 7n });
    expect(read(writer(two), theirs.toBuffer({ 'test.R': { a: 7 } }))).toEqual({ a: 7 });
    expect(read(writer(two), theirs.toBuffer(null))).toBeNull();
  });

  test('a branch that does not exist is malformed', () => {
    expect(() => read(ours(['null', 'string']), Buffer.from([4, 0]))).toThrow('branch 2 of a union of 2');
    expect(() => read(ours(['null', 'string']), Buffer.from([1, 0]))).toThrow('branch -1');
  });
});

describe('lists and maps', () => {
  const numbers: Avro = { type: 'array', items: 'int' };
  test('in blocks, with and without their sizes', () => {
    expect(read(ours(numbers), Buffer.from([4, 2, 4, 3, 4, 6, 8, 0]))).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['a list', numbers],
    ['a map', { type: 'map', values: 'int' } as Avro],
    ['a list of nothing', { type: 'array', items: 'null' } as Avro],
  ])('%s of a million million items in some bytes is malformed at once', (_, schema) => {
    const bytes = Buffer.concat([written(ours('long'), 1_000_000_000_000n), Buffer.alloc(20)]);
    expect(() => read(ours(schema), bytes)).toThrow(Malformed);
    const skips = ours(record({ other: 'int' })).createResolver(writer(record({ gone: schema, other: 'int' })));
    expect(() => read(skips, bytes)).toThrow(Malformed);
  });

  test('a block that goes backwards when it is skipped is malformed', () => {
    const skips = ours(record({ other: 'int' })).createResolver(writer(record({ gone: numbers, other: 'int' })));
    expect(() => read(skips, Buffer.from([1, 3, 0, 0]))).toThrow(Malformed);
    expect(read(skips, Buffer.from([3, 4, 2, 4, 0, 14]))).toEqual({ other: 7 });
  });

  test('a key may have any name', () => {
    const bytes = written(ours({ type: 'map', values: numbers }), JSON.parse('{"__proto__":[1],"constructor":[2]}'));
    const map = read(ours({ type: 'map', values: numbers }), bytes) as object;
    expect(Object.entries(map)).toEqual([
      ['__proto__', [1]],
      ['constructor', [2]],
    ]);
  });
});

describe('texts', () => {
  test('are encoded as avsc encodes them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), value => {
        const bytes = written(ours('string'), value);
        expect(bytes).toEqual(Type.forSchema('string').toBuffer(value));
        expect(read(ours('string'), bytes)).toBe(value);
      }),
    );
  });
});

describe('records', () => {
  const everything = record({
    a: 'int',
    b: ['null', 'long'],
    c: { type: 'array', items: record2() },
    d: { type: 'map', values: 'string' },
    e: { type: 'enum', name: 'E', symbols: ['X', 'Y'] } as Avro,
    f: { type: 'fixed', name: 'F', size: 3 } as Avro,
    g: 'float',
    h: 'bytes',
  });
  function record2(): Avro {
    return { type: 'record', name: 'Inner', fields: [{ name: 'x', type: 'double' }] };
  }

  test('of every type are encoded as avsc encodes them', () => {
    const value = {
      a: -3,
      b: 9n,
      c: [{ x: 0.1 }, { x: -1e300 }],
      d: { k: 'v', '': 'ünïcode ✓' },
      e: 'Y',
      f: Buffer.from([1, 2, 3]),
      g: 0.5,
      h: Buffer.from('xyz'),
    };
    const bytes = written(ours(everything), value);
    expect(bytes).toEqual(Type.forSchema(everything as never).toBuffer({ ...value, b: 9 }));
    expect(read(ours(everything), bytes)).toEqual(value);
  });

  test('of our own schemas keep to avsc, default by default', () => {
    const type = ours(completeSchema('commerce.orders.OrderPlaced'));
    const bytes = written(type, {
      event_id: 'e',
      order_id: 'o',
      occurred_at: 1,
      customer: {},
      currency: 'EUR',
      total: 5,
      items: [],
    });
    expect(read(type, bytes)).toMatchObject({
      occurred_at: 1,
      total: 5,
      tax: null,
      attributes: {},
      customer: { identifiers: {} },
    });
  });

  test('a lenient reader takes what a producer leaves out or makes nullable as null', () => {
    const reader = typeOf(lenientForm(record({ a: 'string', b: decimal(4), c: 'int' })), 'ours');
    const evolved = writer(record({ c: ['null', 'int'], b: decimal(2) }));
    const bytes = written(evolved, { b: '1.50', c: null });
    expect(read(reader.createResolver(evolved), bytes)).toEqual({ a: null, b: 15_000, c: null });
  });
});
