/**
 * Membership of the consumer group, and nothing else: kafkajs joins, heartbeats and rejoins; it never fetches, as all its
 * partitions are paused before the first fetch. Lanes read by themselves (lane.ts). Where kafkajs gives up, or falls silent,
 * another of its consumers takes its place.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type Assigner, AssignerProtocol, type Consumer, type Kafka } from 'kafkajs';
import { assignLanes, type Claim } from './assign';
import { followCoordinator } from './follow';
import { connectByOurselves } from './pool';
import type { GroupSettings } from './settings';
import { type Cluster, isFatal } from './wire';

export interface Membership {
  /**
   * Waits for a heartbeat that succeeds in the current generation.
   * @returns Whether the lane is still ours; false as soon as the signal is aborted.
   */
  confirmed(lane: number, signal: AbortSignal): Promise<boolean>;
  leave(): Promise<void>;
}

export interface MembershipEvents {
  /** Called with all lanes that are ours, at every rebalance: stop the others, leave the running ones, start the new. */
  assigned(lanes: readonly number[]): void;
  /** For minutes it could not join again, or may not, or the topics are not what we started with: the process must end. */
  lost(error: Error): void;
}

/**
 * Joins the group over `topics`, which all have `laneCount` partitions. Resolves once the first assignment is known,
 * however long the group's coordinator takes.
 */
export const joinGroup = async (
  kafka: Kafka,
  settings: GroupSettings,
  topics: readonly string[],
  laneCount: number,
  events: MembershipEvents,
): Promise<Membership> => {
  let held: readonly number[] = [];
  let heldAt = 0;
  let generation = -1;
  let waiting: (() => void)[] = [];
  const wake = () => {
    for (const resume of waiting) resume();
    waiting = [];
  };

  let cluster: Cluster | undefined;
  let joined: (error?: Error) => void = () => {};
  const firstJoin = new Promise<void>((resolve, reject) => {
    joined = error => (error ? reject(error) : resolve());
  });
  firstJoin.catch(() => {}); // awaited below, unless something else fails before
  const lost = (error: Error) => {
    joined(error);
    events.lost(error);
  };

  let hasJoined = false;
  let left = false;
  let consumer: Consumer | undefined;
  /** Of this consumer: it looks for its coordinator no longer. */
  let ending = new AbortController();
  /** For how long nothing was heard of the group, by the ticks of our clock: while a process is frozen it has none. */
  let silentMs = 0;
  let heardAt = performance.now();
  const heard = () => {
    silentMs = 0;
    heardAt = performance.now();
  };

  const { group } = settings;
  const silentMaxMs = 2 * (settings.sessionTimeoutMs + settings.rebalanceTimeoutMs);
  const begin = async (): Promise<Consumer> => {
    ending = new AbortController();
    const own = kafka.consumer({
      groupId: group,
      sessionTimeout: settings.sessionTimeoutMs,
      heartbeatInterval: settings.heartbeatIntervalMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: Math.min(250, settings.heartbeatIntervalMs),
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 10 },
      partitionAssigners: [
        config => {
          cluster = config.cluster as unknown as Cluster;
          connectByOurselves(cluster);
          followCoordinator(cluster, { group, withinMs: settings.sessionTimeoutMs }, ending.signal);
          return laneAssigner(laneCount, () => ({ lanes: held, at: heldAt }));
        },
      ],
    });
    consumer = own;
    silentMs = 0;
    own.on(own.events.GROUP_JOIN, ({ payload }) => {
      own.pause(topics.map(topic => ({ topic })));
      if (consumer !== own) return;
      heard();
      const lanes = new Set(Object.values(payload.memberAssignment).flat());
      held = [...lanes].sort((a, b) => a - b);
      heldAt = Date.now();
      generation = -1; // until a heartbeat says that this generation stands
      const grown = topics.find(topic => (cluster?.findTopicPartitionMetadata(topic).length ?? 0) > laneCount);
      if (grown !== undefined) lost(new TopicGrown(grown, laneCount));
      hasJoined = true;
      events.assigned(held);
      joined();
      wake();
    });
    own.on(own.events.HEARTBEAT, ({ payload }) => {
      if (consumer !== own) return;
      heard();
      generation = payload.groupGenerationId;
      wake();
    });
    own.on(own.events.CRASH, ({ payload: { error, restart } }) => {
      if (restart || consumer !== own) return;
      if (hasJoined && !isFatal(error)) void rejoin(error);
      else lost(error);
    });
    await own.connect();
    await own.subscribe({ topics: [...topics] });
    // Never called: everything is paused.
    await own.run({ autoCommit: false, eachBatch: async () => {} });
    return own;
  };

  /**
   * With a consumer of its own: kafkajs gives up where no coordinator is found for a while, and has been seen to wait for ever
   * where connections came and went. What the old one is still about counts no more; it joins nothing once it was told to end.
   * So does what an earlier call of this is still about: one that connects for so long that it counts as silent goes on no more.
   */
  let turns = 0;
  const rejoin = async (why: Error): Promise<void> => {
    const turn = ++turns;
    const goesOn = () => !left && turn === turns;
    let error = why;
    while (goesOn() && performance.now() < heardAt + silentMaxMs + rejoinWithinMs) {
      const old = consumer;
      consumer = undefined;
      generation = -1;
      ending.abort();
      old?.disconnect().catch(() => {}); // not awaited: it may be what hangs
      await wait(rejoinDelayMs);
      if (!goesOn()) return;
      try {
        const own = await begin();
        if (left) await own.disconnect();
        return;
      } catch (again) {
        error = again as Error;
        if (isFatal(error)) break;
      }
    }
    if (goesOn()) lost(error);
  };

  const clock = setInterval(() => {
    silentMs += settings.heartbeatIntervalMs;
    if (silentMs < silentMaxMs || !hasJoined || consumer === undefined) return;
    void rejoin(new Error(`nothing was heard of it for ${silentMaxMs} ms`));
  }, settings.heartbeatIntervalMs);
  clock.unref();

  try {
    await begin();
    await firstJoin; // `run` returns before it when the coordinator is not there yet
  } catch (error) {
    clearInterval(clock);
    await consumer?.disconnect().catch(() => {}); // the first error says more
    throw error;
  }

  return {
    async confirmed(lane, signal) {
      // Only a heartbeat from now on counts: the last one may have been before we were evicted.
      generation = -1;
      const ours = () => !left && !signal.aborted && held.includes(lane);
      signal.addEventListener('abort', wake);
      while (ours() && generation < 0) await new Promise<void>(resolve => waiting.push(resolve));
      signal.removeEventListener('abort', wake);
      return ours();
    },
    async leave() {
      left = true;
      ending.abort();
      clearInterval(clock);
      wake();
      await consumer?.disconnect();
    },
  };
};

const rejoinWithinMs = 180_000;
const rejoinDelayMs = 500;

/** Nobody would read the new partitions, and keys have moved between the old ones. */
class TopicGrown extends Error {
  override readonly name = 'TopicGrown';
  constructor(topic: string, laneCount: number) {
    super(
      `Cannot go on reading ${topic} as it has more partitions than the ${laneCount} it had at the start: give the other ` +
        'source topics and the inbox as many, and start again',
    );
  }
}

const assignerName = 'odp-order-lanes';
const assignerVersion = 1;

/** Adapts `assignLanes` to kafkajs: claims travel as user data of the member's metadata. */
const laneAssigner = (laneCount: number, claim: () => Omit<Claim, 'memberId'>): Assigner => ({
  name: assignerName,
  version: assignerVersion,
  protocol: ({ topics }) => ({
    name: assignerName,
    metadata: AssignerProtocol.MemberMetadata.encode({
      version: assignerVersion,
      topics,
      userData: Buffer.from(JSON.stringify(claim())),
    }),
  }),
  assign: async ({ members, topics }) => {
    const claims = members.map(({ memberId, memberMetadata }) => ({ memberId, ...readClaim(memberMetadata) }));
    const lanes = assignLanes(claims, laneCount);
    return members.map(({ memberId }) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: assignerVersion,
        assignment: Object.fromEntries(topics.map(topic => [topic, lanes.get(memberId) ?? []])),
        userData: Buffer.alloc(0),
      }),
    }));
  },
});

/** A member whose claim cannot be read (another version of this program) claims nothing. */
const readClaim = (metadata: Buffer): Omit<Claim, 'memberId'> => {
  try {
    const { userData } = AssignerProtocol.MemberMetadata.decode(metadata) ?? {};
    const { lanes, at } = JSON.parse(String(userData)) as Partial<Claim>;
    if (Array.isArray(lanes) && typeof at === 'number') return { lanes, at };
  } catch {
    // Unreadable: claims nothing.
  }
  return { lanes: [], at: 0 };
};
