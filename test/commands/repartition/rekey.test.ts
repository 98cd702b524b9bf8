/** From records to the keys they get; and that none is left out on the way. */
import { lastValueFrom, of, toArray } from 'rxjs';
import { byOrderId } from '../../../commands/repartition/rekey';
import type { Keyed } from '../../../connectors/kafka/repartition/writer';
import { type Batch, type Outcome, pulled, type SourceRecord, startPosition } from '../../../pipeline/batch';
import { Failure, Rejection } from '../../../pipeline/failure';
import type { Decoded } from '../../../pipeline/order/mapping';
import type { Lane, Ports } from '../../../pipeline/ports';
import { placed, STORY_START } from '../../facts';

/** The value's text says what it is: an order's id, `bad <order>` without a customer, `?` not to be decoded, `other` unmapped. */
const decode: Ports['decode'] = batch =>
  of({
    ...batch,
    outcomes: batch.outcomes.flatMap((outcome): Outcome<Decoded>[] => {
      const { source } = outcome;
      if (source.value === null) return []; // as the real one does with tombstones
      const text = String(source.value);
      if (text === '?') return [new Failure('decode', new Rejection('corrupt', 'Cannot'), source)];
      if (text === 'other') return [{ source, value: { type: 'stock.Moved', value: {} } }];
      const [, bad, order = ''] = /^(bad )?(.*)$/.exec(text) ?? [];
      return [{ source, value: placed({ order, at: '0s', ...(bad && { customer: {} }) }) }];
    }),
  });

const batchOf = (values: readonly (string | null)[], key: string | null = 'own'): Batch<SourceRecord> => {
  const outcomes = values.map((value, at) => {
    const source: SourceRecord = {
      topic: 'orders',
      partition: 0,
      offset: BigInt(at),
      timestamp: STORY_START,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: [],
      attempt: 1,
    };
    return { source, value: source };
  });
  return { ...pulled(0, [], startPosition(new Map())), outcomes };
};

const settings = {
  decode,
  mappings: new Map(),
  order: { eventTimeMinMs: 0, eventTimeFutureMaxMs: 3_600_000, currencyField: null },
  failuresInARowMax: 4,
};

const keyed = (batches: readonly Batch<SourceRecord>[], failuresInARow = 0): Promise<Batch<Keyed>[]> => {
  const lane = { id: 0, start: { offsets: new Map(), failuresInARow } } as unknown as Lane;
  return lastValueFrom(of(...batches).pipe(byOrderId(settings)(lane), toArray()));
};

const told = ({ outcomes }: Batch<Keyed>) =>
  outcomes.map(outcome =>
    outcome instanceof Failure ? `${outcome.code} ${outcome.orderId}` : outcome.value.key && String(outcome.value.key),
  );

test('every record comes through, in its order: with its order’s id, with its own key, or as its failure', async () => {
  const values = [null, 'A7', null, '?', 'bad B', 'other', 'Ä', null];
  const [batch] = await keyed([batchOf(values)]);
  expect(told(batch!)).toEqual(['own', 'A7', 'own', 'corrupt undefined', 'B', 'unmapped_type undefined', 'Ä', 'own']);
  expect(batch!.outcomes.map(({ source }) => source.value && String(source.value))).toEqual(values);
});

test('a tombstone without a key stays without', async () => {
  const [batch] = await keyed([batchOf([null, 'A'], null)]);
  expect(told(batch!)).toEqual([null, 'A']);
});

test('records in a row without an order id stop it, over batches and restarts; a tombstone is none of them', async () => {
  await expect(keyed([batchOf(['?', '?', '?'])])).resolves.toHaveLength(1);
  await expect(keyed([batchOf(['?', '?']), batchOf(['?', '?'])])).rejects.toMatchObject({ name: 'HaltLimitReached' });
  await expect(keyed([batchOf(['?', '?'])], 2)).rejects.toMatchObject({ name: 'HaltLimitReached' });
  await expect(keyed([batchOf(['?', '?', 'A', '?', '?', '?'])])).resolves.toHaveLength(1);
});

test('whose order is known does not stop it, whatever else is wrong with the record', async () => {
  await expect(keyed([batchOf(['bad A', 'bad B', 'bad C', 'bad D', 'bad E'])])).resolves.toHaveLength(1);
});
