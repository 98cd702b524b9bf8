import { findCoordinator } from '../../../connectors/kafka/find-coordinator';
import { answered, FakeCluster, unanswered } from './fake';

test('what it is asked for decides', async () => {
  const cluster = new FakeCluster();
  cluster.coordinators = [2, 3];
  expect((await findCoordinator(cluster, { groupId: 'group' })).nodeId).toBe(2);
  expect((await findCoordinator(cluster, { groupId: 'lane', coordinatorType: 1 })).nodeId).toBe(3);
  expect(cluster.asked).toEqual([
    ['FindCoordinator', 0, 'group'],
    ['FindCoordinator', 1, 'lane'],
  ]);
});

test('where there is none yet it is asked for again', async () => {
  const cluster = new FakeCluster();
  const { findGroupCoordinator } = cluster.broker(1);
  let times = 0;
  cluster.broker(1).findGroupCoordinator = key => {
    if (++times < 3) throw answered('GROUP_COORDINATOR_NOT_AVAILABLE');
    return findGroupCoordinator(key);
  };
  expect((await findCoordinator(cluster, { groupId: 'group' })).nodeId).toBe(1);
  expect(times).toBe(3);
});

test('one that cannot be reached is an error at once: whoever calls asks again', async () => {
  const cluster = new FakeCluster();
  cluster.findBroker = async () => {
    throw unanswered();
  };
  await expect(findCoordinator(cluster, { groupId: 'group' })).rejects.toThrow('Closed connection');
  expect(cluster.asked).toHaveLength(1);
});

test('one that metadata did not have is looked for in the new ones, once', async () => {
  const cluster = new FakeCluster();
  const { findBroker } = cluster;
  let unknown = 1;
  cluster.findBroker = async node => {
    if (unknown-- > 0) throw Object.assign(new Error('Broker 1 not found'), { name: 'KafkaJSBrokerNotFound' });
    return findBroker(node);
  };
  expect((await findCoordinator(cluster, { groupId: 'group' })).nodeId).toBe(1);
  unknown = 2;
  await expect(findCoordinator(cluster, { groupId: 'group' })).rejects.toThrow('Broker 1 not found');
});

test('where the broker that is asked does not answer, another one is', async () => {
  const cluster = new FakeCluster();
  cluster.coordinators = [3, 1];
  cluster.broker(1).findGroupCoordinator = async () => {
    throw unanswered();
  };
  cluster.broker(2).findGroupCoordinator = () => new Promise(() => {}); // frozen
  jest.useFakeTimers();
  const found = findCoordinator(cluster, { groupId: 'group' });
  await jest.advanceTimersByTimeAsync(5_000);
  jest.useRealTimers();
  expect((await found).nodeId).toBe(3);
});

test('where none answers, the first says why', async () => {
  const cluster = new FakeCluster();
  for (const nodeId of [1, 2, 3])
    cluster.broker(nodeId).findGroupCoordinator = async () => {
      throw new Error(`broker ${nodeId} is away`);
    };
  await expect(findCoordinator(cluster, { groupId: 'group' })).rejects.toThrow('broker 1 is away');
});

test('a refusal is told at once', async () => {
  const cluster = new FakeCluster();
  cluster.broker(1).findGroupCoordinator = async () => {
    throw answered('GROUP_AUTHORIZATION_FAILED');
  };
  await expect(findCoordinator(cluster, { groupId: 'group' })).rejects.toThrow('GROUP_AUTHORIZATION_FAILED');
});
