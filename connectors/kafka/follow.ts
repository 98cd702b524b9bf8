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
  /** For so long one heartbeat looks for its coordinator: a member's session. */
  readonly withinMs: number;
}

/**
 * From here on whom kafkajs takes for the group's coordinator is the one of the moment.
 * @param signal Looks no longer.
 */
export const followCoordinator = (cluster: Cluster, { group, withinMs }: FollowSettings, signal: AbortSignal): void => {
  cluster.findGroupCoordinator = async () => {
    let coordinator: Broker | undefined = await findCoordinator(cluster, { groupId: group });
    const joinedAt = coordinator;
    const heartbeat = async (member: Joined): Promise<void> => {
      for (const end = performance.now() + withinMs; ; await wait(delayMs)) {
        try {
          coordinator ??= await findCoordinator(cluster, { groupId: group });
          return await coordinator.heartbeat(member);
        } catch (error) {
          if (!isElsewhere(error) || signal.aborted || performance.now() > end) throw error;
          coordinator = undefined;
        }
      }
    };
    const followed: GroupBroker = {
      nodeId: joinedAt.nodeId,
      isConnected: () => joinedAt.isConnected(),
      joinGroup: request => joinedAt.joinGroup(request),
      syncGroup: request => joinedAt.syncGroup(request),
      leaveGroup: request => (coordinator ?? joinedAt).leaveGroup(request),
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
