import { stripVTControlCharacters } from 'node:util';
import type { Previewed } from '../../../commands/preview/preview';
import { asJsonLine, sideBySide } from '../../../commands/preview/show';
import { Failure, Rejection } from '../../../pipeline/failure';

const body = { dataSourceType: 'app', dataSource: 'shop' };
const source = {
  topic: 'facts.jsonl',
  partition: 0,
  offset: 3n,
  timestamp: 0,
  key: null,
  value: Buffer.from('x'),
  headers: [],
  attempt: 1,
};
const failed: Previewed = {
  source,
  record: {
    type: 'shop.Order',
    value: { note: '\u009b31m\u202e', wide: '注文'.repeat(40), big: 12345678901234567890n },
  },
  outcome: new Failure('decode', new Rejection('unmapped_type', 'Cannot use it as nobody maps it'), source),
};

test('a failure as a line', () => {
  expect(asJsonLine(failed, body)).toBe(
    '{"failure":{"stage":"decode","code":"unmapped_type","message":"Cannot use it as nobody maps it"}}',
  );
});

const columns = (line: string) =>
  [...line].reduce((sum, character) => sum + (/[\u3000-\u9fff]/.test(character) ? 2 : 1), 0);

test.each([40, 72, 100, 181])('never wider than %i columns, and whole', width => {
  const shown = sideBySide(failed, body, { width, colour: true });
  const lines = stripVTControlCharacters(shown).split('\n');
  if (width >= 72) for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
  expect(shown).toContain('failure decode/unmapped_type');
  expect(shown.match(/注/g)).toHaveLength(40);
});

test('no terminal control of the data gets through', () => {
  const shown = sideBySide(failed, body, { width: 100, colour: false });
  expect(shown).toBe(stripVTControlCharacters(shown));
  expect(shown).not.toMatch(/[\u007f-\u009f\u202e]/);
  expect(shown).toContain('\\u009b31m\\u202e');
});
