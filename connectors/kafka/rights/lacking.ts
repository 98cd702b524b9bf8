/** Which of the rights that somebody needs our user has not. Asks, and changes nothing. */
import type { Cluster } from '../wire';
import { mayDeleteGroup, mayDescribeGroup, mayReadGroup, mayWriteAs, type TopicRights, topicRights } from './ask';
import type { Right } from './right';

/** In their order. What nobody can tell beforehand is not among them: what topics that are not there yet will allow. */
export const lackingRights = async (cluster: Cluster, needed: readonly Right[]): Promise<readonly Right[]> => {
  const topics = needed.filter(({ on }) => on === 'topic').map(({ name }) => name);
  const ofTopics = await topicRights(cluster, [...new Set(topics)]);
  // A lane of each partition number that is read, and each has a transactional id: they may have been granted one by one.
  const read = needed.filter(({ on, operation }) => on === 'topic' && operation === 'Read').map(({ name }) => name);
  const partitionsOf = (name: string) => {
    const shown = ofTopics.get(name);
    return typeof shown === 'object' ? shown.partitions : 0;
  };
  const lanes = Math.max(1, ...read.map(partitionsOf));
  const given = await Promise.all(needed.map(right => isGiven(cluster, right, ofTopics, lanes)));
  return needed.filter((_, index) => !given[index]);
};

const isGiven = async (
  cluster: Cluster,
  { operation, on, name }: Right,
  ofTopics: ReadonlyMap<string, TopicRights>,
  lanes: number,
): Promise<boolean> => {
  if (on === 'topic') {
    const shown = ofTopics.get(name);
    if (operation === 'Create') return true; // it is there already, or creating it will tell
    return shown === 'missing' || (typeof shown === 'object' && shown.operations.has(operation));
  }
  if (on === 'group') {
    if (operation === 'Delete') return mayDeleteGroup(cluster, name);
    return operation === 'Read' ? mayReadGroup(cluster, name) : mayDescribeGroup(cluster, name);
  }
  const each = await Promise.all(Array.from({ length: lanes }, (_, lane) => mayWriteAs(cluster, `${name}${lane}`)));
  return each.every(may => may);
};
