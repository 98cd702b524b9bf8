/**
 * Heartbeats that follow their coordinator. kafkajs sends them to the broker it joined at, for as long as that is away, and where
 * that answers at last that it is none, it joins anew: a rebalance for nothing, most often of strangers, as all sessions are over by
 * then. Here they go to whoever took over, as those of Kafka's own clients do: the generation stays, and so do the lanes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { findCoordinator } from './find-coordinator';
import { type Broker, type Cluster, errorType, type GroupBroker, type Joined } from './wire';

export interface FollowSettings {
  readonly group: string;
  /** For so long joining, or a heartbeat, looks for the coordinator: a member's session. */
  readonly withinMs: number;
}

/**
 * From here on whom kafkajs takes for the group's coordinator is the one of the moment.
 * @param signal Looks no longer.
 */
export const followCoordinator = (cluster: Cluster, { group, withinMs }: FollowSettings, signal: AbortSignal): void => {
  const find = () => findCoordinator(cluster, { groupId: group });
  /** Until it finds somebody who answers for the group. */
  const looking = async <T>(act: () => Promise<T>): Promise<T> => {
    for (const end = performance.now() + withinMs; ; await wait(delayMs)) {
      try {
        return await act();
      } catch (error) {
        if (!isElsewhere(error) || signal.aborted || performance.now() > end) throw error;
      }
    }
  };
  cluster.findGroupCoordinator = async () => {
    const joinedAt = await looking(find);
    let coordinator: Broker | undefined = joinedAt;
    const heartbeat = (member: Joined): Promise<void> =>
      looking(async () => {
        coordinator ??= await find();
        try {
          return await coordinator.heartbeat(member);
        } catch (error) {
          if (isElsewhere(error)) coordinator = undefined;
          throw error;
        }
      });
    const followed: GroupBroker = {
      nodeId: joinedAt.nodeId,
      isConnected: () => joinedAt.isConnected(),
      joinGroup: request => joinedAt.joinGroup(request),
      syncGroup: request => joinedAt.syncGroup(request),
      leaveGroup: async request => (coordinator ?? (await find())).leaveGroup(request),
      heartbeat,
      offsetFetch: request => joinedAt.offsetFetch(request),
    };
    return followed as Broker; // kafkajs asks no more of it
  };
};

/** Or nobody answered. That a member has to join again, or is unknown, is kafkajs' matter. */
const isElsewhere = (error: unknown): boolean => {
  const type = errorType(error);
  return type === undefined || movedErrors.has(type);
};
const movedErrors = new Set(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'GROUP_LOAD_IN_PROGRESS']);

const delayMs = 100;
