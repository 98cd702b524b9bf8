/**
 * What our user must be allowed on Kafka, by what it is to do, and nothing more: the one list from which it is checked, granted
 * and documented. Transactional producers need no right on the cluster.
 */
import type { Right } from '../../connectors/kafka/rights/right';
import { topicsNeeded } from '../run/settings';
import type { Settings } from '../settings/schema';

const onTopic = (operation: Right['operation'], [name, by]: readonly [string, string], why: string): Right => ({
  operation,
  on: 'topic',
  name,
  by,
  why,
});

/** Of everything that commits offsets in transactions, with a transactional id a lane. */
const ofGroup = (name: string, by: string): Right[] => [
  { operation: 'Read', on: 'group', name, by, why: 'join it, stay in it, read and commit its offsets' },
  {
    operation: 'Write',
    on: 'transactional ids',
    name: `${name}-`,
    by,
    why: 'fence the lane’s last owner, and write in transactions',
  },
];

export const rightsToRun = (settings: Settings): readonly Right[] => {
  const { sources, changelog, outputs } = topicsNeeded(settings);
  return [
    ...[...sources].map(topic => onTopic('Read', topic, 'fetch its records, and commit offsets of it')),
    ...(changelog === null
      ? []
      : [
          onTopic('Read', changelog, 'restore what a lane remembers'),
          onTopic('Write', changelog, 'remember what has changed'),
        ]),
    ...[...outputs].map(topic => onTopic('Write', topic, 'write what comes of the records')),
    ...ofGroup(settings.kafka.group, 'kafka.group'),
  ];
};

const allTopics = (settings: Settings) => {
  const { sources, changelog, outputs } = topicsNeeded(settings);
  return [...sources, ...(changelog === null ? [] : [changelog]), ...outputs];
};

/** `doctor` and `topics check`, beyond a run's. */
export const rightsToCheckTopics = (settings: Settings): readonly Right[] =>
  allTopics(settings).map(topic => onTopic('DescribeConfigs', topic, 'compare cleanup, retention and record size'));

/** `topics create`, beyond those. A right to create on the cluster does as well. */
export const rightsToCreateTopics = (settings: Settings): readonly Right[] =>
  allTopics(settings).map(topic => onTopic('Create', topic, 'create it where it is missing'));

/** `forget`: a run's, of one that remembers, as there may be a state of earlier days where nothing is remembered today. */
export const rightsToForget = (settings: Settings): readonly Right[] =>
  rightsToRun({ ...settings, state: { ...settings.state, store: 'memory' } });

/** `reset`, beyond those. */
export const rightsToDeleteGroup = ({ kafka }: Settings): readonly Right[] => [
  { operation: 'Delete', on: 'group', name: kafka.group, by: 'kafka.group', why: 'remove it with its offsets' },
];

export const rightsToReset = (settings: Settings): readonly Right[] => [
  ...rightsToForget(settings),
  ...rightsToDeleteGroup(settings),
];

/** `preview --topic` by itself. */
export const rightsToPreview = (topic: string): readonly Right[] => [
  onTopic('Read', [topic, '--topic'], 'fetch its records'),
];

/** `lag` by itself. */
export const rightsToTellLag = (settings: Settings): readonly Right[] => [
  ...[...topicsNeeded(settings).sources].map(topic => onTopic('Describe', topic, 'read where it ends')),
  { operation: 'Describe', on: 'group', name: settings.kafka.group, by: 'kafka.group', why: 'read its offsets' },
];

/** `replay` by itself. @param into The three topics of a rebuild, events first; none: nothing is written. */
export const rightsToReplay = (settings: Settings, into: readonly string[]): readonly Right[] => {
  const { sources, events } = settings.topics;
  const read = sources.map(topic => onTopic('Read', [topic, 'topics.sources'], 'fetch its records'));
  const [first] = into;
  if (first === undefined) return read;
  const target = into.map(topic => [topic, '--into'] as const);
  return [
    ...read,
    onTopic('Describe', [events, 'topics.events'], 'make as many partitions'),
    ...target.map(topic => onTopic('Create', topic, 'create it where it is missing')),
    ...target.map(topic => onTopic('DescribeConfigs', topic, 'see whether it is fit, where it is there')),
    ...target.map(topic => onTopic('Write', topic, 'write what comes of the records')),
    ...ofGroup(replayGroup(settings, first), '--into'),
  ];
};

export const replayGroup = ({ kafka }: Settings, into: string): string => `${kafka.group}.replay.${into}`;

/** `repartition` by itself. */
export const rightsToRepartition = (
  settings: Settings,
  { from, to }: { readonly from: string; readonly to: string },
): readonly Right[] => [
  onTopic('Read', [from, '--from'], 'fetch its records, and commit offsets of it'),
  onTopic('Write', [to, '--to'], 'write them'),
  onTopic('DescribeConfigs', [from, '--from'], 'see how long it keeps records'),
  onTopic('DescribeConfigs', [to, '--to'], 'see whether it keeps them as long'),
  ...ofGroup(repartitionGroup(settings, from), '--from'),
];

export const repartitionGroup = ({ kafka }: Settings, from: string): string => `${kafka.group}.repartition.${from}`;
