/** What must be true of a cluster before lanes start, checked once, with a reason and a fix for each that is not. */
import type { Kafka } from 'kafkajs';
import { openCluster } from './client';
import { checkVersions } from './versions';
import { type Cluster, errorType } from './wire';

/** The world is not as the settings say: what could not be done, why, and which setting to look at. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
  constructor(
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws kafkajs' errors when no broker can be reached or none lets us in. The caller disconnects the cluster. */
export const reachCluster = async (kafka: Kafka): Promise<Cluster> => {
  const cluster = await openCluster(kafka);
  try {
    await cluster.refreshMetadata();
    return cluster;
  } catch (error) {
    await cluster.disconnect().catch(() => {}); // the first error says more
    throw error;
  }
};

export interface TopicsNeeded {
  /** Name of the setting by topic, for the message. All these must have one number of partitions. */
  readonly sources: ReadonlyMap<string, string>;
  /** With as many partitions as the sources: a lane has one of each. Null where nothing is remembered. */
  readonly changelog: readonly [topic: string, setting: string] | null;
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Versions fit, topics are there, source topics and inbox have one number of partitions.
 * @returns Partitions by topic.
 * @throws PreflightError naming every topic that is not right.
 */
export const checkCluster = async (
  cluster: Cluster,
  needed: TopicsNeeded,
  acceptOlder: boolean,
): Promise<ReadonlyMap<string, number>> => {
  checkVersions(cluster, acceptOlder);
  const changelog = needed.changelog === null ? [] : [needed.changelog];
  const partitions = await partitionsOf(cluster, new Map([...needed.sources, ...changelog, ...needed.outputs]));
  const sources = [...needed.sources.keys(), ...changelog.map(([topic]) => topic)];
  if (new Set(sources.map(topic => partitions.get(topic))).size > 1) {
    const each = sources.map(topic => `${topic} has ${partitions.get(topic)}`).join(', ');
    throw new PreflightError(
      `Cannot start as the source topics must have one number of partitions, so that all facts of an order meet in one lane: ${each}`,
      'give the topics named in topics.sources, topics.inbox and topics.state the same number of partitions',
    );
  }
  return partitions;
};

/**
 * @param topics Name of the setting by topic.
 * @returns Partitions by topic.
 * @throws PreflightError naming every topic that does not exist.
 */
export const partitionsOf = async (
  cluster: Cluster,
  topics: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, number>> => {
  const partitions = new Map<string, number>();
  const missing: string[] = [];
  for (const [topic, setting] of topics) {
    const count = await partitionCount(cluster, topic);
    if (count === 0) missing.push(`${topic} (${setting})`);
    else partitions.set(topic, count);
  }
  if (missing.length > 0)
    throw new PreflightError(
      `Cannot go on as ${missing.length === 1 ? 'this topic does' : 'these topics do'} not exist: ${missing.join(', ')}`,
      'create them with "odp-orders topics create", or correct the settings named',
    );
  return partitions;
};

/** 0: there is no such topic. */
export const partitionCount = async (cluster: Cluster, topic: string): Promise<number> => {
  try {
    await cluster.addMultipleTargetTopics([topic]);
  } catch (error) {
    if (errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return 0;
    if (errorType(error) === 'TOPIC_AUTHORIZATION_FAILED')
      throw new PreflightError(
        `Cannot read the description of topic ${topic} as our user may not`,
        'grant it Describe on the topic',
        {
          cause: error,
        },
      );
    throw error;
  }
  return cluster.findTopicPartitionMetadata(topic).length;
};
