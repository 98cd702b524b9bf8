/** Where a rebuild writes: three topics of its own, new or empty. */
import type { Admin } from 'kafkajs';
import { createTopics, readTopics, type TopicsPlan, topicFindings } from '../../connectors/kafka/topics';
import { CommandError, exitCodes } from '../exit';
import type { Settings } from '../settings/schema';

export interface TargetTopics {
  readonly events: string;
  readonly failures: string;
  readonly summaries: string;
}

/** Of a topic's name, in Kafka. */
const topicCharactersMax = 249;

/** @param into The topic of the events. @throws CommandError: usage. */
export const targetTopics = (into: string, { topics }: Settings): TargetTopics => {
  const target = { events: into, failures: `${into}.failures`, summaries: `${into}.summaries` };
  const refuse = (why: string) => {
    throw new CommandError(
      `Cannot rebuild into ${into} as ${why}`,
      'name a topic that nobody uses, such as odp.order-events.again',
      exitCodes.usage,
    );
  };
  if (!/^[A-Za-z0-9._-]+$/.test(into) || /^\.{1,2}$/.test(into) || target.summaries.length > topicCharactersMax)
    refuse(
      `a topic’s name has letters, digits, ".", "_" and "-", and at most ${topicCharactersMax} of them, .summaries included`,
    );
  const { sources, inbox, events, failures, summaries, receipts, state } = topics;
  const ours = new Map([
    ...sources.map(topic => [topic, 'topics.sources'] as const),
    ...Object.entries({ inbox, events, failures, summaries, receipts, state }).map(
      ([name, topic]) => [topic, `topics.${name}`] as const,
    ),
  ]);
  for (const topic of Object.values(target)) {
    const setting = ours.get(topic);
    if (setting !== undefined) refuse(`${topic} is the topic of ${setting}, which the running group uses`);
  }
  return target;
};

/** Creates those that are missing. @throws CommandError where one holds records, or is not fit. */
export const makeTarget = async (
  admin: Admin,
  target: TargetTopics,
  settings: Settings,
  partitions: number,
): Promise<void> => {
  const plan = planOf(target, settings, partitions);
  const names = plan.topics.map(({ name }) => name);
  const existing = await readTopics(admin, names);
  for (const { name } of existing)
    if ((await admin.fetchTopicOffsets(name)).some(({ low, high }) => low !== high))
      throw new CommandError(
        `Cannot rebuild into ${target.events} as ${name} holds records already: they would be mixed with ours`,
        'name another topic, or delete that one first',
      );
  const findings = topicFindings(plan, existing).filter(({ topic }) => existing.some(({ name }) => name === topic));
  if (findings.length > 0)
    throw new CommandError(
      `Cannot rebuild into ${target.events} as its topics are not fit:\n${findings
        .map(({ topic, problem, fix }) => `  ${topic} ${problem}: ${fix}`)
        .join('\n')}`,
      'name a topic that is not there yet: it is then made as it should be',
    );
  await createTopics(admin, plan, existing);
};

const planOf = (
  { events, failures, summaries }: TargetTopics,
  { topics, kafka, state }: Settings,
  partitions: number,
): TopicsPlan => ({
  topics: [
    { name: events, role: 'output', retentionMs: topics.events_retention_ms },
    { name: failures, role: 'output', retentionMs: topics.failures_retention_ms },
    ...(state.store === 'none'
      ? []
      : [{ name: summaries, role: 'output' as const, retentionMs: topics.summaries_retention_ms }]),
  ],
  partitions,
  replicationFactor: topics.replication_factor,
  recordBytesMax: kafka.record_bytes_max,
});
