/**
 * A group's coordinator that is always the one of the moment. kafkajs sends heartbeats to the broker it joined at, for as long as that is
 * away, and where that answers at last that it is none, it joins anew: a rebalance for nothing, most often of strangers, as all
 * sessions are over by then. Here they go to whoever took over, as those of Kafka's own clients do: the generation stays, and so do
 * the lanes.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { findCoordinator } from './find-coordinator';
import { within } from './retry';
import { type Broker, type Cluster, errorType, type GroupBroker, isFatal } from './wire';

export interface FollowSettings {
  readonly group: string;
  /** For so long joining, or a heartbeat, looks for the coordinator: a member's session. One that is silent has a third of it. */
  readonly withinMs: number;
}

/**
 * From here on whom kafkajs takes for the group's coordinator is the one of the moment.
 * @param signal Looks no longer, and joins nothing any more.
 */
export const followCoordinator = (cluster: Cluster, { group, withinMs }: FollowSettings, signal: AbortSignal): void => {
  const find = () => findCoordinator(cluster, { groupId: group });
  /** Until it finds somebody who answers for the group. */
  const looking = async <T>(act: () => Promise<T>): Promise<T> => {
    for (const end = performance.now() + withinMs; ; await wait(delayMs)) {
      try {
        return await act();
      } catch (error) {
        if (isAnswer(error) || signal.aborted || performance.now() > end) throw error;
      }
    }
  };
  cluster.findGroupCoordinator = async () => {
    signal.throwIfAborted(); // no error of Kafka: kafkajs then tries no more
    const joinedAt = await looking(find);
    let coordinator = joinedAt;
    let lost = false;
    const ask = <T>(act: (coordinator: Broker) => Promise<T>): Promise<T> =>
      looking(async () => {
        if (lost) coordinator = await find();
        lost = false;
        try {
          return await within(withinMs / 3, act(coordinator));
        } catch (error) {
          lost = !isAnswer(error);
          throw error;
        }
      });
    const followed: GroupBroker = {
      nodeId: joinedAt.nodeId,
      isConnected: () => joinedAt.isConnected(),
      joinGroup: request => joinedAt.joinGroup(request),
      syncGroup: request => joinedAt.syncGroup(request),
      leaveGroup: request => coordinator.leaveGroup(request),
      heartbeat: member => ask(one => one.heartbeat(member)),
      offsetFetch: request => ask(one => one.offsetFetch(request)),
    };
    return followed as Broker; // kafkajs asks no more of it
  };
};

/** Of a coordinator, and final: what follows from it is kafkajs' matter. Anything else says that it is another, or nobody. */
const isAnswer = (error: unknown): boolean =>
  answers.has(errorType(error) ?? '') ||
  isFatal(error) ||
  (error as Error | undefined)?.name === 'KafkaJSSASLAuthenticationError';
const answers = new Set(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']);

const delayMs = 100;
