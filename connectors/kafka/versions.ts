/** The API versions we send against those the broker takes: a future break becomes a clear message at start. */
import type { ApiVersions, Cluster } from './wire';

/** Protocol APIs the connectors use: the highest version that kafkajs 2.2.4, or we where we send ourselves, know. */
export const apisUsed: readonly {
  readonly key: number;
  readonly name: string;
  readonly min: number;
  readonly max: number;
}[] = [
  { key: 0, name: 'Produce', min: 7, max: 7 },
  { key: 1, name: 'Fetch', min: 11, max: 11 },
  { key: 2, name: 'ListOffsets', min: 0, max: 3 },
  { key: 3, name: 'Metadata', min: 0, max: 6 },
  { key: 9, name: 'OffsetFetch', min: 1, max: 4 },
  { key: 10, name: 'FindCoordinator', min: 0, max: 2 },
  { key: 11, name: 'JoinGroup', min: 0, max: 5 },
  { key: 12, name: 'Heartbeat', min: 0, max: 3 },
  { key: 13, name: 'LeaveGroup', min: 0, max: 3 },
  { key: 14, name: 'SyncGroup', min: 0, max: 3 },
  { key: 22, name: 'InitProducerId', min: 0, max: 1 },
  { key: 24, name: 'AddPartitionsToTxn', min: 0, max: 1 },
  { key: 25, name: 'AddOffsetsToTxn', min: 0, max: 1 },
  { key: 26, name: 'EndTxn', min: 0, max: 1 },
  { key: 28, name: 'TxnOffsetCommit', min: 0, max: 1 },
  { key: 65, name: 'DescribeTransactions', min: 0, max: 0 },
];

/** One line per API that cannot be used; empty when all is well. */
export const versionProblems = (broker: ApiVersions): string[] =>
  apisUsed.flatMap(({ key, name, min, max }) => {
    const range = broker[key];
    if (!range) return [`${name}: the broker does not offer it`];
    if (range.minVersion > max)
      return [`${name}: we send version ${max}, the broker takes ${range.minVersion} and newer`];
    if (range.maxVersion < min) return [`${name}: we need version ${min}, the broker takes up to ${range.maxVersion}`];
    return [];
  });

/** Kafka 4.0 took the Fetch versions below 4 away (KIP-896): the surest sign of it in an ApiVersions answer. */
export const isAtLeastKafka4 = (broker: ApiVersions): boolean => (broker[1]?.minVersion ?? 0) >= 4;

/**
 * @param acceptOlder The setting kafka.accept_older.
 * @throws Error naming every API that does not fit, or the broker's age.
 */
export const checkVersions = (cluster: Cluster, acceptOlder: boolean): void => {
  const versions = cluster.brokerPool.versions ?? {};
  const problems = versionProblems(versions);
  if (problems.length > 0)
    throw new Error(
      `Cannot work with this Kafka cluster as its API versions do not fit:\n  ${problems.join('\n  ')}\nUse brokers from 4.0 on, and a release of odp-orders that knows them`,
    );
  if (!isAtLeastKafka4(versions) && !acceptOlder)
    throw new Error(
      'Cannot promise exactly once on this Kafka cluster as its brokers are older than 4.0. Upgrade them, or set kafka.accept_older: true to go on without the promise',
    );
};
