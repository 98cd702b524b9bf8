/**
 * The one place that makes kafkajs clients. kafkajs keeps connections, authentication, metadata and group membership;
 * reading and writing records is ours (fetch.ts, transaction.ts). The version is pinned: we use its `Cluster` and `Broker`.
 */
import { Kafka, type KafkaConfig, type logCreator, logLevel } from 'kafkajs';
import { version } from 'kafkajs/package.json';
import { findByOurselves } from './find-coordinator';
import { mendKafkajs } from './mend';
import { connectByOurselves } from './pool';
import type { KafkaConnection } from './settings';
import type { Cluster } from './wire';

const pinned = '2.2.4';

/**
 * @param createLog Where kafkajs' own lines go.
 * @throws Error when the installed kafkajs is not the one these connectors were proven with.
 */
export const connectKafka = (connection: KafkaConnection, createLog: logCreator): Kafka => {
  if (version !== pinned)
    throw new Error(
      `Cannot use kafkajs ${version} as lanes and transactions are proven with ${pinned} only: install exactly that`,
    );
  mendKafkajs();
  // Whoever enters the cluster does so by the next one: kafkajs begins with the first each time, also while that is away.
  let turn = 0;
  const { brokers } = connection;
  return new Kafka({
    brokers: () => [brokers[turn++ % brokers.length] ?? ''],
    clientId: connection.clientId,
    connectionTimeout: connection.connectionTimeoutMs,
    authenticationTimeout: connection.connectionTimeoutMs,
    requestTimeout: connection.requestTimeoutMs,
    retry: { initialRetryTime: 50, maxRetryTime: 2_000, retries: 5 },
    logLevel: logLevel.DEBUG,
    logCreator: createLog,
    ...security(connection),
  });
};

const security = ({ tls, sasl }: KafkaConnection): Partial<KafkaConfig> => ({
  ...(tls && {
    ssl: {
      rejectUnauthorized: tls.rejectUnauthorized,
      ...(tls.ca && { ca: tls.ca }),
      ...(tls.cert && { cert: tls.cert }),
      ...(tls.key && { key: tls.key }),
      ...(tls.passphrase && { passphrase: tls.passphrase }),
      ...(tls.serverName && { servername: tls.serverName }),
    },
  }),
  // kafkajs types the mechanisms as a union of literals with the same shape.
  ...(sasl && { sasl: sasl as NonNullable<KafkaConfig['sasl']> }),
});

/**
 * A connected cluster of its own, without joining a group: the public way to one is the assigner's configuration.
 * The caller disconnects it.
 */
export const openCluster = async (kafka: Kafka): Promise<Cluster> => {
  let cluster: Cluster | undefined;
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 3 },
    partitionAssigners: [
      config => {
        cluster = config.cluster as unknown as Cluster;
        findByOurselves(cluster);
        connectByOurselves(cluster);
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  if (!cluster) throw new Error('Cannot open a cluster as kafkajs did not hand one to the assigner');
  try {
    await cluster.connect();
  } catch (error) {
    await cluster.disconnect().catch(() => {}); // a refused login leaves its connection open
    throw error;
  }
  return cluster;
};
