/** Looks for orders in the changelog of a group, and drops them there, while none of its lanes runs. */
import { eraseOrders } from '../../connectors/kafka/erase';
import { findOrders } from '../../connectors/kafka/find-orders';
import { stateReader } from '../../connectors/state/codec';
import { type GroupAtRest, refuseMembers, withGroup } from '../at-rest';
import { CommandError } from '../exit';
import { rightsToForget } from '../rights/needed';
import { openRegistry } from '../run/registry';
import type { Settings } from '../settings/schema';
import type { ForgetOptions } from './command';
import { asJson, asLines, type Forgotten, remembered } from './report';

export const forget = async (
  orderIds: readonly string[],
  { yes = false, json = false }: ForgetOptions,
  settings: Settings,
): Promise<void> => {
  const found = await withGroup(settings, rightsToForget(settings), doingOf(settings), group =>
    forgetIn(group, orderIds, yes, settings),
  );
  process.stdout.write(`${json ? asJson(found) : asLines(found)}\n`);
};

const doingOf = ({ kafka }: Settings) => `forget orders of group ${kafka.group}`;

const forgetIn = async (
  { cluster, members, changelogLanes, fence }: GroupAtRest,
  orderIds: readonly string[],
  yes: boolean,
  settings: Settings,
): Promise<Forgotten> => {
  const { kafka, topics } = settings;
  if (changelogLanes === 0)
    throw new CommandError(
      `Cannot ${doingOf(settings)} as its changelog ${topics.state} is not there`,
      'see kafka.group and topics.state: `odp-orders topics check` tells what there is',
    );
  if (yes) refuseMembers(members, doingOf(settings));
  // Before it is read: what a process that froze could still write must not come after.
  const lanes = yes ? await fence() : [];
  const found = await findOrders(cluster, topics.state, changelogLanes, orderIds);
  const read = stateReader(openRegistry(settings));
  const orders = [];
  for (const orderId of orderIds) {
    const places = found.filter(one => one.orderId === orderId);
    if (places.length === 0) orders.push({ orderId, lane: null });
    for (const { lane, state } of places) orders.push({ orderId, lane, ...remembered(await read(state)) });
  }
  for (const [lane, transactions] of lanes.entries()) {
    const here = found.filter(one => one.lane === lane).map(({ orderId }) => orderId);
    if (here.length > 0)
      await eraseOrders({ topic: topics.state, lane, transactions, recordBytesMax: kafka.record_bytes_max }, here);
  }
  return { group: kafka.group, done: yes, members: members.length, orders };
};
