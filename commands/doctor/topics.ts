/** Topics and rights: there, shaped alike, and open to our user. */
import type { Kafka } from 'kafkajs';
import { type TopicRights, topicRights } from '../../connectors/kafka/rights/ask';
import { lackingRights } from '../../connectors/kafka/rights/lacking';
import { rightText } from '../../connectors/kafka/rights/right';
import { type ExistingTopic, readTopics, type TopicsPlan, topicFindings } from '../../connectors/kafka/topics';
import { type Cluster, errorType } from '../../connectors/kafka/wire';
import { grantLine } from '../rights/grant';
import { rightsToRun } from '../rights/needed';
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
    const findings = topicFindings(comparable(plan, existing), existing);
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
    return [
      unchecked(
        'topics',
        'our user may not read their settings (DescribeConfigs); `odp-orders doctor --acls` prints how that is granted',
      ),
    ];
  } finally {
    await admin.disconnect().catch(() => {}); // the first error says more
  }
};

/** Where no source can be seen, how many partitions they have is not known: what is there is held against the inbox. */
const comparable = (plan: TopicsPlan, existing: readonly ExistingTopic[]): TopicsPlan => {
  const inbox = existing.find(({ name }) => plan.topics.some(one => one.role === 'inbox' && one.name === name));
  return { ...plan, partitions: inbox?.partitions ?? plan.partitions };
};

/** What our user lacks, a line each; or one that nothing is lacking. */
export const rightsChecks = async (cluster: Cluster, settings: Settings): Promise<readonly Check[]> => {
  const needed = rightsToRun(settings);
  const lacking = await lackingRights(cluster, needed);
  if (lacking.length === 0) return [ok('rights', `all ${needed.length} that a run needs`)];
  return lacking.map(right => problem('rights', `our user lacks ${rightText(right)}`, grantLine(right, settings)));
};

/** By topic of the settings. */
export const rightsOf = (cluster: Cluster, settings: Settings) => {
  const { sources, outputs, changelog } = topicsNeeded(settings);
  const state = changelog === null ? [] : [changelog[0]];
  return topicRights(cluster, [...sources.keys(), ...state, ...outputs.keys()]);
};
