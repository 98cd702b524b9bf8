/** Lanes over a real cluster, in a group and topics of their own: members come and go, and Java counts what they wrote. */
import { concatMap, map } from 'rxjs';
import { openCluster } from '../../../connectors/kafka/client';
import { groupLag } from '../../../connectors/kafka/lag';
import { type LaneLog, type LanesSettings, type RunningLanes, runLanes } from '../../../connectors/kafka/lanes';
import { limiter } from '../../../connectors/kafka/limiter';
import { type OpenLane, openLane } from '../../../connectors/kafka/open';
import { each } from '../../../pipeline/batch';
import { paced } from '../../../pipeline/paced';
import type { Ports } from '../../../pipeline/ports';
import { unremembered } from '../../../pipeline/settlement';
import { orderEvent } from '../../records';
import { brokers as testBrokers, unique } from '../../stack/address';
import { produceWith, readCommitted } from '../../stack/java';
import { connect, connection, createTopics, laneSettings, textEncoding } from './subject';

export interface SceneOptions {
  readonly lanes: number;
  /** Default: the test stack's. */
  readonly brokers?: readonly string[];
  readonly settings?: Partial<LanesSettings>;
}

export interface Scene {
  readonly group: string;
  readonly source: string;
  readonly events: string;
  readonly settings: LanesSettings;
  /** Messages that lanes logged as warnings. */
  readonly warnings: string[];
  /** Records that members have written; what fences took back is not counted. */
  written(): number;
  /** Every record of a member becomes an event of its key. */
  member(log?: Partial<LaneLog>): Promise<RunningLanes>;
  /** One lane without a group, to pull from and write to by hand. */
  lane(id: number): Promise<OpenLane>;
  /** As many records, each with a key of its own, by Java. */
  produce(count: number): Promise<void>;
  /** Resolves when the group has committed all there is. */
  caughtUp(): Promise<void>;
  /** Keys of all events that a Java reader sees, in no order. */
  seen(): Promise<string[]>;
}

export const until = async (condition: () => boolean | Promise<boolean>, everyMs = 5): Promise<void> => {
  while (!(await condition())) await new Promise(resolve => setTimeout(resolve, everyMs));
};

/** A record becomes an event of its key. */
export const toEvents = (lane: OpenLane['lane'], { write }: Pick<Ports, 'write'>) =>
  paced(
    () => lane.pull(),
    batches =>
      batches.pipe(map(each('map', ({ key }) => orderEvent(String(key)))), map(unremembered), concatMap(write)),
  );

export const scene = async ({ lanes, brokers = testBrokers(), settings: more }: SceneOptions): Promise<Scene> => {
  const connected = () => connect({ ...connection(brokers), connectionTimeoutMs: 3_000, requestTimeoutMs: 10_000 });
  const kafka = connected();
  const group = unique('group');
  const [source, events, failures, inbox] = [unique('source'), unique('events'), unique('failures'), `${group}.inbox`];
  await createTopics(kafka, { [source]: lanes, [inbox]: lanes, [events]: 1, [failures]: 1 });
  const settings: LanesSettings = {
    ...laneSettings(group, { events, failures }, { sources: [source, inbox], batchRecordsMax: 50 }),
    partitions: { sources: lanes, events: 1, failures: 1, summaries: 1 },
    group: { group, sessionTimeoutMs: 10_000, heartbeatIntervalMs: 200, rebalanceTimeoutMs: 5_000 },
    restartDelayMs: 20,
    restartDelayMaxMs: 200,
    restartsMax: 20,
    ...more,
  };
  const warnings: string[] = [];
  let written = 0;
  let produced = 0;
  const ports = { encoding: textEncoding, limiter: limiter(200), state: null };
  return {
    group,
    source,
    events,
    settings,
    warnings,
    written: () => written,
    member: log =>
      runLanes(
        {
          ...ports,
          kafka: connected(),
          life: toEvents,
          written: ({ records }) => {
            written += records;
          },
          log: { info() {}, debug() {}, warn: (_, message) => warnings.push(message), ...log },
        },
        settings,
      ),
    lane: id => openLane({ ...ports, kafka: connected() }, settings, id),
    async produce(count) {
      const keys = Array.from({ length: count }, (_, index) => `order-${produced + index}`);
      produced += count;
      await produceWith(
        'lz4',
        keys.map(key => ({ topic: source, key, value: 'x' })),
        { brokers },
      );
    },
    async caughtUp() {
      const cluster = await openCluster(kafka);
      const behind = async () => (await groupLag(cluster, group, [source])).reduce((sum, lag) => sum + lag.behind, 0n);
      await until(async () => (await behind()) === 0n, 50).finally(() => cluster.disconnect());
    },
    seen: async () => (await readCommitted(events, { brokers })).map(({ value }) => String(value)),
  };
};

/** What an honest count says: how many came, and how many different ones. */
export const counted = (keys: readonly string[]) => ({ events: keys.length, different: new Set(keys).size });
