/** Creates and checks the topics of the settings, on the brokers of the settings. */
import { connectKafka } from '../../connectors/kafka/client';
import { reachCluster } from '../../connectors/kafka/preflight';
import { createTopics, readCreated, readTopics, type TopicsPlan, topicFindings } from '../../connectors/kafka/topics';
import { createLogger, kafkaLog } from '../../connectors/log';
import { kafkaConnectionOf, logSettingsOf } from '../connections';
import { Ended, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { checkRights } from '../rights/check';
import { rightsToCheckTopics } from '../rights/needed';
import type { Settings } from '../settings/schema';
import type { TopicsAction, TopicsOptions } from './command';

export const topicsPlanOf = ({ topics, kafka, state }: Settings): TopicsPlan => ({
  topics: [
    ...topics.sources.map(name => ({ name, role: 'source' as const, retentionMs: null })),
    { name: topics.inbox, role: 'inbox', retentionMs: topics.inbox_retention_ms },
    { name: topics.events, role: 'output', retentionMs: topics.events_retention_ms },
    { name: topics.failures, role: 'output', retentionMs: topics.failures_retention_ms },
    ...(state.store === 'none'
      ? []
      : [
          { name: topics.summaries, role: 'output' as const, retentionMs: topics.summaries_retention_ms },
          { name: topics.state, role: 'changelog' as const, retentionMs: null },
        ]),
  ],
  partitions: topics.partitions,
  replicationFactor: topics.replication_factor,
  recordBytesMax: kafka.record_bytes_max,
});

export const topics = async (action: TopicsAction, options: TopicsOptions, settings: Settings): Promise<void> => {
  const plan = topicsPlanOf(settings);
  const names = plan.topics.map(({ name }) => name);
  const logger = createLogger(logSettingsOf(settings));
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(logger));
  const admin = kafka.admin();
  const doing = action === 'create' ? 'create and check topics' : 'check topics';
  let created: readonly string[] = [];
  try {
    const cluster = await reachCluster(kafka);
    // What is hidden from us would be told as missing.
    await checkRights(cluster, rightsToCheckTopics(settings), settings, doing).finally(() => cluster.disconnect());
    await admin.connect();
    let existing = await readTopics(admin, names);
    if (action === 'create') {
      created = await createTopics(admin, plan, existing);
      if (created.length > 0) existing = await readCreated(admin, names);
    }
    const problems = topicFindings(plan, existing);
    report(options, created, existing, problems);
    if (problems.length > 0) throw new Ended(exitCodes.found);
  } catch (error) {
    throw explainKafka(error, settings, doing);
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
};

const report = (
  { json }: TopicsOptions,
  created: readonly string[],
  existing: Awaited<ReturnType<typeof readTopics>>,
  problems: ReturnType<typeof topicFindings>,
) => {
  if (json) {
    const topics = existing.map(({ name, partitions, replicationFactor, configs }) => ({
      name,
      partitions,
      replication_factor: replicationFactor,
      configs: Object.fromEntries(configs),
    }));
    process.stdout.write(`${JSON.stringify({ created, topics, problems })}\n`);
    return;
  }
  for (const { name, partitions } of existing)
    process.stdout.write(`${created.includes(name) ? 'created' : 'found'} ${name}: ${partitions} partitions\n`);
  for (const { topic, problem, fix } of problems) process.stdout.write(`problem ${topic} ${problem}: ${fix}\n`);
};
