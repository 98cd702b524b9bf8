/** Stories that are well formed: what came as expected, and how it is told when something else came. */
import { exitCodes } from '../../../commands/exit';
import { call } from '../call';
import { folder, removeFolder, START, tell, write } from './scene';

afterAll(removeFolder);

const good = `${START}events:
  - purchase: { order_id: A, total: 60 }
  - refund: { order_id: A, total: 11 }
`;

test('what comes as expected is one line', async () => {
  expect(await tell(good)).toEqual({
    code: exitCodes.ok,
    out: 'ok      one.story.yaml  A shirt is too small.\n1 story, all as expected\n',
    err: '',
  });
});

test('a wrong event is told field by field, with its place in the story', async () => {
  const { code, out } = await tell(`${START}events:
  - purchase: { order_id: A, total: 60 }
    ts: 2026-01-01T10:00:00Z
  - refund: { order_id: A, total: 12, tax: null, coupon_code: SORRY, items: [{ product_id: P-1 }] }
    ts: 2026-01-02T11:00:00Z
    identifiers: { email: bob@example.com }
    late: true
`);
  expect(code).toBe(exitCodes.found);
  expect(out).toBe(`FAILED  one.story.yaml  A shirt is too small.
  one.story.yaml:24:5: the refund of order "A" differs
      identifiers.email  expected "bob@example.com"           got "ada@example.com"
      total              expected 12                          got 11
      tax                expected nothing                     got 5
      coupon_code        expected "SORRY"                     got nothing
      items              expected [{"product_id":"P-1"}]      got nothing
      ts                 expected "2026-01-02T11:00:00.000Z"  got "2026-01-02T10:00:00.000Z"
      late               expected true                        got false
1 story, 1 not as expected
`);
});

test.each([
  [
    'an event that nobody expected, at its fact',
    'events: [{ purchase: { order_id: A } }]',
    ['16:5: a refund of order "A" came of this fact and was not expected (total 11, subtotal 10, tax 5, shipping 4)'],
  ],
  [
    'an event that did not come, and the others beside their own',
    `events: [{ purchase: { order_id: A } }, { return: { order_id: A, total: -5 } }, { refund: { order_id: A, total: 11 } }]`,
    ['21:41: a return of order "A" was expected and did not come (total -5)'],
  ],
  [
    'another action',
    'events: [{ purchase: { order_id: A } }, { cancel: { order_id: A } }]',
    [
      '21:41: a cancel of order "A" was expected and did not come',
      '16:5: a refund of order "A" came of this fact and was not expected (total 11, subtotal 10, tax 5, shipping 4)',
    ],
  ],
  [
    'the wrong way round',
    'events: [{ refund: { order_id: A } }, { purchase: { order_id: A } }]',
    [
      '21:10: a refund of order "A" was expected and did not come',
      '16:5: a refund of order "A" came of this fact and was not expected (total 11, subtotal 10, tax 5, shipping 4)',
    ],
  ],
  [
    'a failure that did not come',
    'events: [{ purchase: { order_id: A } }, { refund: { order_id: A } }]\nfailures: [{ code: late, order_id: A }]',
    ['22:12: failure late of order "A" was expected and did not come'],
  ],
  [
    'facts that had not come before',
    'events: [{ purchase: { order_id: A } }, { refund: { order_id: A } }]\nduplicates: 2',
    ['22:13: other facts had come before than was expected', 'duplicates  expected 2  got 0'],
  ],
])('told: %s', async (_, expected, lines) => {
  const { code, out } = await tell(`${START}${expected}\n`);
  expect(code).toBe(exitCodes.found);
  const said = out.split('\n').slice(1, -2);
  expect(said.map(line => line.trim().replace('one.story.yaml:', ''))).toEqual(lines);
});

const events = 'events: [{ purchase: { order_id: A } }, { refund: { order_id: A } }';
const second = (fields: string) =>
  `  - refunded: { event_id: A/refund/2, occurred_at: 2026-01-03T10:00:00Z, ${fields} }\n`;

test('failures and duplicates that nobody expected, at their facts', async () => {
  const { out } = await tell(
    `${START}${second('total: 70')}${second('total: x')}  - { refunded: { event_id: A/refund/1, occurred_at: 2026-01-02T10:00:00Z, total: 11 } }\n${events}]\n`,
  );
  expect(out).toMatch(
    /21:5: failure ledger\/over_deduction of order "A" came of this fact and was not expected: Cannot refund order "A" as/,
  );
  expect(out).toMatch(/22:5: failure map\/invalid_amount of order "A" came of this fact/);
  expect(out).toMatch(/duplicates {2}expected 0 {2}got 1/);
});

test('of two failures the one that says more takes the one it fits', async () => {
  const { code } = await tell(
    `${START}${second('total: 70')}${second('order_id: B, currency: X, total: 70')}${events}]
failures: [{ code: over_deduction }, { stage: map, code: invalid_currency }]\n`,
  );
  expect(code).toBe(exitCodes.ok);
});

test('of two failures that the first fits it leaves the one that the second needs', async () => {
  const placed =
    'placed: { event_id: B/placed, order_id: B, occurred_at: 2026-01-02T10:00:00Z, total: 5, items: [{ product_id: P, price: 5, quantity: 1 }] }';
  const { code, out } = await tell(
    `${START}  - ${placed}\n${second('total: 70')}${second('order_id: B, total: 70')}${events}, { purchase: { order_id: B } }]
failures: [{ code: over_deduction, stage: ledger }, { code: over_deduction, order_id: A }]\n`,
  );
  expect(out).toBe('ok      one.story.yaml  A shirt is too small.\n1 story, all as expected\n');
  expect(code).toBe(exitCodes.ok);
});

test('a warning that is not expected is told', async () => {
  const cancelled = '  - cancelled: { event_id: A/cancelled, occurred_at: 2026-01-03T10:00:00Z, total: 60 }\n';
  const expected = `${events}, { cancel: { order_id: A } }]\n`;
  const { code, out } = await tell(`${START}${cancelled}${expected}`);
  expect(code).toBe(exitCodes.found);
  expect(out).toMatch(/warnings {2}expected \[\] {2}got \["cut_to_what_is_left"\]/);
});

test('between orders no order is expected, and every order has its own', async () => {
  const other = `  - placed: { event_id: B/placed, order_id: B, occurred_at: 2026-01-02T10:00:00Z, total: 5, items: [{ product_id: P, price: 5, quantity: 1 }] }\n`;
  const expected =
    'events: [{ purchase: { order_id: B } }, { purchase: { order_id: A } }, { refund: { order_id: A } }]\n';
  expect((await tell(`${START}${other}${expected}`)).code).toBe(exitCodes.ok);
});

test('a fact may be whole, as a line of preview has it, and an event the body of ODP', async () => {
  const facts = {
    story: 'As JSON.',
    facts: [
      {
        schema: 'commerce.orders.OrderRefunded',
        key: 'A',
        timestamp: 1767348000000,
        topic: 'refunds',
        value: {
          event_id: 'R1',
          order_id: 'A',
          occurred_at: '2026-01-02T10:00:00Z',
          customer: { email: 'ada@example.com' },
          currency: 'EUR',
          total: 11,
        },
      },
    ],
    events: [{ type: 'order', action: 'refund', data: { ts: 1767348000, order: { order_id: 'A', total: 11 } } }],
  };
  expect(await tell(JSON.stringify(facts, null, 1))).toMatchObject({ code: exitCodes.ok, err: '' });
});

test('the settings in force apply, and what the story sets wins', async () => {
  const late = `${START}${second('occurred_at: 2026-01-01T10:30:00Z, total: 1').replace('occurred_at: 2026-01-03T10:00:00Z, ', '')}`;
  const refused = `${late}${events}]\nfailures: [{ stage: window, code: late, order_id: A }]\n`;
  const first = '{ purchase: { order_id: A } }, { refund: { order_id: A, total: 1 }, late: true }';
  const sent = `${late}events: [${first}, { refund: { order_id: A, total: 11 } }]\n`;
  expect((await tell(refused)).code).toBe(exitCodes.found);
  expect((await tell(refused, '--set', 'window.late=refuse')).code).toBe(exitCodes.ok);
  expect((await tell(`settings: { window: { late: refuse } }\n${refused}`)).code).toBe(exitCodes.ok);
  const wins = await tell(`settings: { window: { late: emit } }\n${sent}`, '--set', 'window.late=refuse');
  expect(wins).toMatchObject({ code: exitCodes.ok, err: '' });
});

test('folders are gone through, and every story is told, also after one that failed', async () => {
  write('all/b/two.story.yaml', good);
  write('all/a.story.yml', `${START}events: [{ purchase: { order_id: A } }]`);
  write('all/notes.yaml', 'not: a story');
  const { code, out } = await call('test', `${folder}/all`, `${folder}/all/b`);
  expect(code).toBe(exitCodes.found);
  expect(out.match(/^(ok|FAILED)/gm)).toEqual(['FAILED', 'ok']);
  expect(out).toMatch(/\n2 stories, 1 not as expected\n$/);
});

test('--json is one line with all of it', async () => {
  const { code, out } = await tell(
    `${START}events: [{ purchase: { order_id: A, total: 61, name: x } }, { refund: { order_id: A } }]`,
    '--json',
  );
  expect(code).toBe(exitCodes.found);
  expect(out.trimEnd()).not.toContain('\n');
  expect(JSON.parse(out)).toEqual({
    stories: [
      {
        file: 'one.story.yaml',
        story: 'A shirt is too small.',
        ok: false,
        differences: [
          {
            place: 'one.story.yaml:21:10',
            message: 'the purchase of order "A" differs',
            fields: [
              { field: 'total', expected: 61, got: 60 },
              { field: 'name', expected: 'x', got: null },
            ],
          },
        ],
      },
    ],
    failed: 1,
  });
});
