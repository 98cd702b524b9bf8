/** Files that are no stories: told with line and field, all at once, and nothing is told to the pipeline. */
import { exitCodes } from '../../../commands/exit';
import { call } from '../call';
import { folder, removeFolder, START, tell, write } from './scene';

afterAll(removeFolder);

const events = 'events: [{ purchase: { order_id: A } }, { refund: { order_id: A } }]\n';
const said = (err: string) =>
  err
    .split('\n')
    .filter(line => line.startsWith('  one.story.yaml'))
    .map(line => line.trim().replace('one.story.yaml:', ''));

test.each<[string, string, (string | RegExp)[]]>([
  ['no YAML', 'story: [', [/^1:\d+: is not YAML/]],
  ['nothing', '', ['1:1: must be a story: facts, and what must come of them']],
  ['a list', '- a', ['1:1: must be a story: facts, and what must come of them']],
  [
    'nothing expected',
    START,
    ['1:1: events are missing, and so are failures and duplicates: a story must expect something'],
  ],
  [
    'empty expectations',
    `${START}events: []\nfailures: []\nduplicates: 0\n`,
    ['1:1: events are missing, and so are failures and duplicates: a story must expect something'],
  ],
  ['no facts', `story: x\nfacts: []\n${events}`, ['2:8: facts must be a list with a fact at least']],
  [
    'parts without a value',
    `${START}events:\nfailures:\n`,
    ['21:8: events must be a list', '22:10: failures must be a list'],
  ],
  [
    'no sentence',
    START.replace(/^story.*\n/, '') + events,
    ['1:1: story must be text: what the story tells, in a sentence'],
  ],
  [
    'a slip in a part',
    `${START}evnts: []\n${events}`,
    ['21:1: evnts is not known here (known: story, settings, defaults, facts, events, failures, duplicates)'],
  ],
  [
    'a slip in a fact',
    `${START.replace('tax: 1.00', 'taxx: 1.00')}${events}`,
    ['20:7: facts.value.taxx is not a field of commerce.orders.OrderRefunded (did you mean tax?)'],
  ],
  [
    'a slip in what all facts say',
    `${START.replace('currency: EUR', 'curency: EUR')}${events}`,
    ['6:5: defaults.value.curency is not a field of any of our facts (did you mean currency?)'],
  ],
  [
    'facts that are none',
    `story: x\nfacts: [7, { schema: a.B, value: 1 }, { placed: {}, refunded: {} }, { value: {} }]\n${events}`,
    [
      '2:9: facts must be a fact: placed, returned, refunded, cancelled, or schema and value',
      '2:34: facts.value must be a JSON object: the record’s fields',
      '2:39: facts.timestamp is missing: the value has no occurred_at that tells when it came',
      '2:53: facts.refunded is a second value: one fact says one thing',
      '2:69: facts.schema must be the full name of a record, such as commerce.orders.OrderPlaced',
    ],
  ],
  [
    'events that are none',
    `${START}events: [{ purchase: {} }, { action: refnd, data: { order: { order_id: A } } }, { refund: { order_id: A }, late: 1, ts: x }, { refund: { order_id: A }, cancel: { order_id: A } }]\n`,
    [
      '21:22: events.order_id is missing, or is no text: whose order it is',
      '21:38: events.action must be one of purchase, return, refund, cancel',
      '21:114: events.late must be true or false',
      '21:121: events.ts must be epoch seconds, or ISO 8601 with a zone',
      '21:153: events.cancel is a second event: give each an entry of its own',
    ],
  ],
  [
    'failures that are none',
    `${START}${events}failures: [{ code: over_deductoin, stage: book, order_id: 7 }]\nduplicates: -1\n`,
    [
      '22:20: failures.code must be a code of docs/failures.md (did you mean over_deduction?)',
      '22:43: failures.stage must be one of decode, map, window, ledger',
      '22:59: failures.order_id must be text, but is 7',
      '23:13: duplicates must be a whole number, but is -1',
    ],
  ],
  [
    'settings that are none',
    `settings: { window: { knd: none, late: maybe } }\n${START}${events}`,
    [
      '1:23: window.knd is not a setting (did you mean window.kind?)',
      '1:40: window.late must be one of emit, refuse, but is "maybe"',
    ],
  ],
  [
    'settings that do not go together',
    `settings: { summary: { hop_ms: 120000 } }\n${START}${events}`,
    [/^1:32: summary\.hop_ms must be at most summary\.size_ms/],
  ],
])('%s', async (_, text, expected) => {
  const { code, out, err } = await tell(text);
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
  expect(said(err)).toEqual(expected.map(each => (typeof each === 'string' ? each : expect.stringMatching(each))));
});

test('the problems of all files are told together, and no story is told', async () => {
  write('some/a.story.yaml', `${START}`);
  write('some/b.story.yaml', `${START}${events}`);
  write('some/c.story.yaml', '7');
  const { code, out, err } = await call('test', `${folder}/some`, `${folder}/none`);
  expect({ code, out }).toEqual({ code: exitCodes.usage, out: '' });
  expect(err).toMatch(/^odp-orders: Cannot test the stories as 3 places are wrong:\n/);
  for (const place of ['none: cannot be read: there is no such file', 'a.story.yaml:1:1: ', 'c.story.yaml:1:1: '])
    expect(err).toContain(place);
});

test.each([
  ['nothing', [], /^odp-orders: Cannot test as no story is named/],
  ['a folder without stories', ['test/commands/test'], /test\/commands\/test: has no file that ends in \.story\.yaml/],
  ['settings that are wrong', ['examples/stories', '--set', 'window.knd=none'], /^odp-orders: Cannot use the settings/],
])('%s', async (_, args, expected) => {
  const { code, err } = await call('test', ...args);
  expect(code).toBe(exitCodes.usage);
  expect(err).toMatch(expected);
});
