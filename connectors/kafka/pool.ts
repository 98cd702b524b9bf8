/** How kafkajs' pool of brokers connects, where one of them is away. */
import { setTimeout as wait } from 'node:timers/promises';
import { type BrokerPool, type Cluster, errorType } from './wire';

/**
 * From here on each attempt to enter the cluster is with another of `kafka.brokers`, and a broker that cannot be connected to is an
 * error at once: whoever needs it asks anew who it is. kafkajs tries the same one six times, 1.5 s, where something (a proxy before
 * a broker that is down) takes the connection and closes it.
 */
export const connectByOurselves = ({ brokerPool: pool }: Cluster): void => {
  const enter = async () => {
    if (pool.hasConnectedBrokers()) return;
    const tried = new Set<string>();
    for (let attempt = 1, delayMs = 50; ; attempt++, delayMs *= 2) {
      try {
        await another(pool, tried);
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
      // Who waited in vain for the attempt of another does not end that.
      if ((error as Error).name !== 'KafkaJSLockTimeout') await broker.disconnect();
      if (errorType(error) !== 'ILLEGAL_SASL_STATE') throw error;
      await theirs(broker); // with a connection of its own: kafkajs knows how
    }
  };
};

/** The next of `kafka.brokers` that was not tried, as all clusters of a process take turns; once all were, any. */
const another = async (pool: BrokerPool, tried: Set<string>): Promise<void> => {
  for (let turn = 0; turn < turnsMax; turn++) {
    await pool.createSeedBroker();
    const { host, port } = pool.seedBroker.connectionPool;
    if (tried.has(`${host}:${port}`)) continue;
    tried.add(`${host}:${port}`);
    return;
  }
  tried.clear();
};
const turnsMax = 8;

/** As kafkajs with our `retry`. */
const attemptsMax = 6;
