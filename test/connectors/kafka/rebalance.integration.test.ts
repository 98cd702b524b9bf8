/** Members join, leave and freeze while records flow: Java's reader must see every record once. */
import { concatMap, map } from 'rxjs';
import { openCluster } from '../../../connectors/kafka/client';
import { groupLag } from '../../../connectors/kafka/lag';
import { type LanesSettings, type RunningLanes, runLanes } from '../../../connectors/kafka/lanes';
import { limiter } from '../../../connectors/kafka/limiter';
import { each } from '../../../pipeline/batch';
import { paced } from '../../../pipeline/paced';
import { event } from '../../contract/lanes';
import { unique } from '../../stack/address';
import { type ForeignRecord, produceWith, readCommitted } from '../../stack/java';
import { connect, createTopics, laneSettings, textEncoding } from './subject';

const lanes = 8;
const records = 16_000;
const silent = { info() {}, warn() {}, debug() {} };

test('every record once, over joins, leaves and handed-over lanes', async () => {
  const kafka = connect();
  const group = unique('group');
  const [source, events, failures, inbox] = [unique('source'), unique('events'), unique('failures'), `${group}.inbox`];
  await createTopics(kafka, { [source]: lanes, [inbox]: lanes, [events]: 1, [failures]: 1 });
  const settings: LanesSettings = {
    ...laneSettings(group, { events, failures }, { sources: [source, inbox], batchRecordsMax: 50 }),
    partitions: { sources: lanes, events: 1, failures: 1 },
    group: { group, sessionTimeoutMs: 10_000, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 5_000 },
    restartDelayMs: 20,
    restartDelayMaxMs: 200,
    restartsMax: 20,
  };
  let written = 0;
  const member = (): Promise<RunningLanes> =>
    runLanes(
      {
        kafka: connect(),
        encoding: textEncoding,
        limiter: limiter(200),
        life: (lane, write) =>
          paced(
            () => lane.pull(),
            batches => batches.pipe(map(each('map', ({ key }) => event(String(key)))), concatMap(write)),
          ),
        written: ({ records: count }) => {
          written += count;
        },
        log: silent,
      },
      settings,
    );

  const keys = Array.from({ length: records }, (_, index) => `order-${index}`);
  const toProduce: ForeignRecord[] = keys.map(key => ({ topic: source, key, value: 'x' }));
  const members: RunningLanes[] = [await member()];
  const producing = produceWith('lz4', toProduce);
  const steps = [
    async () => members.push(await member()),
    async () => members.push(await member()),
    async () => members.shift()?.drain(),
    async () => members.push(await member()),
    async () => members.shift()?.drain(),
  ];
  for (const [index, step] of steps.entries()) {
    // The next change comes once a part of the records is through: no clock decides.
    while (written < ((index + 1) * records) / 10) await new Promise(resolve => setTimeout(resolve, 5));
    await step();
  }
  await producing;
  const cluster = await openCluster(kafka);
  const behind = async () => (await groupLag(cluster, group, [source])).reduce((sum, lag) => sum + lag.behind, 0n);
  while ((await behind()) > 0n) await new Promise(resolve => setTimeout(resolve, 50));
  const held = members.flatMap(one => one.held()).sort((a, b) => a - b);
  await Promise.all(members.map(one => one.drain()));
  await cluster.disconnect();

  expect(held).toEqual([...Array(lanes).keys()]);
  const seen = (await readCommitted(events)).map(({ value }) => String(value));
  expect(seen.length).toBe(records);
  expect(new Set(seen).size).toBe(records);
});
