/** How kafkajs' pool of brokers connects, where one of them is away. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Cluster, errorType } from './wire';

/**
 * From here on each attempt to enter the cluster is with another of `kafka.brokers`, and a broker that cannot be connected to is an
 * error at once: whoever needs it asks anew who it is. kafkajs tries the same one six times, 1.5 s, where something (a proxy before
 * a broker that is down) takes the connection and closes it.
 */
export const connectByOurselves = ({ brokerPool: pool }: Cluster): void => {
  const enter = async () => {
    if (pool.hasConnectedBrokers()) return;
    for (let attempt = 1, delayMs = 50; ; attempt++, delayMs *= 2) {
      try {
        await pool.createSeedBroker(); // another one, each time
        await pool.seedBroker.connect();
        pool.versions = pool.seedBroker.versions;
        return;
      } catch (error) {
        if (attempt === attemptsMax || (error as { retriable?: boolean }).retriable === false) throw error;
        await wait(delayMs);
      }
    }
  };
  let entering: Promise<void> | undefined;
  pool.connect = () => {
    // One at a time: who tries the next broker closes the connection to the one before.
    entering ??= enter().finally(() => {
      entering = undefined;
    });
    return entering;
  };
  const theirs = pool.connectBroker.bind(pool);
  pool.connectBroker = async broker => {
    if (broker.isConnected()) return;
    try {
      await broker.connect();
    } catch (error) {
      await broker.disconnect();
      if (errorType(error) !== 'ILLEGAL_SASL_STATE') throw error;
      await theirs(broker); // with a connection of its own: kafkajs knows how
    }
  };
};

/** As kafkajs with our `retry`. */
const attemptsMax = 6;
