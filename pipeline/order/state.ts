/**
 * What is remembered of one order, and its form in the store: ledgers as they are, facts that wait as the records they came
 * in. A restart reads those again by the same way in, so that there is one form of a fact and not two.
 */
import type { OrderState, StoredLedger, StoredRecord, StoredWindow, WaitingFact } from '../../schemas/types';
import type { Entry, SourceRecord } from '../batch';
import type { KeptWindow } from '../window/window';
import type { Fact } from './fact';
import { KeptRecord } from './kept';
import { type Held, heldBytes, idBytes, type Ledger } from './ledger/ledger';
import type { Money } from './money';
import { PackedFact } from './packed';

/** A late fact, until the lane has come to the time its topic had. */
export interface LateFact {
  readonly entry: Entry<Fact>;
  readonly at: number;
}

/** Undefined where nothing is left to remember. */
export const stored = (
  ledger: Ledger | undefined,
  late: readonly LateFact[],
  windows: readonly KeptWindow<Entry<Fact>>[],
): OrderState | undefined => {
  if (ledger === undefined && late.length === 0 && windows.length === 0) return undefined;
  return {
    newest: ledger?.newest ?? 0,
    ledger: ledger === undefined ? null : storedLedger(ledger),
    waiting:
      late.length === 0 && (ledger === undefined || ledger.held.length === 0)
        ? NONE
        : [
            ...(ledger?.held ?? []).map(({ entry, until }) => waiting(entry, until, false)),
            ...late.map(({ entry, at }) => waiting(entry, at, true)),
          ],
    windows:
      windows.length === 0
        ? NONE
        : windows.map(
            ({ start, end, values }): StoredWindow => ({
              start,
              end,
              records: values.map(value => storedRecord(value)),
            }),
          ),
  };
};

const NONE: readonly never[] = [];

const waiting = (entry: Entry<Fact>, until: number, late: boolean): WaitingFact => ({
  until,
  late,
  came_late: entry.late === true,
  record: storedRecord(entry),
});

const storedLedger = ({ currency, purchase, given, cancelled, seen, since }: Ledger): StoredLedger => ({
  currency,
  purchase: purchase && {
    occurred_at: purchase.occurredAt,
    total: purchase.amounts.total,
    subtotal: purchase.amounts.subtotal,
    tax: purchase.amounts.tax,
    shipping: purchase.amounts.shipping,
    digest: purchase.digest,
  },
  given,
  cancelled,
  seen,
  since,
});

/** Before all of the fact is read. */
export const opened = (entry: Entry<Fact>): void => {
  if (entry.value instanceof PackedFact) (entry as { value: Fact }).value = entry.value.open();
};

/** From here on the entry holds on to its own copy of the record, and to as little of the fact as can be. */
const storedRecord = (entry: Entry<Fact>): StoredRecord => {
  if (!(entry.source instanceof KeptRecord)) (entry as { source: SourceRecord }).source = new KeptRecord(entry.source);
  if (entry.value instanceof PackedFact) entry.value.pack();
  else (entry as { value: Fact }).value = new PackedFact(entry.value);
  return storedForm(entry.source);
};

const storedForm = (record: SourceRecord): StoredRecord => ({
  topic: record.topic,
  partition: record.partition,
  offset: record.offset,
  timestamp: record.timestamp,
  key: record.key,
  value: record.value,
  headers: record.headers,
  attempt: record.attempt,
  arrived_on: record.arrivedOn ?? null,
});

export const sourceOf = ({ arrived_on, ...record }: StoredRecord): SourceRecord =>
  new KeptRecord(arrived_on === null ? record : { ...record, arrivedOn: arrived_on });

/** Records of a state, in the order in which `recalled` wants their facts. */
export const recordsOf = ({ waiting, windows }: OrderState): readonly StoredRecord[] => [
  ...waiting.map(({ record }) => record),
  ...windows.flatMap(({ records }) => records),
];

export interface Recalled {
  readonly ledger: Ledger | undefined;
  readonly late: readonly LateFact[];
  readonly windows: readonly KeptWindow<Entry<Fact>>[];
}

/** @param facts Of `recordsOf`, in that order; undefined where a record can no longer be used. */
export const recalled = (
  orderId: string,
  { ledger, newest, waiting, windows }: OrderState,
  facts: readonly (Entry<Fact> | undefined)[] = [],
): Recalled => {
  const held: Held[] = [];
  const late: LateFact[] = [];
  let next = 0;
  for (const { until, late: isLate, came_late } of waiting) {
    const fact = facts[next++];
    if (fact === undefined) continue;
    const entry: Entry<Fact> = came_late ? { ...fact, late: true } : fact;
    if (isLate) late.push({ entry, at: until });
    else held.push({ entry, until, bytes: heldBytes(entry) });
  }
  const open: KeptWindow<Entry<Fact>>[] = [];
  for (const { start, end, records } of windows) {
    const values = records.map(() => facts[next++]).filter(entry => entry !== undefined);
    if (values.length > 0) open.push({ start, end, values });
  }
  return { ledger: ledger === null ? undefined : ledgerOf(orderId, ledger, newest, held), late, windows: open };
};

const ledgerOf = (orderId: string, ledger: StoredLedger, newest: number, held: readonly Held[]): Ledger => {
  const { currency, purchase, given, cancelled, since } = ledger;
  const { seen } = ledger;
  let bytes = 0;
  for (const { fact_id } of seen) bytes += idBytes(fact_id);
  for (const one of held) bytes += one.bytes;
  return {
    orderId,
    currency,
    purchase: purchase && {
      occurredAt: purchase.occurred_at,
      amounts: {
        total: purchase.total as Money,
        subtotal: purchase.subtotal as Money | null,
        tax: purchase.tax as Money | null,
        shipping: purchase.shipping as Money | null,
      },
      digest: purchase.digest,
    },
    // Ours, as they were written.
    given: given as Ledger['given'],
    cancelled,
    seen,
    held,
    since,
    newest,
    bytes,
  };
};
