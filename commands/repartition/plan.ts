/** Everything that can be known to be wrong with a repartitioning before its first record is read. */
import type { Kafka } from 'kafkajs';
import { groupLag, type PartitionLag } from '../../connectors/kafka/lag';
import { committedOffsets, edgeOffset } from '../../connectors/kafka/offsets';
import { PreflightError } from '../../connectors/kafka/preflight';
import { checkPurpose, type Purpose } from '../../connectors/kafka/repartition/purpose';
import { type ExistingTopic, readTopics } from '../../connectors/kafka/topics';
import type { Cluster } from '../../connectors/kafka/wire';
import { checkRights } from '../rights/check';
import { repartitionGroup, rightsToRepartition } from '../rights/needed';
import type { Settings } from '../settings/schema';
import type { RepartitionOptions } from './command';
import { targetFindings } from './target';

export interface Plan {
  readonly from: string;
  readonly group: string;
  /** Partitions of the topic that is read. */
  readonly lanes: number;
  readonly purpose: Purpose;
  /** By partition, where to stop: where the topic ends now, transactions that are still open included. */
  readonly ends: ReadonlyMap<number, bigint> | undefined;
}

/** @throws PreflightError for what is not as it must be, with the way to repair it. */
export const planOf = async (
  kafka: Kafka,
  cluster: Cluster,
  { from, to, key, append, untilEnd }: RepartitionOptions,
  settings: Settings,
): Promise<Plan> => {
  await checkRights(cluster, rightsToRepartition(settings, { from, to }), settings, `repartition ${from}`);
  const [source, target] = await bothTopics(kafka, from, to);
  const findings = targetFindings(source, target, settings.kafka.record_bytes_max);
  if (findings.length > 0)
    throw new PreflightError(
      `Cannot repartition ${from} into ${to} as that ${findings.map(({ problem }) => problem).join('; and ')}`,
      findings.map(({ fix }) => fix).join('; '),
    );
  const group = repartitionGroup(settings, from);
  const purpose = { to, partitions: target.partitions, key };
  await cluster.addMultipleTargetTopics([from, to]);
  // Before the group's offsets: a process that has just begun commits those first.
  const filled = await holdsRecords(cluster, target);
  const lags = await groupLag(cluster, group, [from]);
  for (const { partition } of lags) {
    const known = await committedOffsets(cluster, group, [from], partition);
    checkPurpose(purpose, known.get(from)?.metadata ?? '', from, group);
  }
  if (filled && !append && lags.every(({ committed }) => committed === null))
    throw new PreflightError(
      `Cannot begin to repartition ${from} into ${to} as that holds records already, and group ${group} has no offsets: if they ` +
        `are those of ${from}, all would be there twice`,
      'name an empty target; or, if what it holds comes from elsewhere, say --append',
    );
  return { from, group, lanes: source.partitions, purpose, ends: untilEnd ? endsOf(lags) : undefined };
};

/** Records (and markers) that the group has not committed, up to where it is to stop, else to where the topic ends. */
export const leftOf = async (cluster: Cluster, { group, from, ends }: Plan): Promise<number> => {
  const lags = await groupLag(cluster, group, [from]);
  return lags.reduce((left, { partition, committed, end }) => {
    const missing = (ends?.get(partition) ?? end) - (committed ?? 0n);
    return left + (missing > 0n ? Number(missing) : 0);
  }, 0);
};

const endsOf = (lags: readonly PartitionLag[]) => new Map(lags.map(({ partition, end }) => [partition, end]));

const bothTopics = async (kafka: Kafka, from: string, to: string): Promise<[ExistingTopic, ExistingTopic]> => {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const topics = await readTopics(admin, [from, to]);
    const [source, target] = [from, to].map(name => topics.find(topic => topic.name === name));
    if (!source) throw new PreflightError(`Cannot read ${from} (--from) as there is no such topic`, 'correct --from');
    if (!target)
      throw new PreflightError(
        `Cannot write to ${to} (--to) as there is no such topic`,
        `kafka-topics.sh --create --topic ${to} --partitions ${source.partitions} --config retention.ms=${source.configs.get('retention.ms') ?? -1}`,
      );
    return [source, target];
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
};

const holdsRecords = async (cluster: Cluster, { name, partitions }: ExistingTopic): Promise<boolean> => {
  for (let partition = 0; partition < partitions; partition++) {
    const earliest = await edgeOffset(cluster, name, partition, 'earliest');
    if (earliest < (await edgeOffset(cluster, name, partition, 'highWatermark'))) return true;
  }
  return false;
};
