/** What a reset found, or did, in words and for programs. */
import type { Member } from '../../connectors/kafka/group';
import { counted } from '../counted';
import type { Settings } from '../settings/schema';

export interface Reset {
  readonly group: string;
  readonly done: boolean;
  readonly members: readonly Member[];
  /** Partitions with a committed offset. */
  readonly offsets: number;
  /** Before, its records (with those that newer ones replace); after, the orders that were removed. */
  readonly changelog: {
    readonly topic: string;
    readonly lanes: number;
    readonly records?: number;
    readonly orders?: number;
  };
  readonly stores: { readonly directory: string; readonly count: number };
}

export const asJson = ({ members, ...others }: Reset): string =>
  JSON.stringify({ ...others, members: members.map(({ clientId, host }) => ({ client_id: clientId, host })) });

export const asLines = ({ group, done, members, offsets, changelog, stores }: Reset, { start }: Settings): string => {
  const { topic, lanes, records = 0, orders = 0 } = changelog;
  if (done)
    return [
      `group ${group}: ${counted(offsets, 'offset')} removed`,
      `changelog ${topic}: ${counted(orders, 'order')} removed`,
      `stores in ${stores.directory}: ${stores.count} removed; those of other machines are rebuilt as their lanes begin`,
      `The next run begins at the ${start.from} record of each source topic.`,
    ].join('\n');
  return [
    `group ${group}: ${counted(offsets, 'offset')}, ${counted(members.length, 'member')}${members.length > 0 ? ', to be stopped first' : ''}`,
    `changelog ${topic}: ${lanes === 0 ? 'not there' : `at most ${counted(records, 'record')} in ${counted(lanes, 'lane')}`}`,
    `stores in ${stores.directory}: ${stores.count}`,
    `Nothing was changed; --yes removes all of this. A run then begins at the ${start.from} record of each source topic (start.from)${
      start.from === 'earliest' ? ', and writes the events of what they still hold once more.' : '.'
    }`,
  ].join('\n');
};
