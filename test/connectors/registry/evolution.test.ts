import { readerProblems } from '../../../connectors/registry/evolution';
import { type Avro, type AvroField, completeSchema, schemaFiles } from '../../../schemas/schemas';

const record = (...fields: AvroField[]): Avro => ({ type: 'record', name: 'R', fields });
const a = (type: Avro): Avro => record({ name: 'a', type });
const decimal = (scale: number): Avro => ({ type: 'bytes', logicalType: 'decimal', precision: 9, scale });
const symbols = (...names: string[]): Avro => ({ type: 'enum', name: 'E', symbols: names });
const inner = (...fields: AvroField[]): Avro => ({ type: 'record', name: 'I', fields });

test.each<[string, Avro, Avro, string[]]>([
  ['nothing', a('int'), a('int'), []],
  ['widened', a('long'), a('int'), []],
  ['narrowed', a('int'), a('long'), ['a changes from long to int']],
  ['made nullable', a(['null', 'int']), a('int'), []],
  ['made not nullable', a('int'), a(['null', 'int']), ['a changes from null to int']],
  ['removed', record(), a('int'), []],
  ['added', a('int'), record(), ['a is new and has no default, so that what was written before cannot be read']],
  ['added with default', record({ name: 'a', type: 'int', default: 0 }), record(), []],
  ['renamed with an alias', record({ name: 'b', type: 'int', aliases: ['a'] } as AvroField), a('int'), []],
  ['another scale', a(decimal(2)), a(decimal(4)), ['a changes its scale from 4 to 2']],
  ['another scale, nullable', a(['null', decimal(2)]), a(['null', decimal(4)]), ['a changes its scale from 4 to 2']],
  ['a symbol less', a(symbols('X')), a(symbols('X', 'Y')), ['a loses the symbol Y and has no default']],
  ['a symbol more', a(symbols('X', 'Y')), a(symbols('X')), []],
  [
    'deep inside',
    a({ type: 'array', items: inner({ name: 'x', type: 'int' }) }),
    a({ type: 'array', items: inner({ name: 'x', type: 'string' }) }),
    ['a[].x changes from string to int'],
  ],
  ['another name', a(inner()), a({ type: 'record', name: 'J', fields: [] }), ['a changes its name from J to I']],
  ['a branch less', a(['null', 'int']), a(['null', 'string']), ['a is string, which is none of [null, int]']],
])('%s', (_, reader, writer, problems) => {
  expect(readerProblems(reader, writer)).toEqual(problems);
});

test('a schema reads itself', () => {
  for (const { fullName } of schemaFiles()) {
    expect(readerProblems(completeSchema(fullName), completeSchema(fullName))).toEqual([]);
  }
});

test('a schema that holds itself comes to an end', () => {
  const tree = (type: Avro): Avro =>
    inner({ name: 'leaf', type }, { name: 'children', type: { type: 'array', items: 'I' } });
  expect(readerProblems(tree('int'), tree('string'))).toEqual(['leaf changes from string to int']);
});
