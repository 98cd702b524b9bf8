import { avroProblems } from '../../../commands/lint/avro';
import { schemaFiles } from '../../../schemas/schemas';

const record = (fields: string) => `{"type":"record","name":"A",\n"fields":[${fields}]}`;
const problems = (text: string, ...more: string[]) =>
  avroProblems([text, ...more].map((content, index) => ({ name: `${'abc'[index]}.avsc`, text: content })));

test('our own schemas are in order', () => {
  expect(avroProblems(schemaFiles().map(({ path, text }) => ({ name: path, text })))).toEqual([]);
});

test.each([
  [
    'a comma too much',
    record('{"name":"x","type":"int"},'),
    { source: expect.stringMatching(/^a\.avsc:2:\d+$/), message: expect.stringMatching(/^is not JSON/) },
  ],
  ['cut off', '{"type":"record"', { source: 'a.avsc:1:17', message: expect.stringMatching(/^is not JSON/) }],
  [
    'unknown type',
    record('{"name":"x","type":"strng"}'),
    { source: 'a.avsc:2:30', message: '"strng" is not a type', hint: 'did you mean string?' },
  ],
  ['unknown type in a union', record('{"name":"x","type":["null","Zebra"]}'), { message: '"Zebra" is not a type' }],
  ['no fields', '{"type":"record","name":"A"}', { message: 'a record needs a list of "fields"' }],
  ['no field type', record('{"name":"x"}'), { message: 'field "x" has no "type"' }],
  [
    'a field twice',
    record('{"name":"x","type":"int"},{"name":"x","type":"int"}'),
    { message: 'field "x" is there twice' },
  ],
  [
    'a bad name',
    '{"type":"record","name":"A b","fields":[]}',
    { message: 'a record needs a "name" of letters, digits and "_"' },
  ],
  ['an array of nothing', record('{"name":"x","type":{"type":"array"}}'), { message: 'an array needs "items"' }],
  [
    'a decimal without precision',
    record('{"name":"x","type":{"type":"bytes","logicalType":"decimal"}}'),
    { message: 'a decimal needs a whole "precision" of at least 1' },
  ],
  [
    'a decimal of text',
    record('{"name":"x","type":{"type":"string","logicalType":"decimal","precision":4}}'),
    { message: 'a decimal must be of bytes or fixed' },
  ],
])('%s', (_, text, expected) => {
  expect(problems(text)).toEqual([expect.objectContaining(expected)]);
});

test('types of another file and of the same namespace are known', () => {
  expect(
    problems(
      '{"type":"record","name":"A","namespace":"n","fields":[{"name":"b","type":"B"},{"name":"c","type":"n.B"}]}',
      '{"type":"enum","name":"n.B","symbols":["x"]}',
    ),
  ).toEqual([]);
});
