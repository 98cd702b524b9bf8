/** Where a lane of this run remembers its orders: as the settings say. */
import { join, resolve } from 'node:path';
import { topicId } from '../../connectors/kafka/topic-id';
import type { Cluster } from '../../connectors/kafka/wire';
import type { Logger } from '../../connectors/log';
import { cacheBytesMin, cachedStore } from '../../connectors/state/cached-store';
import { levelStore } from '../../connectors/state/level/store';
import { memoryStore } from '../../connectors/state/memory-store';
import type { StateStore } from '../../connectors/state/store';
import type { Settings } from '../settings/schema';

/** Two clusters may have a group of one name, and a topic may be made anew: its store is another's then. */
export interface ChangelogIdentity {
  readonly clusterId: string;
  readonly topicId: string;
}

/** As the brokers say. */
export const identityOf = async (cluster: Cluster, { state, topics }: Settings): Promise<ChangelogIdentity> => ({
  clusterId: cluster.brokerPool.metadata?.clusterId ?? '',
  topicId: state.store === 'level' ? await topicId(cluster, topics.state) : '',
});

/** Of this group, a directory a lane. */
export const storesDirectory = ({ kafka, state }: Settings): string =>
  join(resolve(state.dir), kafka.group.replace(/^\.{1,2}$/, '$&_')); // ".." is a group id

export const openStore = async (
  settings: Settings,
  { clusterId, topicId }: ChangelogIdentity,
  lane: number,
  log: Pick<Logger, 'warn'>,
): Promise<StateStore> => {
  const { kafka, topics, state } = settings;
  if (state.store === 'memory') return memoryStore();
  const { orders, blocks } = cacheShares(state.cache_bytes_max);
  const store = await levelStore({
    path: join(storesDirectory(settings), String(lane)),
    changelog: `${topics.state}[${lane}] (${topicId}) of group ${kafka.group} in cluster ${clusterId}`,
    cacheBytesMax: blocks,
    now: Date.now,
    told: (fields, message) => log.warn({ lane, ...fields }, message),
  });
  return orders > 0 ? cachedStore(store, orders) : store;
};

/** The system holds files in memory as well, so blocks of them are little use twice. */
const blockBytesMax = 1_048_576;

/** For orders, and for LevelDB's blocks of them; where those would get too little, all for these. */
export const cacheShares = (bytesMax: number): { readonly orders: number; readonly blocks: number } => {
  const orders = bytesMax - blockBytesMax;
  return orders < cacheBytesMin ? { orders: 0, blocks: bytesMax } : { orders, blocks: blockBytesMax };
};
