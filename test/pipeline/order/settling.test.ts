/** What a lane does where an order cannot be settled, or comes too late. */
import type { Outcome } from '../../../pipeline/batch';
import { Failure } from '../../../pipeline/failure';
import { defaultLedgerSettings } from '../../../pipeline/order/ledger/settings';
import type { MemorySettings } from '../../../pipeline/order/memory';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { Settling } from '../../../pipeline/order/settling';
import { defaultOrderWindowSettings, recordBytes, usualDelayMs } from '../../../pipeline/order/window';
import type { OrderEvent } from '../../../schemas/types';
import { record } from '../../driver';
import { STORY_START } from '../../facts';
import { entryOf, play } from './ledger/story';

const settingsOf = (ledger: MemorySettings['ledger']): MemorySettings => ({
  window: defaultOrderWindowSettings,
  ledger,
  timeTopics: ['near'],
});
/** A ledger that throws as soon as it decides. */
const broken = {
  ...defaultLedgerSettings,
  get orphanWaitMs(): number {
    throw new TypeError('ada@example.com is not a number');
  },
  get retentionMs(): number {
    throw new TypeError('ada@example.com is not a number');
  },
};
const settling = (ledger: MemorySettings['ledger']) => {
  const outcomes: Outcome<OrderEvent>[] = [];
  return { outcomes, step: new Settling(settingsOf(ledger), defaultOrderSettings, outcomes) };
};
const refunded = (eventId: string, offset: number) => ({
  ...entryOf({ kind: 'refunded', eventId, total: 1 as never, subtotal: 1 as never }),
  source: record(offset),
});
const shown = (outcomes: readonly Outcome<OrderEvent>[]) =>
  outcomes.map(outcome =>
    outcome instanceof Failure
      ? [outcome.stage, outcome.code, Number(outcome.source.offset), outcome.message]
      : outcome,
  );

const why = 'Cannot ledger the record as the step threw TypeError';

test('facts that cannot be settled are failures, and their ledger stays as it was', () => {
  const { outcomes, step } = settling(broken);
  const { ledger } = play(['0m: refunded S total 1']);
  expect(step.settled(ledger, [refunded('R', 7), refunded('T', 8)], STORY_START)).toBe(ledger);
  expect(shown(outcomes)).toEqual([
    ['ledger', 'step_failed', 7, why],
    ['ledger', 'step_failed', 8, why],
  ]);
  expect(step.settled(undefined, [refunded('R', 7)], STORY_START)).toBeUndefined();
});

test('what waited and cannot be let go is a failure too, and waits no longer', () => {
  const { outcomes, step } = settling(broken);
  const { ledger } = play(['0m: refunded S total 1']);
  const { source, value } = refunded('S', 9);
  const odd = Object.defineProperty({ ...value }, 'total', {
    get: () => {
      throw new TypeError('ada@example.com is not a number');
    },
  });
  const held = [{ entry: { source, value: odd }, until: STORY_START, bytes: 263 }];
  const next = step.settled({ ...ledger!, held }, [], STORY_START);
  expect(shown(outcomes)).toEqual([['ledger', 'step_failed', 9, why]]);
  expect(next?.held).toEqual([]);
});

test.each([
  ['A', 'A'],
  ['x'.repeat(64), 'x'.repeat(64)],
  ['x'.repeat(65), `${'x'.repeat(64)}…`],
  ['\n', '\\n'],
])('what is refused as late says so: order %j', (orderId, quoted) => {
  const { outcomes, step } = settling(defaultLedgerSettings);
  step.refuseLate({ ...entryOf({ orderId }), source: record(3) });
  const message = `Cannot use the fact of order "${quoted}" as it came after its window had closed, and window.late is "refuse"`;
  expect(shown(outcomes)).toEqual([['window', 'late', 3, message]]);
  expect((outcomes[0] as Failure).orderId).toBe(orderId);
});

test('a record costs its key and its value', () => {
  const bytes = (key: Uint8Array | null, value: Uint8Array | null) =>
    recordBytes({ ...entryOf({}), source: { ...record(0), key, value } });
  expect(bytes(new Uint8Array(3), new Uint8Array(10))).toBe(77);
  expect(bytes(null, null)).toBe(64);
});

test('how much later than its own time an event usually goes out', () => {
  const settings = { gapMs: 5, sizeMs: 60 };
  expect(usualDelayMs({ kind: 'session', ...settings })).toBe(6);
  expect(usualDelayMs({ kind: 'tumbling', ...settings })).toBe(60);
  expect(usualDelayMs({ kind: 'none', ...settings })).toBe(0);
});
