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
  // Half for orders, half for LevelDB's blocks of them; where that is too little, all for these.
  const half = Math.floor(state.cache_bytes_max / 2);
  const forOrders = half >= cacheBytesMin ? half : 0;
  const store = await levelStore({
    path: join(storesDirectory(settings), String(lane)),
    changelog: `${topics.state}[${lane}] (${topicId}) of group ${kafka.group} in cluster ${clusterId}`,
    cacheBytesMax: state.cache_bytes_max - forOrders,
    now: Date.now,
    told: (fields, message) => log.warn({ lane, ...fields }, message),
  });
  return forOrders > 0 ? cachedStore(store, forOrders) : store;
};
