/**
 * Finds coordinators where a broker is away: kafkajs asks a broker by lot, also one that is away, and gives up where that does not
 * answer.
 */
import { type Retry, retrying } from './retry';
import { type Broker, type Cluster, type CoordinatorKey, groupCoordinator } from './wire';

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
    const asked = await cluster.brokerPool.findConnectedBroker();
    const { coordinator } = await asked.findGroupCoordinator({ groupId, coordinatorType });
    return cluster.findBroker(coordinator).catch(error => {
      if (error.name !== 'KafkaJSBrokerNotFound') throw error;
      return cluster.findBroker(coordinator); // in metadata that are new now
    });
  });

/** A topic of coordinators is being made, or its leader moves. */
const notYet: Retry = {
  types: new Set(['GROUP_COORDINATOR_NOT_AVAILABLE']),
  firstDelayMs: 20,
  delayMaxMs: 250,
  totalMaxMs: 10_000,
};
