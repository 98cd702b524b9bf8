/** Where a lane begins when its group's offsets and its state do not say the same: somebody must choose. */
import type { Kafka } from 'kafkajs';
import { firstValueFrom } from 'rxjs';
import { PositionUnsure, StateChanged } from '../../../connectors/kafka/start';
import { isFenced } from '../../../connectors/kafka/wire';
import { memoryStore } from '../../../connectors/state/memory-store';
import { unremembered } from '../../../pipeline/settlement';
import type { LaneSubject } from '../../contract/lanes';
import { connect, kafkaSubject, keyed } from './subject';

let kafka: Kafka;
let subject: LaneSubject & { readonly group: string };

/** Six records, of which four are written. */
beforeEach(async () => {
  kafka = connect();
  subject = await kafkaSubject(kafka);
  await subject.produce([...'abcdef'].map(key => keyed(subject, key)));
  const lane = await subject.open(0, { batchRecordsMax: 4 });
  const batch = await firstValueFrom(lane.lane.pull());
  await firstValueFrom(lane.write(unremembered({ ...batch, outcomes: [] })));
  await lane.close();
});

const asAdmin = async (act: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>) => {
  const admin = kafka.admin();
  await admin.connect();
  await act(admin);
  await admin.disconnect();
};

const setOffset = (offset: number) =>
  asAdmin(admin =>
    admin.setOffsets({
      groupId: subject.group,
      topic: subject.sources[0],
      partitions: [{ partition: 0, offset: String(offset) }],
    }),
  );

const startOf = async (options = {}) => {
  const lane = await subject.open(0, options);
  await lane.close();
  return lane.lane.start.offsets.get(subject.sources[0]);
};

test('they agree: it goes on', async () => {
  expect(await startOf()).toBe(4n);
});

test.each<[string, () => Promise<unknown>, RegExp, bigint]>([
  ['set back from outside', () => setOffset(1), /the group has 1, the state 4/, 1n],
  ['set forward from outside', () => setOffset(6), /the group has 6, the state 4/, 6n],
  ['expired', () => asAdmin(admin => admin.deleteGroups([subject.group])), /the group has none, the state 4/, 0n],
])('offsets that were %s stop it, with a choice of two', async (_, change, message, reset) => {
  await change();
  await expect(startOf()).rejects.toThrow(PositionUnsure);
  await expect(startOf()).rejects.toThrow(message);
  await expect(startOf()).rejects.toThrow(/--restore-position .* --accept-reset/);
  expect(await startOf({ restorePosition: true })).toBe(4n);
  expect(await startOf()).toBe(4n);
  await change();
  expect(await startOf({ acceptReset: true })).toBe(reset);
  expect(await startOf()).toBe(reset);
});

test('a state that is gone while its group goes on stops it', async () => {
  const topic = `${subject.group}.state`;
  await asAdmin(async admin => {
    await admin.fetchTopicOffsets(topic); // loads what the next call takes for granted
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] });
  });
  await expect(startOf()).rejects.toThrow(/the group has 4, the state none/);
  expect(await startOf({ acceptReset: true })).toBe(4n);
  expect(await startOf()).toBe(4n);
});

test('state of other settings is not read by these', async () => {
  await expect(startOf({ shape: 'another' })).rejects.toThrow(StateChanged);
  await expect(startOf({ shape: 'another' })).rejects.toThrow(/made with other settings \(shape; now another\)/);
});

test('who lost the lane while it began is told so, and not that its offsets were set from outside', async () => {
  /** What another owner does after the state was read, and before the offsets are. */
  let meanwhile: (() => Promise<void>) | undefined;
  subject = await kafkaSubject(kafka, async () => {
    const store = memoryStore();
    return {
      ...store,
      put: async (changes, place) => {
        await store.put(changes, place);
        const act = meanwhile;
        meanwhile = undefined;
        await act?.();
      },
    };
  });
  await subject.produce([...'abcdef'].map(key => keyed(subject, key)));
  const write = async () => {
    const lane = await subject.open(0, { batchRecordsMax: 2 });
    const batch = await firstValueFrom(lane.lane.pull());
    await firstValueFrom(lane.write(unremembered({ ...batch, outcomes: [] })));
    await lane.close();
  };
  await write();
  meanwhile = write;
  expect(isFenced(await startOf().catch(error => error))).toBe(true);
  expect(meanwhile).toBeUndefined();
  expect(await startOf()).toBe(4n);
});
