/**
 * Takes away what a group has kept, in an order that can be broken off anywhere: the stores are copies; the group is deleted by
 * the broker only while nobody is in it; and as long as the changelog still has a position, a run that begins says that the two
 * do not agree, and stops.
 */
import { wholeChangelog } from '../../connectors/kafka/changelog';
import { eraseLane } from '../../connectors/kafka/erase';
import { deleteGroup, membersOf, offsetsCount } from '../../connectors/kafka/group';
import { removeStores, storesIn } from '../../connectors/state/level/remove';
import { type GroupAtRest, refuseMembers, withGroup } from '../at-rest';
import { CommandError } from '../exit';
import { rightsToReset } from '../rights/needed';
import { storesDirectory } from '../run/store';
import type { Settings } from '../settings/schema';
import type { ResetOptions } from './command';
import { asJson, asLines, type Reset } from './report';

export const reset = async ({ yes = false, json = false }: ResetOptions, settings: Settings): Promise<void> => {
  const found = await withGroup(settings, rightsToReset(settings), doingOf(settings), group =>
    yes ? resetGroup(group, settings) : lookAt(group, settings),
  );
  process.stdout.write(`${json ? asJson(found) : asLines(found, settings)}\n`);
};

const doingOf = ({ kafka }: Settings) => `reset group ${kafka.group}`;

const lookAt = async ({ cluster, admin, members, changelogLanes }: GroupAtRest, settings: Settings): Promise<Reset> => {
  const { kafka, topics } = settings;
  const directory = storesDirectory(settings);
  let records = 0;
  for (let lane = 0; lane < changelogLanes; lane++) {
    const { from, end } = await wholeChangelog(cluster, topics.state, lane);
    records += end - from;
  }
  return {
    group: kafka.group,
    done: false,
    members,
    offsets: await offsetsCount(admin, kafka.group),
    changelog: { topic: topics.state, lanes: changelogLanes, records },
    stores: { directory, count: storesIn(directory).length },
  };
};

const resetGroup = async (
  { cluster, admin, members, changelogLanes, fence }: GroupAtRest,
  settings: Settings,
): Promise<Reset> => {
  const { kafka, topics } = settings;
  const directory = storesDirectory(settings);
  refuseMembers(members, doingOf(settings));
  // Before the offsets go: a process that froze could still commit some, and they would be back.
  const lanes = await fence();
  const offsets = await offsetsCount(admin, kafka.group);
  const count = await removeStores(directory);
  if (!(await deleteGroup(admin, kafka.group))) {
    refuseMembers(await membersOf(admin, kafka.group), doingOf(settings));
    throw new CommandError(
      `Cannot ${doingOf(settings)} as a process joined it meanwhile`,
      'stop it, and repeat this command',
    );
  }
  let orders = 0;
  for (const [lane, transactions] of lanes.slice(0, changelogLanes).entries())
    orders += await eraseLane(cluster, {
      topic: topics.state,
      lane,
      transactions,
      recordBytesMax: kafka.record_bytes_max,
    });
  return {
    group: kafka.group,
    done: true,
    members: [],
    offsets,
    changelog: { topic: topics.state, lanes: changelogLanes, orders },
    stores: { directory, count },
  };
};
