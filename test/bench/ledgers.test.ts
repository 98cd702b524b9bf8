import { ledgers } from '../../bench/ledgers';
import { waits } from '../../connectors/state/codec';

const ledgerOf = ledgers();
const placedAt = Date.parse('2026-03-01T00:00:00Z');

test('an order that was placed is all its ledger knows', () => {
  const state = ledgerOf(1, placedAt);
  expect(waits(state)).toBe(false);
  expect(state.newest).toBe(placedAt);
  expect(state.ledger?.seen).toEqual([{ fact_id: 'SO-100000001-p', action: 'purchase', occurred_at: placedAt }]);
  expect(state.ledger?.purchase?.total).toBeGreaterThan(0);
  expect(state.ledger?.given.total).toBe(0);
});

test('of one in seven a cent was refunded', () => {
  const { newest, ledger } = ledgerOf(14, placedAt);
  expect(newest).toBe(placedAt + 1_000);
  expect(ledger?.seen.map(({ fact_id, action }) => [fact_id, action])).toEqual([
    ['SO-100000014-p', 'purchase'],
    ['SO-100000014-d0', 'refund'],
  ]);
  expect(ledger?.given.total).toBe(100);
});
