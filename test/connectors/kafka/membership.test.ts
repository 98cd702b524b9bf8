/** What a member does when kafkajs gives up, or falls silent: it joins again, with a consumer of its own. */
import type { Kafka } from 'kafkajs';
import { joinGroup } from '../../../connectors/kafka/membership';
import { answered, FakeCluster } from './fake';
import { until } from './scene';

const settings = { group: 'group', sessionTimeoutMs: 20, heartbeatIntervalMs: 5, rebalanceTimeoutMs: 20 };

/** How the next one after the first connects; at once where nothing is said. */
let connects: (() => Promise<void>)[] = [];
beforeEach(() => {
  connects = [];
});

/** One that says what the test lets it say. */
class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat', CRASH: 'crash' };
  private readonly listeners = new Map<string, (event: object) => void>();
  running = false;
  ended = false;
  on = (name: string, listen: (event: object) => void) => this.listeners.set(name, listen);
  pause = () => {};
  subscribe = async () => {};
  connect = async () => connects.shift()?.();
  run = async () => {
    this.running = true;
  };
  disconnect = async () => {
    this.ended = true;
  };
  joins = (...lanes: number[]) =>
    this.listeners.get('join')?.({ payload: { memberAssignment: { orders: lanes, inbox: lanes } } });
  beats = (groupGenerationId = 1) => this.listeners.get('heartbeat')?.({ payload: { groupGenerationId } });
  crashes = (error: Error, restart = false) => this.listeners.get('crash')?.({ payload: { error, restart } });
}

const member = () => {
  const consumers: FakeConsumer[] = [];
  const kafka = {
    consumer: ({ partitionAssigners: [assigner] }: { partitionAssigners: ((config: object) => unknown)[] }) => {
      assigner?.({ cluster: new FakeCluster() });
      const consumer = new FakeConsumer();
      consumers.push(consumer);
      return consumer;
    },
  };
  const assigned: (readonly number[])[] = [];
  const lost: Error[] = [];
  const joining = joinGroup(kafka as unknown as Kafka, settings, ['orders', 'inbox'], 4, {
    assigned: lanes => assigned.push(lanes),
    lost: error => lost.push(error),
  });
  joining.catch(() => {});
  const nth = async (number: number) => {
    await until(() => consumers[number]?.running === true);
    return consumers[number] as FakeConsumer;
  };
  return { consumers, assigned, lost, joining, nth };
};

const joinedMember = async () => {
  const all = member();
  const first = await all.nth(0);
  first.joins(0, 1);
  const membership = await all.joining;
  return { ...all, first, membership };
};

const noCoordinator = Object.assign(new Error('Failed to find group coordinator'), {
  name: 'KafkaJSGroupCoordinatorNotFound',
});

test('where kafkajs gives up after it had joined, another consumer joins, and the first one counts no more', async () => {
  const { first, nth, assigned, lost, membership } = await joinedMember();
  first.crashes(noCoordinator);
  const second = await nth(1);
  expect(first.ended).toBe(true);
  second.joins(1, 2);
  first.joins(3);
  expect(assigned).toEqual([
    [0, 1],
    [1, 2],
  ]);
  first.crashes(noCoordinator);
  const confirmed = membership.confirmed(1, new AbortController().signal);
  first.beats();
  second.beats();
  expect(await confirmed).toBe(true);
  expect(lost).toEqual([]);
  await membership.leave();
  expect(second.ended).toBe(true);
});

test('where nothing is heard of the group, another consumer joins; a heartbeat is enough to be heard', async () => {
  const { first, nth, consumers, membership } = await joinedMember();
  for (let beat = 0; beat < 30; beat++) {
    await new Promise(resolve => setTimeout(resolve, 5));
    first.beats();
  }
  expect(consumers).toHaveLength(1);
  (await nth(1)).joins(0);
  await membership.leave();
});

test('one that connects for so long that another takes its place counts no more, however it ends', async () => {
  const { first, nth, consumers, lost, membership } = await joinedMember();
  let fail = (_: Error) => {};
  connects.push(() => new Promise((_, reject) => (fail = reject)));
  first.crashes(noCoordinator);
  const third = await nth(2);
  fail(new Error('Connection timeout'));
  third.joins(0);
  for (let beat = 0; beat < 140; beat++) {
    await new Promise(resolve => setTimeout(resolve, 5));
    third.beats();
  }
  expect([consumers.length, consumers[1]?.ended, third.ended, lost]).toEqual([3, true, false, []]);
  await membership.leave();
});

test('what kafkajs mends by itself is left to it', async () => {
  const { first, consumers, lost, membership } = await joinedMember();
  first.crashes(noCoordinator, true);
  expect([consumers.length, first.ended, lost]).toEqual([1, false, []]);
  await membership.leave();
});

test('a refusal ends it', async () => {
  const { first, consumers, lost, membership } = await joinedMember();
  const refusal = answered('GROUP_AUTHORIZATION_FAILED');
  first.crashes(refusal);
  expect([consumers.length, lost]).toEqual([1, [refusal]]);
  await membership.leave();
});

test('before it has joined, an error is the caller’s', async () => {
  const { nth, joining } = member();
  (await nth(0)).crashes(noCoordinator);
  await expect(joining).rejects.toThrow('Failed to find group coordinator');
});

test('who has left does not join again', async () => {
  const { first, consumers, membership } = await joinedMember();
  first.crashes(noCoordinator);
  await membership.leave();
  await new Promise(resolve => setTimeout(resolve, 700));
  expect(consumers).toHaveLength(1);
});
