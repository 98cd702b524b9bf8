/** The demo's view: what it shows, and that it fits whatever terminal there is. */
import fc from 'fast-check';
import { duration } from '../../commands/demo/text';
import { type DemoState, demoLine, renderDemo } from '../../commands/demo/view';

const running: DemoState = {
  phase: 'running',
  elapsedMs: 83_000,
  produced: 16_612,
  written: 14_580,
  skipped: 21,
  duplicates: 34,
  late: 12,
  held: 2_010,
  waits: 10_000,
  summary: {
    start: Date.UTC(2026, 0, 1, 14, 3),
    end: Date.UTC(2026, 0, 1, 14, 4),
    currencies: new Map([
      ['EUR', { purchases: 3_412, revenue: 4_123_456_789 }],
      ['JPY', { purchases: 88, revenue: 12_345_670_000 }],
    ]),
  },
  producedRate: 200.2,
  writtenRate: 199,
  writtenRates: [1, 50, 200, 190, 199, 199],
  byAction: new Map([
    ['purchase', 9_280],
    ['return', 2_111],
    ['refund', 2_500],
    ['cancel', 600],
  ]),
  byCode: new Map([
    ['no_items', 12],
    ['corrupt', 24],
    ['invalid_amount', 12],
  ]),
  messages: new Map([['no_items', 'Cannot place order "SO-100009" without items: give at least one in "items"']]),
  lag: [
    { partition: 0, behind: 3n, end: 5_000n },
    { partition: 1, behind: 0n, end: 4_900n },
  ],
  latest: [
    { orderId: 'SO-100413', action: 'purchase', total: 12_345_600, currency: 'EUR' },
    { orderId: 'SO-100411', action: 'cancel', total: -89_900_000, currency: 'JPY' },
  ],
  brokers: '127.0.0.1:9092',
  registry: 'http://127.0.0.1:8081/apis/ccompat/v7',
  topics: {
    sources: 'commerce.orders',
    events: 'odp.order-events',
    failures: 'odp.order-failures',
    summaries: 'odp.order-summaries',
  },
  hints: [{ what: 'how far behind', command: 'npm start -- lag' }],
  trouble: undefined,
};

const plain = { columns: 90, rows: 30, colour: false };

test('everything at a glance', () => {
  expect(`\n${renderDemo(running, plain).join('\n')}\n`).toBe(`
 odp-order-stream demo                                              Ctrl-C stops · 1m 23s

 produced        16,612       200/s
 accounted       14,580       199/s   ▁▃████
 waiting          2,010               in open windows, each for 10 s or more

 events           14,491  12 late       latest
   purchase        9,280  ██████        SO-100413    purchase      1,234.56 EUR
   return          2,111  █             SO-100411    cancel          -8,990 JPY
   refund          2,500  ██
   cancel            600  █

 failures             48   and 34 duplicates dropped, 21 empty values skipped
   corrupt                24
   invalid_amount         12
   no_items               12  Cannot place order "SO-100009" without items: give at least…

 minute    14:03Z   net 412,346 EUR  1,234,567 JPY   3,500 purchases
 lag                   3   [0] 3  [1] 0

 broker    127.0.0.1:9092   registry http://127.0.0.1:8081/apis/ccompat/v7
 topics    commerce.orders → odp.order-{events, failures, summaries}

 look further in another terminal
   npm start -- lag  # how far behind
`);
});

test('colours change nothing but the colours', () => {
  const coloured = renderDemo(running, { ...plain, colour: true });
  expect(coloured.join('\n')).toContain('\u001b[32m');
  expect(coloured.map(uncoloured)).toEqual(renderDemo(running, plain));
});

test('nothing that was read from a topic moves the cursor', () => {
  const message = 'a\u001b[2Jb\nc\rd\u009be';
  const text = renderDemo(
    {
      ...running,
      messages: new Map([['no_items', message]]),
      trouble: message,
      latest: [{ ...latest, orderId: message }],
    },
    plain,
  ).join('');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
});

const latest = { orderId: 'SO-1', action: 'refund', total: null, currency: 'GBP' } as const;

test('it fits any terminal, whatever happened', () => {
  const count = fc.integer({ min: 0, max: 10_000_000 });
  const codes = fc.array(fc.tuple(fc.string({ maxLength: 30 }), count), { maxLength: 25 });
  const state = fc.record({
    byCode: codes.map(entries => new Map(entries)),
    messages: codes.map(entries => new Map(entries.map(([code]) => [code, 'because '.repeat(40)]))),
    latest: fc.array(fc.constant(latest), { maxLength: 30 }),
    produced: count,
    held: count,
    duplicates: count,
    late: count,
    lag: fc.array(fc.record({ partition: count, behind: count.map(BigInt), end: count.map(BigInt) }), {
      maxLength: 40,
    }),
    trouble: fc.option(fc.string(), { nil: undefined }),
  });
  const screen = fc.record({
    columns: fc.integer({ min: 1, max: 250 }),
    rows: fc.integer({ min: 1, max: 80 }),
    colour: fc.boolean(),
  });
  fc.assert(
    fc.property(state, screen, (changes, screen) => {
      const lines = renderDemo({ ...running, ...changes }, screen);
      expect(lines.length).toBeLessThanOrEqual(screen.rows);
      for (const line of lines) expect(uncoloured(line).length).toBeLessThanOrEqual(screen.columns);
    }),
  );
});

test('a list too long for the terminal says how much it leaves out', () => {
  const byCode = new Map(Array.from({ length: 15 }, (_, at) => [`code_${at}`, 100 - at] as const));
  const lines = renderDemo({ ...running, byCode }, { ...plain, rows: 24 });
  expect(lines.some(line => line.includes('code_0 '))).toBe(true);
  expect(lines.some(line => /and \d+ more codes/.test(line))).toBe(true);
});

test('once all is stopped, it names no place to look at', () => {
  const text = renderDemo({ ...running, phase: 'stopped' }, plain).join('\n');
  expect(text).not.toMatch(/127\.0\.0\.1|npm start/);
  expect(text).toMatch(/stopped · 1m 23s/);
});

test('without state nothing waits and nothing is summed up', () => {
  const topics = { ...running.topics, summaries: null };
  const text = renderDemo({ ...running, waits: null, topics, summary: undefined }, plain).join('\n');
  expect(text).not.toMatch(/waiting|minute|summaries/);
});

test('before the first window has closed it says so', () => {
  expect(renderDemo({ ...running, summary: undefined }, plain).join('\n')).toMatch(/minute +the first is still open/);
});

test('one line, where nothing can be redrawn', () => {
  expect(demoLine(running)).toBe(
    '1m 23s: produced 16,612 (200/s), accounted 14,580 (199/s), waiting 2,010: purchase 9,280, return 2,111, refund 2,500, cancel 600, failures 48, duplicates 34, skipped 21; lag 3',
  );
});

test.each([
  [0, '0s'],
  [59_999, '59s'],
  [60_000, '1m 00s'],
  [187_000, '3m 07s'],
  [7_500_000, '2h 05m'],
])('%d ms are %s', (ms, text) => expect(duration(ms)).toBe(text));

// biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours
const uncoloured = (line: string) => line.replace(/\u001b\[\d+m/g, '');
