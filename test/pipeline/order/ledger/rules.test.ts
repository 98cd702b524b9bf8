import { apply } from '../../../../pipeline/order/ledger/apply';
import { dueAt, heldBytes, idBytes } from '../../../../pipeline/order/ledger/ledger';
import { byBytes } from '../../../../pipeline/order/ledger/sequence';
import { defaultLedgerSettings, type LedgerSettings } from '../../../../pipeline/order/ledger/settings';
import { STORY_START } from '../../../facts';
import { rules } from './rules';
import { entryOf, play } from './story';

test.each(rules)('$rule', ({ settings, given, decided }) => {
  expect(play(given, settings).told).toEqual(decided);
});

const PLACED = '0m: placed P total 102 subtotal 90 tax 7.2 shipping 4.8';

test('the ledger says what was bought, what was given back, and what it has seen', () => {
  const { ledger } = play([PLACED, '1m: returned R total 43.2 tax 3.2', '2m: cancelled C total 10']);
  expect(ledger).toEqual({
    orderId: 'A',
    currency: 'EUR',
    purchase: {
      occurredAt: STORY_START,
      amounts: { total: 1_020_000, subtotal: 900_000, tax: 72_000, shipping: 48_000 },
      digest: expect.any(Number),
    },
    given: { total: 532_000, subtotal: 500_000, tax: 32_000, shipping: 0 },
    cancelled: true,
    seen: [
      { fact_id: 'P', action: 'purchase', occurred_at: STORY_START },
      { fact_id: 'R', action: 'return', occurred_at: STORY_START + 60_000 },
      { fact_id: 'C', action: 'cancel', occurred_at: STORY_START + 120_000 },
    ],
    held: [],
    since: STORY_START,
    newest: STORY_START + 120_000,
    bytes: 15,
  });
});

test('only a cancel cancels', () => {
  expect(play([PLACED, '1m: refunded R total 1']).ledger?.cancelled).toBe(false);
  expect(play([PLACED, '1m: cancelled C', '2m: refunded R total 0']).ledger?.cancelled).toBe(true);
});

test('what is held is counted while it is held, and its due time known', () => {
  const two = play(['1m: refunded R total 1', '0m: refunded S total 1']).ledger!;
  expect(two.bytes).toBe(2 * 263);
  expect(dueAt(two)).toBe(STORY_START + 600_000);
  const one = apply(two, [], STORY_START + 600_000, defaultLedgerSettings).ledger!;
  expect(one.bytes).toBe(263 + 5);
  expect(dueAt(one)).toBe(STORY_START + 660_000);
  expect(dueAt(apply(one, [], STORY_START + 660_000, defaultLedgerSettings).ledger!)).toBeUndefined();
});

test('the first that is due says when, whatever came first', () => {
  expect(dueAt(play(['0m: refunded S total 1', '1m: refunded R total 1']).ledger!)).toBe(STORY_START + 600_000);
});

test('what is due at one time goes out in event-time order, whatever came first', () => {
  const refunded = (eventId: string, after: number) =>
    entryOf({ kind: 'refunded', eventId, total: 1 as never, occurredAt: STORY_START + after });
  const first = apply(undefined, [refunded('R', 2)], STORY_START + 9, defaultLedgerSettings).ledger;
  const { ledger } = apply(first, [refunded('S', 1)], STORY_START + 9, defaultLedgerSettings);
  const { decisions } = apply(ledger!, [], dueAt(ledger!)!, defaultLedgerSettings);
  expect(decisions.map(({ entry }) => entry.value.eventId)).toEqual(['S', 'R']);
});

test('a held fact costs its id, itself and its record', () => {
  const { source, value } = entryOf({ eventId: 'R' });
  const bytes = heldBytes({ source: { ...source, key: new Uint8Array(10), value: new Uint8Array(100) }, value });
  expect(bytes).toBe(5 + 10 + 200 + 256);
  expect(heldBytes({ source: { ...source, value: null }, value })).toBe(5 + 256);
  const headers = [{ name: 'h', value: new Uint8Array(20) }];
  expect(heldBytes({ source: { ...source, value: null, headers }, value })).toBe(5 + 256 + 3 + 20 + 5);
  expect(idBytes('1234')).toBe(14);
});

test('where nothing changes the ledger is the same object, and where nothing is known there is none', () => {
  const { ledger } = play([PLACED]);
  const again = (kind: 'placed' | 'refunded', eventId: string) => {
    const facts = [entryOf({ kind, eventId, total: 9_999_999 as never, subtotal: null })];
    return apply(ledger, facts, STORY_START, defaultLedgerSettings).ledger;
  };
  expect(again('placed', 'P')).toBe(ledger);
  expect(again('refunded', 'R')).toBe(ledger);
  expect(apply(ledger!, [], STORY_START, defaultLedgerSettings).ledger).toBe(ledger);
  const { ledger: waiting } = play(['0m: refunded R total 1']);
  expect(apply(waiting!, [], STORY_START, defaultLedgerSettings).ledger).toBe(waiting);
  expect(apply(undefined, [], STORY_START, defaultLedgerSettings)).toEqual({ ledger: undefined, decisions: [] });
  expect(play(['200m: refunded R total 1 at 0m'], { retentionMs: 60_000 }).ledger).toBeUndefined();
});

test('a ledger ends one millisecond after its retention, counted from its newest fact or its beginning', () => {
  const settings = { ...defaultLedgerSettings, retentionMs: 60_000 };
  for (const placed of ['1m: placed P total 1 at 2m', '2m: placed P total 1 at 0m']) {
    const { ledger } = play([placed], settings);
    expect(apply(ledger!, [], STORY_START + 180_000, settings).ledger).toBe(ledger);
    expect(apply(ledger!, [], STORY_START + 180_001, settings).ledger).toBeUndefined();
  }
});

test('nothing held is forgotten: it goes out first, even where it waits longer than ledgers live', () => {
  const settings = { retentionMs: 60_000, orphanWaitMs: 600_000 };
  expect(play(['0m: refunded R total 1', '5m:', '10m:'], settings).told).toEqual([
    'hold R until 10m',
    'refund R total 1 subtotal 1',
  ]);
});

test('a purchase is the same by content, whatever the order of its maps, and another where a value differs', () => {
  const placed = (eventId: string, attributes: object) =>
    entryOf({ eventId, total: 1 as never, attributes: attributes as never });
  const second = (attributes: object) =>
    apply(
      undefined,
      [placed('P', { a: 7n, b: 'x' }), placed('Q', attributes)],
      STORY_START,
      defaultLedgerSettings,
    ).decisions.at(-1)?.kind;
  expect(second({ b: 'x', a: 7n })).toBe('duplicate');
  expect(second({ a: '7', b: 'x' })).toBe('failure');
  expect(second({ a: 7n, b: 'y' })).toBe('failure');
});

const lastOf = (given: readonly string[], settings: Partial<LedgerSettings> = {}) => {
  const last = play(given, settings).decisions.at(-1);
  return last?.kind === 'failure' ? last.rejection : undefined;
};

test.each<[given: string[], message: string, settings?: Partial<LedgerSettings>]>([
  [[PLACED, '1m: refunded R total 200'], 'refund order "A" as its "total" gives back 200 and 102 is left'],
  [
    [PLACED, '1m: returned R total 95 subtotal 91'],
    'return from order "A" as its "subtotal" gives back 91 and 90 is left',
  ],
  [
    [PLACED, '1m: returned R total 102 subtotal 91'],
    'return from order "A" as its "subtotal" gives back 91 and 90 is left',
  ],
  [[PLACED, '1m: placed Q total 1'], 'place order "A" as it was placed already, with other content'],
  [
    ['1m: placed P total 1', '2m: placed Q total 2 at 0m'],
    'place order "A" as it was placed already, with other content, by a newer fact',
    { changedPurchase: 'correct' },
  ],
  [
    [PLACED, '1m: refunded R total 2', '2m: placed Q total 1'],
    'place order "A" as it was placed already, and more was given back than it would now cost',
    { changedPurchase: 'correct' },
  ],
  [
    [PLACED, '1m: placed Q total 110'],
    'place order "A" as it was placed already, and only one of the two has a subtotal',
    { changedPurchase: 'correct' },
  ],
  [
    [PLACED, '1m: placed Q total 110 subtotal 80'],
    'place order "A" as it was placed already, and its total and subtotal changed in opposite directions',
    { changedPurchase: 'correct' },
  ],
  [
    ['0m: refunded R total 1', '10m: placed P total 1'],
    'place order "A" as deductions went out before it (ledger.late_purchase is "refuse")',
    { latePurchase: 'refuse' },
  ],
  [[PLACED, '1m: cancelled C in USD'], 'cancel order "A" as its currency is EUR and the fact is in USD'],
  [
    ['0m: cancelled C', '10m:'],
    'cancel order "A" as its "total" is absent and its purchase never came: give the total',
  ],
  [
    ['200m: refunded R total 1 at 0m'],
    'refund order "A" as it happened longer ago than what went out is remembered (state.retention): it may have gone out already',
    { retentionMs: 60_000 },
  ],
  [
    [PLACED, '1m: refunded R total 1'],
    'refund order "A" as it has 1 facts, the most there may be (ledger.facts_per_order_max)',
    { factsPerOrderMax: 1 },
  ],
  [
    [PLACED, '1m: refunded RS total 1'],
    'refund order "A" as its facts would take 13 bytes, of 12 at most (ledger.bytes_per_order_max)',
    { bytesPerOrderMax: 12 },
  ],
  [
    ['0m: placed P total 900719925474.099', '1m: refunded R total 0.0001'],
    'refund order "A" as what its facts add up to cannot be kept exactly with 15 significant digits',
  ],
])('messages say what could not be done, on what and why: %j', (given, message, settings = {}) => {
  const { message: told, orderId } = lastOf(given, settings) ?? {};
  expect([told, orderId]).toEqual([`Cannot ${message}`, 'A']);
});

test.each([
  ['x'.repeat(64), 'x'.repeat(64)],
  ['x'.repeat(65), `${'x'.repeat(64)}…`],
  [`\n${'x'.repeat(100)}`, `\\n${'x'.repeat(63)}…`],
])('an odd or long order id is quoted safely: %j', (orderId, shown) => {
  const odd = entryOf({ kind: 'refunded', orderId, occurredAt: 0 });
  const decision = apply(undefined, [odd], STORY_START, defaultLedgerSettings).decisions[0];
  expect(decision?.kind === 'failure' && decision.rejection.message).toContain(`order "${shown}" as`);
});

test.each([
  ['a', 'b'],
  ['a', 'aa'],
  ['', 'a'],
  ['\u{ffff}', '\u{10000}'],
  ['\u{e000}', '\u{1f600}'],
  ['\u{d7ff}', '\u{e000}'],
  ['\u{10000}', '\u{10001}'],
])('fact ids in the order of their bytes: %j before %j', (a, b) => {
  expect(Math.sign(byBytes(a, b))).toBe(-1);
  expect(Math.sign(byBytes(b, a))).toBe(1);
  expect(Buffer.compare(Buffer.from(a), Buffer.from(b))).toBe(-1);
  expect(byBytes(a, a)).toBe(0);
});
