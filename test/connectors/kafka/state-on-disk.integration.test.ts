/** A lane whose state lies on disk begins with what it has, and reads of the changelog what it has not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { levelStore } from '../../../connectors/state/level/store';
import type { StateStore } from '../../../connectors/state/store';
import { unremembered } from '../../../pipeline/settlement';
import type { OrderState } from '../../../schemas/types';
import { changesIn } from '../../contract/changes';
import type { LaneSubject, OpenedLane } from '../../contract/lanes';
import { connect, kafkaSubject } from './subject';

let kafka: Kafka;
let subject: LaneSubject & { readonly group: string };
let directory: string;
/** Orders in each put of this life, and why a store was set aside. */
let puts: string[][] = [];
let reasons: unknown[] = [];

const storeAt = async (path: string): Promise<StateStore> => {
  const told = (fields: object) => reasons.push((fields as { reason: unknown }).reason);
  const store = await levelStore({ path, changelog: 'changelog', cacheBytesMax: 65_536, now: Date.now, told });
  return {
    ...store,
    put: (changes, place) => {
      puts.push(changesIn(changes).map(([orderId]) => orderId));
      return store.put(changes, place);
    },
  };
};

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'state-'));
  kafka = connect();
  subject = await kafkaSubject(kafka, lane => storeAt(join(directory, machine, String(lane))));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Each has a directory of its own. */
let machine = 'one';
const open = async (on = 'one'): Promise<OpenedLane> => {
  puts = [];
  reasons = [];
  machine = on;
  return subject.open(0);
};

const order = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });

const write = async (lane: OpenedLane, changes: [string, OrderState | undefined][]) => {
  const batch = await firstValueFrom(lane.lane.pull());
  await firstValueFrom(lane.write({ ...unremembered({ ...batch, outcomes: [] }), changes: new Map(changes) }));
};

const kept = async ({ states }: OpenedLane) =>
  [...(await firstValueFrom(states.load(['A', 'B', 'C'])))].map(([orderId, { newest }]) => [orderId, newest]);

test('after a restart, and after some time on another machine', async () => {
  const first = await open();
  await write(first, [
    ['A', order(1)],
    ['B', order(1)],
  ]);
  await write(first, [['A', order(2)]]);
  await first.close();

  const again = await open();
  expect([puts.flat(), await kept(again)]).toEqual([
    [],
    [
      ['A', 2],
      ['B', 1],
    ],
  ]);
  await again.close();

  const elsewhere = await open('two');
  expect(puts.flat()).toEqual(['A', 'B', 'A']);
  await write(elsewhere, [
    ['B', undefined],
    ['C', order(3)],
  ]);
  await elsewhere.close();

  const back = await open();
  expect([puts.flat(), reasons]).toEqual([['B', 'C'], []]);
  expect(await kept(back)).toEqual([
    ['A', 2],
    ['C', 3],
  ]);
  await back.close();
});

test('a store that stands where the changelog is gone begins anew', async () => {
  const first = await open();
  await write(first, [['A', order(1)]]);
  await first.close();
  const admin = kafka.admin();
  await admin.connect();
  const topic = `${subject.group}.state`;
  await admin.fetchTopicOffsets(topic); // loads what the next call takes for granted
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
  await admin.disconnect();
  await expect(open()).rejects.toThrow(/the state none/);
  expect(reasons).toEqual([expect.stringMatching(/^it stands at \d+ of the changelog, which has (\d+) to \1$/)]);
});
