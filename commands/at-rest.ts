/**
 * A group at rest, as `reset` and `forget` need it: what it kept can only be taken away while nobody goes on with it. A member
 * is refused; a process that froze and is no member any more is fenced, lane by lane, and writes nothing from then on.
 */
import type { Admin } from 'kafkajs';
import { connectKafka } from '../connectors/kafka/client';
import { type Member, membersOf } from '../connectors/kafka/group';
import { partitionCount, reachCluster } from '../connectors/kafka/preflight';
import type { Right } from '../connectors/kafka/rights/right';
import { LaneTransactions } from '../connectors/kafka/transaction';
import { type Cluster, isFenced } from '../connectors/kafka/wire';
import { createLogger, kafkaLog } from '../connectors/log';
import { kafkaConnectionOf, logSettingsOf } from './connections';
import { CommandError } from './exit';
import { explainKafka } from './explain';
import { checkRights } from './rights/check';
import type { Settings } from './settings/schema';

export interface GroupAtRest {
  readonly cluster: Cluster;
  readonly admin: Admin;
  /** When it was looked at: none of them may be there when something is changed. */
  readonly members: readonly Member[];
  /** Partitions of the changelog; 0 where that is not there. */
  readonly changelogLanes: number;
  /** Fences every lane the group may have had. @returns Each may write to its lane of the changelog from now on. */
  fence(): Promise<readonly LaneTransactions[]>;
}

/**
 * @param needed What our user must be allowed, also where it only looks: so it is known before anything is stopped for it.
 * @param doing What is being done, after "Cannot".
 */
export const withGroup = async <T>(
  settings: Settings,
  needed: readonly Right[],
  doing: string,
  act: (group: GroupAtRest) => Promise<T>,
): Promise<T> => {
  const kafka = connectKafka(kafkaConnectionOf(settings), kafkaLog(createLogger(logSettingsOf(settings))));
  const admin = kafka.admin();
  try {
    const cluster = await reachCluster(kafka);
    try {
      await checkRights(cluster, needed, settings, doing);
      await admin.connect();
      const members = await membersOf(admin, settings.kafka.group);
      const { sources, inbox, state, events, failures, summaries } = settings.topics;
      const outputs = new Map<string, number>();
      for (const topic of [events, failures, summaries, state])
        outputs.set(topic, await partitionCount(cluster, topic));
      const changelogLanes = outputs.get(state) ?? 0;
      let lanes = changelogLanes;
      for (const topic of [...sources, inbox]) lanes = Math.max(lanes, await partitionCount(cluster, topic));
      const fence = () => fenced(cluster, settings, lanes, outputs);
      return await act({ cluster, admin, members, changelogLanes, fence });
    } finally {
      await cluster.disconnect();
      await admin.disconnect().catch(() => {}); // the first error says more
    }
  } catch (error) {
    if (isFenced(error))
      throw new CommandError(
        `Cannot ${doing} as a process of the group has taken a lane meanwhile`,
        'stop it, and repeat this command: what it had done until then is whole, and is not undone',
        undefined,
        { cause: error },
      );
    throw explainKafka(error, settings, doing);
  }
};

/** @throws CommandError naming them. */
export const refuseMembers = (members: readonly Member[], doing: string): void => {
  if (members.length === 0) return;
  const names = members.map(({ clientId, host }) => `${clientId} at ${host}`).join(', ');
  throw new CommandError(
    `Cannot ${doing} as ${members.length === 1 ? 'a process of the group is' : `${members.length} processes of the group are`} running: ${names}`,
    'stop all of them first; one that was killed is a member until kafka.session_timeout_ms has passed',
  );
};

const fenced = (
  cluster: Cluster,
  { kafka }: Settings,
  lanes: number,
  outputs: ReadonlyMap<string, number>,
): Promise<readonly LaneTransactions[]> =>
  Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const transactions = new LaneTransactions(cluster, {
        transactionalId: `${kafka.group}-${lane}`,
        group: kafka.group,
        partition: lane,
        timeoutMs: kafka.transaction_timeout_ms,
        compression: kafka.compression,
        outputs,
      });
      await transactions.fence();
      return transactions;
    }),
  );
