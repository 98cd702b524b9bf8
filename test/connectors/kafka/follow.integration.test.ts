/** The broker that coordinates a group is gone: its members stay what they are, with the broker that takes over. */
import { openCluster } from '../../../connectors/kafka/client';
import { joinGroup } from '../../../connectors/kafka/membership';
import { type Node, type Stack, startStack } from '../../../dev/stack';
import { unique } from '../../stack/address';
import { connect, connection } from './subject';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ brokers: 3, registry: false, brokerSettings: { 'broker.session.timeout.ms': '3000' } });
});
afterAll(() => stack?.stop());

const topicOf = async (lanes: number): Promise<string> => {
  const topic = unique('orders');
  const admin = connect(connection(stack.brokers)).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: lanes, replicationFactor: 3 }] });
  await admin.disconnect();
  return topic;
};

test.each([
  ['dead', (node: Node) => node.kill(), (node: Node) => node.start()],
  ['frozen', (node: Node) => node.pause(), (node: Node) => node.resume()],
])('no lane moves, and heartbeats go on, while the coordinator is %s', async (_, strike, heal) => {
  const lanes = 4;
  const topic = await topicOf(lanes);
  const group = unique('group');
  // Longer than Kafka takes for a new coordinator.
  const settings = { group, sessionTimeoutMs: 20_000, heartbeatIntervalMs: 500, rebalanceTimeoutMs: 20_000 };
  const assignments: (readonly number[])[][] = [];
  const join = async () => {
    const seen: (readonly number[])[] = [];
    assignments.push(seen);
    return joinGroup(connect(connection(stack.brokers)), settings, [topic], lanes, {
      assigned: ids => seen.push(ids),
      lost: error => {
        throw error;
      },
    });
  };
  const members = [await join(), await join()];
  const staying = new AbortController().signal;
  const confirmed = () =>
    Promise.all(members.map((member, index) => member.confirmed(assignments[index]?.at(-1)?.[0] ?? -1, staying)));
  expect(await confirmed()).toEqual([true, true]);
  const before = assignments.map(seen => [...seen]);
  expect(before.map(seen => seen.at(-1)?.length)).toEqual([2, 2]);

  const cluster = await openCluster(connect(connection(stack.brokers)));
  const { nodeId } = await cluster.findGroupCoordinator({ groupId: group });
  await cluster.disconnect();
  await strike(stack.node(nodeId));
  expect(await confirmed()).toEqual([true, true]);
  expect(assignments).toEqual(before);

  await heal(stack.node(nodeId));
  await Promise.all(members.map(member => member.leave()));
});
