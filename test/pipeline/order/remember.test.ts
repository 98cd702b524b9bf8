/** What a lane reads again at its start: facts of what waited, and failures of what can no longer be used. */
import { firstValueFrom, map, of } from 'rxjs';
import { MemoryStates } from '../../../connectors/memory/states';
import { AT_THE_END, type Entry, type Outcome, pulledEntries, startPosition } from '../../../pipeline/batch';
import { Failure, Rejection } from '../../../pipeline/failure';
import type { Fact } from '../../../pipeline/order/fact';
import { defaultLedgerSettings } from '../../../pipeline/order/ledger/settings';
import { remember } from '../../../pipeline/order/remember';
import { defaultOrderSettings } from '../../../pipeline/order/settings';
import { stored } from '../../../pipeline/order/state';
import { defaultOrderWindowSettings } from '../../../pipeline/order/window';
import type { Lane } from '../../../pipeline/ports';
import { record } from '../../driver';
import { entryOf } from './ledger/story';

const lane: Lane = { id: 0, start: startPosition(new Map()), pull: () => of() };
const settings = { window: defaultOrderWindowSettings, ledger: defaultLedgerSettings, timeTopics: ['orders'] };

const waiting = (orderId: string, offset: number): Entry<Fact> => ({
  ...entryOf({ kind: 'placed', orderId, eventId: `${orderId}P`, occurredAt: 1 }),
  source: record(offset),
});
const unusable = new Rejection('missing_field', 'of another mapping');
const [good, bad] = [waiting('good', 1), waiting('bad', 2)];

test('what waited goes on, and a record that can no longer be used is a failure of the first batch', async () => {
  const states = new MemoryStates();
  const windowOf = (entry: Entry<Fact>) => stored(undefined, [], [{ start: 1, end: 5_002, values: [entry] }]);
  states.apply(new Map([good, bad].map(entry => [entry.value.orderId, windowOf(entry)])));
  const memory = await firstValueFrom(
    remember(
      lane,
      states,
      settings,
      defaultOrderSettings,
      map(batch => ({
        ...batch,
        outcomes: batch.outcomes.map(
          ({ source }): Outcome<Fact> =>
            source.offset === 1n ? { ...good, source } : new Failure('map', unusable, source),
        ),
      })),
    ),
  );
  const nothing = pulledEntries<Fact>(lane.id, [], lane.start);
  const first = memory.settle(memory.gather(nothing));
  expect(first.outcomes.map(outcome => [(outcome as Failure).code, outcome.source.offset])).toEqual([
    ['missing_field', 2n],
  ]);
  expect([...first.changes].filter(([, state]) => state === undefined)).toEqual([['bad', undefined]]);
  const last = memory.settle(memory.gather({ ...nothing, moment: AT_THE_END }));
  expect(last.outcomes.map(outcome => (outcome as Entry<{ order_id: string }>).value.order_id)).toEqual(['good']);
});
