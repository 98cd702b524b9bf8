/**
 * Finds coordinators where a broker is away, or silent: kafkajs asks one by lot, gives up where it cannot be reached, and waits for
 * one that was frozen until the request times out.
 */
import { type Retry, retrying, within } from './retry';
import { type Broker, type Cluster, type CoordinatorKey, errorType, groupCoordinator } from './wire';

/** From here on the cluster finds its coordinators in this way, for us and for kafkajs. */
export const findByOurselves = (cluster: Cluster): void => {
  cluster.findGroupCoordinator = key => findCoordinator(cluster, key);
};

/** @returns Connected. */
export const findCoordinator = (
  cluster: Cluster,
  { groupId, coordinatorType = groupCoordinator }: CoordinatorKey,
): Promise<Broker> =>
  retrying(notYet, async () => {
    const { coordinator } = await askAny(cluster, broker =>
      within(answerWithinMs, broker.findGroupCoordinator({ groupId, coordinatorType })),
    );
    return cluster.findBroker(coordinator).catch(error => {
      if (error.name !== 'KafkaJSBrokerNotFound') throw error;
      return cluster.findBroker(coordinator); // in metadata that are new now
    });
  });

/** First one that is connected, then the others, until one answers. */
const askAny = async <T>(cluster: Cluster, ask: (broker: Broker) => Promise<T>): Promise<T> => {
  const { brokerPool: pool } = cluster;
  const first = await pool.findConnectedBroker();
  try {
    return await ask(first);
  } catch (error) {
    if (errorType(error) !== undefined) throw error;
    for (const nodeId of pool.getNodeIds()) {
      if (Number(nodeId) === first.nodeId) continue;
      try {
        return await ask(await cluster.findBroker({ nodeId }));
      } catch (another) {
        if (errorType(another) !== undefined) throw another;
      }
    }
    throw error;
  }
};

/** A broker knows it at once; a busy machine is given time. */
const answerWithinMs = 5_000;

/** A topic of coordinators is being made, or its leader moves. */
const notYet: Retry = {
  types: new Set(['GROUP_COORDINATOR_NOT_AVAILABLE']),
  firstDelayMs: 20,
  delayMaxMs: 250,
  totalMaxMs: 10_000,
};
