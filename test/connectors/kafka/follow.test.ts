/** Where the group's coordinator moves, its members' heartbeats find it, and nobody joins again. */
import { followCoordinator } from '../../../connectors/kafka/follow';
import { answered, FakeCluster, unanswered } from './fake';

const member = { groupId: 'group', groupGenerationId: 4, memberId: 'one' };
const generous = { group: 'group', withinMs: 10_000 };

const followed = async (settings = generous) => {
  const cluster = new FakeCluster();
  const ending = new AbortController();
  followCoordinator(cluster, settings, ending.signal);
  const coordinator = await cluster.findGroupCoordinator({ groupId: 'group' });
  return { cluster, ending, coordinator };
};

const asked = ({ asked }: FakeCluster, name: string) => asked.filter(([one]) => one === name).map(([, node]) => node);

test('while it stays it is found once', async () => {
  const { cluster, coordinator } = await followed();
  await coordinator.heartbeat(member);
  await coordinator.heartbeat(member);
  expect(asked(cluster, 'Heartbeat')).toEqual([1, 1]);
  expect(asked(cluster, 'FindCoordinator')).toEqual([0]);
  expect(cluster.requests.get('Heartbeat')).toEqual([member, member]);
});

test.each([
  ['does not answer', unanswered()],
  ['is no coordinator any more', answered('NOT_COORDINATOR_FOR_GROUP')],
  ['goes', answered('GROUP_COORDINATOR_NOT_AVAILABLE')],
])('a heartbeat to one that %s goes to who took over, and so do those that follow', async (_, error) => {
  const { cluster, coordinator } = await followed();
  cluster.script.set('Heartbeat', [error]);
  cluster.coordinators = [2, 1];
  await coordinator.heartbeat(member);
  await coordinator.heartbeat(member);
  expect(asked(cluster, 'Heartbeat')).toEqual([1, 2, 2]);
});

test('who took over and is not ready yet is asked again', async () => {
  const { cluster, coordinator } = await followed();
  cluster.script.set('Heartbeat', [unanswered(), answered('GROUP_LOAD_IN_PROGRESS')]);
  await coordinator.heartbeat(member);
  expect(asked(cluster, 'Heartbeat')).toEqual([1, 1, 1]);
});

test('one that is silent, as it is frozen, has a third of a session', async () => {
  const { cluster, coordinator } = await followed({ group: 'group', withinMs: 3_000 });
  cluster.held.set('Heartbeat', new Promise(() => {}));
  const heartbeat = coordinator.heartbeat(member);
  setTimeout(() => {
    cluster.held.clear();
    cluster.coordinators = [2, 1];
  }, 50);
  await heartbeat;
  expect(asked(cluster, 'Heartbeat')).toEqual([1, 2]);
});

const refusedLogin = Object.assign(new Error('refused'), { name: 'KafkaJSSASLAuthenticationError' });
test.each([
  ...['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'GROUP_AUTHORIZATION_FAILED'].map(answered),
  refusedLogin,
])('%s is told at once', async error => {
  const { cluster, coordinator } = await followed();
  cluster.script.set('Heartbeat', [error]);
  await expect(coordinator.heartbeat(member)).rejects.toBe(error);
  expect(asked(cluster, 'Heartbeat')).toEqual([1]);
});

test('so do questions for offsets', async () => {
  const { cluster, coordinator } = await followed();
  cluster.script.set('Heartbeat', [unanswered()]);
  cluster.coordinators = [2, 1];
  await coordinator.heartbeat(member);
  cluster.broker(1).offsetFetch = async () => {
    throw answered('NOT_COORDINATOR_FOR_GROUP');
  };
  expect((await coordinator.offsetFetch({ groupId: 'group', topics: [] })).responses).toEqual([]);
});

test('who was told to end joins nothing any more', async () => {
  const { cluster, ending } = await followed();
  ending.abort();
  await expect(cluster.findGroupCoordinator({ groupId: 'group' })).rejects.toThrow('aborted');
});

test('who joins waits for one as well', async () => {
  const cluster = new FakeCluster();
  const { findBroker } = cluster;
  let away = 2;
  cluster.findBroker = async node => {
    if (away-- > 0) throw unanswered();
    return findBroker(node);
  };
  followCoordinator(cluster, generous, new AbortController().signal);
  expect((await cluster.findGroupCoordinator({ groupId: 'group' })).nodeId).toBe(1);
  expect(away).toBe(-1);
});

test('one that stays away is told once the session is over', async () => {
  const { cluster, coordinator } = await followed({ group: 'group', withinMs: 1_000 });
  cluster.script.set('Heartbeat', Array.from({ length: 50 }, unanswered));
  await expect(coordinator.heartbeat(member)).rejects.toThrow('Closed connection');
  expect(asked(cluster, 'Heartbeat').length).toBeGreaterThan(1);
});

test('who leaves looks no longer, and says so where it is now', async () => {
  const { cluster, ending, coordinator } = await followed();
  cluster.script.set('Heartbeat', [unanswered()]);
  cluster.coordinators = [2, 1];
  await coordinator.heartbeat(member);
  ending.abort();
  cluster.script.set('Heartbeat', [unanswered()]);
  await expect(coordinator.heartbeat(member)).rejects.toThrow('Closed connection');
  await coordinator.leaveGroup({ groupId: 'group', memberId: 'one' });
  expect(asked(cluster, 'LeaveGroup')).toEqual([2]);
});
