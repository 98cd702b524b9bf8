/** Members join, leave and freeze while records flow: Java's reader must see every record once. */
import type { RunningLanes } from '../../../connectors/kafka/lanes';
import { counted, scene, until } from './scene';

const lanes = 8;
const records = 16_000;

test('every record once, over joins, leaves and handed-over lanes', async () => {
  const { member, produce, written, caughtUp, seen } = await scene({ lanes });
  const members: RunningLanes[] = [await member()];
  const producing = produce(records);
  const steps = [
    async () => members.push(await member()),
    async () => members.push(await member()),
    async () => members.shift()?.drain(),
    async () => members.push(await member()),
    async () => members.shift()?.drain(),
  ];
  for (const [index, step] of steps.entries()) {
    // The next change comes once a part of the records is through: no clock decides.
    await until(() => written() >= ((index + 1) * records) / 10);
    await step();
  }
  await producing;
  await caughtUp();
  const held = members.flatMap(one => one.held()).sort((a, b) => a - b);
  await Promise.all(members.map(one => one.drain()));

  expect(held).toEqual([...Array(lanes).keys()]);
  expect(counted(await seen())).toEqual({ events: records, different: records });
});
