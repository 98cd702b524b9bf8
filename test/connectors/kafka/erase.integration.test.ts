/** What is erased from a lane's changelog stays erased: for frozen owners, for stores on disk, for lanes that begin later. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { openCluster } from '../../../connectors/kafka/client';
import { eraseLane, eraseOrders } from '../../../connectors/kafka/erase';
import { findOrders } from '../../../connectors/kafka/find-orders';
import { deleteGroup, membersOf, offsetsCount } from '../../../connectors/kafka/group';
import { PositionUnsure } from '../../../connectors/kafka/start';
import { LaneTransactions } from '../../../connectors/kafka/transaction';
import { type Cluster, isFenced } from '../../../connectors/kafka/wire';
import { levelStore } from '../../../connectors/state/level/store';
import { unremembered } from '../../../pipeline/settlement';
import type { OrderState } from '../../../schemas/types';
import type { LaneSubject, OpenedLane } from '../../contract/lanes';
import { connect, kafkaSubject, keyed } from './subject';

let kafka: Kafka;
let cluster: Cluster;
let subject: LaneSubject & { readonly group: string };
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'erase-'));
  kafka = connect();
  cluster = await openCluster(kafka);
  const told = () => {};
  subject = await kafkaSubject(kafka, lane =>
    levelStore({ path: join(directory, String(lane)), changelog: 'c', cacheBytesMax: 65_536, now: Date.now, told }),
  );
  await cluster.addMultipleTargetTopics([topic()]);
  await subject.produce(['a', 'b'].map(key => keyed(subject, key)));
});
afterEach(async () => {
  await cluster.disconnect();
  rmSync(directory, { recursive: true });
});

const topic = () => `${subject.group}.state`;

const order = (newest: number): OrderState => ({ newest, ledger: null, waiting: [], windows: [] });
const longId = 'ü'.repeat(400);

/** Of several sizes, and one that is gone already. */
const written: readonly [string, OrderState | undefined][] = [
  ['A', order(1)],
  [longId, order(2)],
  ['gone', undefined],
  ...Array.from({ length: 40 }, (_, at): [string, OrderState] => [`order ${at}`, order(at)]),
];

const write = async ({ lane, write: commit }: OpenedLane, changes = written) => {
  const batch = await firstValueFrom(lane.pull());
  await firstValueFrom(commit({ ...unremembered({ ...batch, outcomes: [] }), changes: new Map(changes) }));
};

/** As `reset` and `forget` take a lane. */
const taken = async (recordBytesMax = 1_000_000) => {
  const transactions = new LaneTransactions(cluster, {
    transactionalId: `${subject.group}-0`,
    group: subject.group,
    partition: 0,
    timeoutMs: 30_000,
    compression: 'none',
    outputs: new Map(),
  });
  await transactions.fence();
  return { topic: topic(), lane: 0, transactions, recordBytesMax };
};

const all = written.map(([orderId]) => orderId);
const kept = async ({ states }: OpenedLane) => [...(await firstValueFrom(states.load(all))).keys()];
const found = async () => (await findOrders(cluster, topic(), 2, all)).map(({ orderId }) => orderId);
const without = (...orders: string[]) => all.filter(orderId => orderId !== 'gone' && !orders.includes(orderId));

const asAdmin = async <T>(act: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
  const admin = kafka.admin();
  await admin.connect();
  return act(admin).finally(() => admin.disconnect());
};

test('orders: they are gone for a store that had them, and for one from nothing; all else goes on', async () => {
  const frozen = await subject.open(0);
  await write(frozen);
  expect(await found()).toEqual(without());
  await eraseOrders(await taken(), ['A', longId]);
  expect(await found()).toEqual(without('A', longId));

  const error = await write(frozen, [['A', order(9)]]).catch(one => one);
  expect(isFenced(error)).toBe(true);
  await frozen.close();

  for (const from of ['the store', 'nothing']) {
    if (from === 'nothing') rmSync(join(directory, '0'), { recursive: true });
    const lane = await subject.open(0);
    expect([from, await kept(lane), lane.lane.start.offsets.get(subject.sources[0])]).toEqual([
      from,
      without('A', longId),
      2n,
    ]);
    await lane.close();
  }
});

test('a lane whole: it begins anew once its group is gone as well, and not before', async () => {
  const frozen = await subject.open(0);
  await write(frozen);
  // Several record batches in a transaction.
  expect(await eraseLane(cluster, await taken(1_024))).toBe(without().length);
  expect(await found()).toEqual([]);
  expect(isFenced(await write(frozen).catch(one => one))).toBe(true);
  await frozen.close();
  await expect(subject.open(0)).rejects.toThrow(PositionUnsure);

  expect(await asAdmin(admin => offsetsCount(admin, subject.group))).toBe(2);
  expect(await asAdmin(admin => deleteGroup(admin, subject.group))).toBe(true);
  expect(await asAdmin(admin => offsetsCount(admin, subject.group))).toBe(0);
  const anew = await subject.open(0);
  expect([await kept(anew), anew.lane.start.offsets.get(subject.sources[0])]).toEqual([[], 0n]);
  await write(anew, [['A', order(3)]]);
  await anew.close();
  expect(await found()).toEqual(['A']);
});

test('broken off in the middle: what is left has a position, and nothing begins there', async () => {
  const lane = await subject.open(0);
  await write(lane);
  await lane.close();
  await asAdmin(admin => deleteGroup(admin, subject.group));
  const erased = await taken();
  const { transactions } = erased;
  const commit = jest.spyOn(transactions, 'commit');
  for (let times = 0; times < 3; times++)
    commit.mockImplementationOnce(position => LaneTransactions.prototype.commit.call(transactions, position));
  commit.mockRejectedValueOnce(new Error('power cut'));
  await expect(eraseLane(cluster, { ...erased, keysPerTransaction: 10 })).rejects.toThrow('power cut');
  expect((await found()).length).toBe(without().length - 30);
  await expect(subject.open(0)).rejects.toThrow(PositionUnsure);
  expect(await eraseLane(cluster, await taken())).toBe(without().length - 30);
  const anew = await subject.open(0);
  expect(await kept(anew)).toEqual([]);
  await anew.close();
});

test('a group with a member stays, and the member is named; of one that is not there nothing is said', async () => {
  const group = subject.group;
  expect(await asAdmin(admin => membersOf(admin, `${group}.none`))).toEqual([]);
  expect(await asAdmin(admin => deleteGroup(admin, `${group}.none`))).toBe(true);
  const consumer = kafka.consumer({ groupId: group });
  await consumer.connect();
  await consumer.subscribe({ topic: subject.sources[0] });
  const joined = new Promise(resolve => consumer.on('consumer.group_join', resolve));
  await consumer.run({ eachMessage: async () => {} });
  await joined;
  expect(await asAdmin(admin => membersOf(admin, group))).toEqual([{ clientId: 'test', host: '127.0.0.1' }]);
  expect(await asAdmin(admin => deleteGroup(admin, group))).toBe(false);
  await consumer.disconnect();
});
