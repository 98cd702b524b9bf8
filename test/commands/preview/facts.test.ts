import { readFacts } from '../../../commands/preview/facts';

const value = { order_id: 'A7', occurred_at: '2026-01-01T00:00:00Z' };
const line = (fields: object) => JSON.stringify({ schema: 'commerce.orders.OrderPlaced', value, ...fields });
const one = (text: string) => {
  const { lines, problems } = readFacts(text, 'facts.jsonl');
  expect(problems).toEqual([]);
  return lines[0]?.source;
};

test('key and timestamp come from the value where they are not given', () => {
  expect(one(line({}))).toMatchObject({
    topic: 'facts.jsonl',
    offset: 1n,
    timestamp: Date.UTC(2026, 0, 1),
    key: Buffer.from('A7'),
  });
  expect(one(line({ key: 'B', timestamp: 1_000 }))).toMatchObject({ timestamp: 1_000, key: Buffer.from('B') });
  expect(one(line({ key: null, timestamp: '2026-01-01T01:00:00+01:00' }))).toMatchObject({
    timestamp: Date.UTC(2026, 0, 1),
    key: null,
  });
});

test('a line may name its topic', () => {
  expect(one(line({ topic: 'commerce.refunds' }))).toMatchObject({ topic: 'commerce.refunds', offset: 1n });
});

test('blank lines are left out and still counted', () => {
  const { lines } = readFacts(`\uFEFF${line({})}\r\n\n  \n${line({})}\n`, 'facts.jsonl');
  expect(lines.map(({ source }) => source.offset)).toEqual([1n, 4n]);
});

test.each([
  [
    'cut off',
    '{"schema":"x"',
    { source: 'facts.jsonl:1:14', message: 'is not JSON: each line must be one whole JSON object' },
  ],
  [
    'a comment',
    '// note',
    { source: 'facts.jsonl:1', message: 'is not JSON: each line must be one whole JSON object' },
  ],
  ['no object', '[1]', { message: 'must be a JSON object, but is a list of 1' }],
  ['no schema', '{"value":{}}', { name: 'schema' }],
  ['value of another kind', line({ value: 'x' }), { name: 'value' }],
  ['key of another kind', line({ key: 7 }), { name: 'key', message: 'must be text, but is 7' }],
  ['topic of another kind', line({ topic: '' }), { name: 'topic' }],
  ['no time', line({ timestamp: 'yesterday' }), { name: 'timestamp' }],
  [
    'a slip',
    line({ timestmp: 1 }),
    { name: 'timestmp', message: 'is not a field of a fact', hint: 'did you mean timestamp?' },
  ],
])('a line that cannot be read: %s', (_, text, expected) => {
  expect(readFacts(text, 'facts.jsonl').problems).toEqual([expect.objectContaining(expected)]);
});

test('all lines that cannot be read are told', () => {
  expect(readFacts(`x\n${line({})}\n[]`, 'f').problems.map(({ source }) => source)).toEqual(['f:1', 'f:3']);
});
