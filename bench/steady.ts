/** Puts facts on the order topic at a steady rate, however slow the machine is at times: what was missed is made up for. */
import { openRegistry } from '../commands/run/registry';
import { openCluster } from '../connectors/kafka/client';
import { produceTo } from '../connectors/kafka/produce';
import { RecordBatchWriter } from '../connectors/kafka/records/encode';
import { type Cluster, leaderOf } from '../connectors/kafka/wire';
import { registerAll } from '../connectors/registry/subjects';
import { partitionOf } from '../pipeline/order/murmur2';
import type { Kind } from './deductions';
import type { Order } from './orders';
import type { Scene } from './scene';

export interface SteadyFact extends Order {
  readonly kind: Kind;
}

export interface Steady {
  /** Facts so far. */
  readonly sent: () => number;
  /** Facts a second, from now on. */
  setRate(perSecond: number): void;
  /** Rejects where facts cannot be put on the topic. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const everyMs = 10;
/** Of one request: after a pause there is more to make up for than a broker takes at once. */
const factsMax = 2_000;
const answeredWithinMs = 30_000;
/** Not idempotent: nothing is sent twice here. */
const anybody = { producerId: -1n, producerEpoch: -1, baseSequence: -1, transactional: false, codec: 'none' } as const;

/** @param factOf The `number`th fact, from 0, at a time (epoch ms). */
export const putSteadily = async (
  scene: Scene,
  perSecond: number,
  factOf: (number: number, now: number) => SteadyFact,
): Promise<Steady> => {
  const { kafka, source, shape } = scene;
  const frames = await framesOf(scene);
  const cluster = await openCluster(kafka);
  await cluster.addMultipleTargetTopics([source]);
  const writers = Array.from({ length: shape.partitions }, () => new RecordBatchWriter());
  let rate = { perSecond, from: performance.now(), sent: 0 };
  let sent = 0;
  let stopped = false;

  const putSome = async () => {
    const due = rate.sent + Math.floor(((performance.now() - rate.from) * rate.perSecond) / 1000);
    const until = Math.min(due, sent + factsMax);
    const now = Date.now();
    for (; sent < until; sent++) {
      const { kind, key, value } = factOf(sent, now);
      const bytes = Buffer.from(key);
      const framed = Buffer.concat([frames[kind], value]);
      writers[partitionOf(bytes, writers.length)]?.append(bytes, framed, [], now);
    }
    await produce(cluster, source, writers);
    if (sent === due) await new Promise(resolve => setTimeout(resolve, everyMs));
  };
  const ended = (async () => {
    while (!stopped) await putSome();
  })();
  ended.catch(() => {}); // whoever waits for it hears of it
  return {
    sent: () => sent,
    setRate: perSecond => {
      rate = { perSecond, from: performance.now(), sent };
    },
    ended,
    stop: async () => {
      stopped = true;
      await ended.finally(() => cluster.disconnect());
    },
  };
};

const produce = async (cluster: Cluster, topic: string, writers: readonly RecordBatchWriter[]): Promise<void> => {
  const batches = writers.flatMap((writer, partition) =>
    writer.count > 0 ? [{ topic, partition, bytes: writer.finish(anybody) }] : [],
  );
  if (batches.length > 0) await produceTo(await leaderOf(cluster, topic, 0), null, batches, answeredWithinMs);
};

const typeOfKind = {
  placed: 'commerce.orders.OrderPlaced',
  refunded: 'commerce.orders.OrderRefunded',
  returned: 'commerce.orders.OrderReturned',
} as const;

/** What stands before each value: the id of its schema in the registry. */
const framesOf = async ({ settings, source }: Scene): Promise<Record<Kind, Buffer>> => {
  const subjects = Object.values(typeOfKind).map(fullName => ({ subject: `${source}-${fullName}`, fullName }));
  const ids = await registerAll(openRegistry(settings), subjects);
  const frame = (kind: Kind) => {
    const bytes = Buffer.alloc(5);
    bytes.writeInt32BE(ids.get(`${source}-${typeOfKind[kind]}`) ?? -1, 1);
    return bytes;
  };
  return { placed: frame('placed'), refunded: frame('refunded'), returned: frame('returned') };
};
