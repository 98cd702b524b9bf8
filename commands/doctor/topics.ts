/** Topics and rights: there, shaped alike, and open to our user as far as descriptions tell. */
import type { Kafka } from 'kafkajs';
import { isTransactionalIdShown, mayReadGroup, type TopicRights, topicRights } from '../../connectors/kafka/rights';
import { readTopics, topicFindings } from '../../connectors/kafka/topics';
import { type Cluster, errorType } from '../../connectors/kafka/wire';
import { topicsNeeded } from '../run/settings';
import type { Settings } from '../settings/schema';
import { topicsPlanOf } from '../topics/topics';
import { type Check, ok, problem, unchecked } from './check';

/** A line a topic that is in order, one for each thing that is not. */
export const topicChecks = async (
  kafka: Kafka,
  settings: Settings,
  rights: ReadonlyMap<string, TopicRights>,
): Promise<readonly Check[]> => {
  const plan = topicsPlanOf(settings);
  const names = plan.topics.map(({ name }) => name);
  const admin = kafka.admin();
  try {
    await admin.connect();
    const existing = await readTopics(admin, names);
    const findings = topicFindings(plan, existing);
    return names.flatMap(name => {
      const about = `topic ${name}`;
      if (rights.get(name) === 'hidden') return [unchecked(about, 'our user may not see it')];
      const found = findings.filter(({ topic }) => topic === name);
      if (found.length > 0) return found.map(({ problem: text, fix }) => problem(about, text, fix));
      const topic = existing.find(one => one.name === name);
      return [ok(about, `${topic?.partitions} partitions, ${topic?.replicationFactor} copies`)];
    });
  } catch (error) {
    if (errorType(error) !== 'TOPIC_AUTHORIZATION_FAILED') throw error;
    return [unchecked('topics', 'our user may not read their settings (DescribeConfigs)')];
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
};

/** What our user lacks, a line each; or one that nothing is lacking. And what nobody can tell. */
export const rightsChecks = async (
  cluster: Cluster,
  settings: Settings,
  rights: ReadonlyMap<string, TopicRights>,
): Promise<readonly Check[]> => {
  const { sources, outputs, changelog } = topicsNeeded(settings);
  const state = new Map(changelog === null ? [] : [changelog]);
  const { group } = settings.kafka;
  const lacking: Check[] = [];
  const lacks = (what: string, operation: string) =>
    lacking.push(problem('rights', `our user may not ${operation} ${what}`, `grant it ${operation} on ${what}`));
  for (const [topics, operation] of [
    [sources, 'read'],
    [state, 'read'],
    [state, 'write'],
    [outputs, 'write'],
  ] as const)
    for (const topic of topics.keys()) {
      const granted = rights.get(topic);
      if (granted === 'hidden' || (granted instanceof Set && !granted.has(operation)))
        lacks(`topic ${topic}`, operation);
    }
  if (!(await mayReadGroup(cluster, group))) lacks(`group ${group}`, 'read');
  const transactions = `transactional ids ${group}-…`;
  const shown = await isTransactionalIdShown(cluster, `${group}-0`);
  if (!shown) lacks(transactions, 'write');
  return [
    ...(lacking.length > 0
      ? lacking
      : [ok('rights', `read on the sources and on group ${group}, write on the outputs`)]),
    ...(shown ? [unchecked('rights', `whether our user may write as ${transactions} shows only in writing`)] : []),
  ];
};

/** By topic of the settings. */
export const rightsOf = (cluster: Cluster, settings: Settings) => {
  const { sources, outputs, changelog } = topicsNeeded(settings);
  const state = changelog === null ? [] : [changelog[0]];
  return topicRights(cluster, [...sources.keys(), ...state, ...outputs.keys()]);
};
