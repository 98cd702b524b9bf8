/** Straight code against the types it was made from: the same bytes, the same values, the same errors. */
import fc from 'fast-check';
import { Cursor } from '../../../connectors/registry/cursor';
import { readerForm } from '../../../connectors/registry/normal';
import { straightReads, straightWrite } from '../../../connectors/registry/straight';
import { type AvroType, type Decimals, type Reads, typeOf } from '../../../connectors/registry/types';
import { type Avro, completeSchema, schemaFiles } from '../../../schemas/schemas';

type Write = (cursor: Cursor, value: unknown) => void;

const outcomeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

const written = (write: Write, value: unknown) =>
  outcomeOf(() => {
    const cursor = new Cursor();
    cursor.start(0);
    write(cursor, value);
    return Buffer.from(cursor.written());
  });

const read = (reads: Reads, bytes: Buffer) =>
  outcomeOf(() => {
    const cursor = new Cursor();
    cursor.open(bytes, 0);
    return [reads._read(cursor), cursor.left];
  });

/** Both ways of one type must be its straight ones. Answers the bytes. */
const same = (type: AvroType, value: unknown): Buffer => {
  const bytes = written((cursor, value) => type._write(cursor, value), value);
  expect(written(straightWrite(type), value)).toEqual(bytes);
  return bytes as Buffer;
};
const sameRead = (type: AvroType, bytes: Buffer) => expect(read(straightReads(type), bytes)).toEqual(read(type, bytes));

/** A schema, and values that it takes. */
interface Kind {
  readonly schema: Avro;
  readonly values: fc.Arbitrary<unknown>;
}

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.constantFrom('__proto__', 'channel', '', 'Aa', 'BB'),
);
const leaves: Kind[] = [
  { schema: 'null', values: fc.constant(null) },
  { schema: 'string', values: text },
  { schema: 'int', values: fc.integer() },
  { schema: 'long', values: long },
  { schema: { type: 'long', logicalType: 'timestamp-millis' }, values: fc.maxSafeInteger() },
  { schema: 'boolean', values: fc.boolean() },
  { schema: 'double', values: fc.double() },
  { schema: 'float', values: fc.constantFrom(0, 1.5, -2) },
  { schema: 'bytes', values: fc.uint8Array({ maxLength: 9 }).map(bytes => Buffer.from(bytes)) },
  { schema: { type: 'bytes', logicalType: 'decimal', scale: 4 }, values: fc.oneof(fc.maxSafeInteger(), fc.integer()) },
  { schema: { type: 'bytes', logicalType: 'decimal', scale: 2 }, values: fc.integer().map(cents => `${cents / 100}`) },
];

let names = 0;
const name = () => `test.N${names++}`;
const recordOf = (fields: readonly Kind[]): Kind => ({
  schema: {
    type: 'record',
    name: name(),
    fields: fields.map(({ schema }, index) => ({ name: `f${index}`, type: schema })),
  },
  values: fc
    .tuple(...fields.map(({ values }) => values))
    .map(values => Object.fromEntries(values.map((value, index) => [`f${index}`, value]))),
});

const { kinds } = fc.letrec<{ kinds: Kind }>(tie => ({
  kinds: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...leaves),
    fc.constantFrom('a', 'b').map(symbol => ({
      schema: { type: 'enum', name: name(), symbols: ['b', 'a'] },
      values: fc.constant(symbol),
    })),
    tie('kinds').map(({ schema, values }) => ({
      schema: { type: 'array', items: schema },
      values: fc.array(values, { maxLength: 70 }),
    })),
    tie('kinds').map(({ schema, values }) => ({
      schema: { type: 'map', values: schema },
      values: fc.array(fc.tuple(text, values), { maxLength: 4 }).map(pairs => Object.fromEntries(pairs)),
    })),
    tie('kinds')
      .filter(({ schema }) => schema !== 'null' && !Array.isArray(schema))
      .chain(({ schema, values }) =>
        fc.boolean().map(first => ({
          schema: first ? ['null', schema] : [schema, 'null'],
          values: fc.oneof(fc.constant(null), values),
        })),
      ),
    fc.constant({
      schema: ['string', 'long', 'double', 'boolean'],
      values: fc.oneof(text, long, fc.double(), fc.boolean()),
    }),
    fc.array(tie('kinds'), { maxLength: 5 }).map(recordOf),
  ),
}));

test.each<Decimals>(['ours', 'theirs'])('any type, any value (decimals %s)', decimals => {
  const cases = kinds.chain(({ schema, values }) => fc.tuple(fc.constant(schema), values));
  fc.assert(
    fc.property(cases, fc.nat(), fc.nat(255), ([schema, value], at, byte) => {
      const type = typeOf(readerForm(schema), decimals);
      const bytes = same(type, value);
      if (!Buffer.isBuffer(bytes)) return; // a decimal of more places than its schema has
      sameRead(type, bytes);
      sameRead(type, bytes.subarray(0, at % (bytes.length + 1)));
      const spoilt = Buffer.from(bytes);
      if (spoilt.length > 0) spoilt[at % spoilt.length] = byte;
      sameRead(type, spoilt);
    }),
    { numRuns: 200 },
  );
});

test.each(schemaFiles().map(({ fullName }) => fullName))('%s: values that it does not take', fullName => {
  const type = typeOf(readerForm(completeSchema(fullName)), 'ours');
  for (const { name } of type.fields ?? [])
    for (const value of [undefined, null, 5, 1.5, 5n, 'text', true, {}, [], [null], { a: undefined }, Number.NaN])
      same(type, { ...(good(completeSchema(fullName)) as object), [name]: value });
  for (const value of [undefined, null, 5, 'text', []]) same(type, value);
});

test('a field that is absent has its default, also when others were written before it', () => {
  const schema: Avro = {
    type: 'record',
    name: 'test.R',
    fields: [
      { name: 'a', type: 'string' },
      { name: 'b', type: ['null', 'string'], default: null },
      { name: 'c', type: 'int', default: 7 },
    ],
  };
  const bytes = written(straightWrite(typeOf(readerForm(schema), 'ours')), { a: 'x' });
  expect(bytes).toEqual(Buffer.from([2, 120, 0, 14]));
});

test('a field of a producer that is called __proto__ is a field', () => {
  const schema: Avro = { type: 'record', name: 'test.R', fields: [{ name: '__proto__', type: 'string' }] };
  const [value] = read(straightReads(typeOf(readerForm(schema), 'theirs')), Buffer.from([2, 120])) as [object];
  expect(Object.entries(value)).toEqual([['__proto__', 'x']]);
});

test('a record in itself', () => {
  const schema: Avro = {
    type: 'record',
    name: 'test.Tree',
    fields: [
      { name: 'children', type: { type: 'array', items: 'test.Tree' } },
      { name: 'next', type: ['null', 'test.Tree'] },
    ],
  };
  const type = typeOf(readerForm(schema), 'ours');
  const leaf = { children: [], next: null };
  sameRead(type, same(type, { children: [leaf, { children: [leaf], next: leaf }], next: leaf }));
});

/** A value of the least. */
const good = (schema: Avro): unknown => {
  if (typeof schema === 'string')
    return { null: null, string: '', int: 0, long: 0n, boolean: false, bytes: Buffer.alloc(0) }[schema] ?? null;
  if (Array.isArray(schema)) return good(schema[0] as Avro);
  const { type, fields = [], symbols = [], logicalType } = schema as Exclude<Avro, string | readonly Avro[]>;
  if (type === 'record') return Object.fromEntries(fields.map(field => [field.name, good(field.type)]));
  if (type === 'enum') return symbols[0];
  if (type === 'array') return [];
  if (type === 'map') return {};
  return logicalType === undefined ? good(type) : 0;
};
