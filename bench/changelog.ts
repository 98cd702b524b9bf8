/**
 * Fills the changelog of a group with orders as its lanes would have: each on its lane's partition, many transactions, each with the
 * position behind it, and the same in the group's offsets. A run of that group goes on from there.
 */

import { positionKey } from '../connectors/kafka/changelog';
import { openCluster } from '../connectors/kafka/client';
import { keyBuffer } from '../connectors/kafka/key';
import { LaneTransactions } from '../connectors/kafka/transaction';
import type { Cluster } from '../connectors/kafka/wire';
import type { StateCodec } from '../connectors/state/codec';
import type { Position } from '../pipeline/batch';
import { partitionOf } from '../pipeline/order/murmur2';
import { ledgers } from './ledgers';
import { orderId } from './orders';
import type { Scene } from './scene';

/** Orders of one transaction: as many as batches of a busy lane change. */
const ordersOfTransaction = 2_500;
/** Below what a broker takes at once. */
const batchBytesMax = 900_000;

/** @param placedAt Epoch ms of when the `index`th order was placed: rising. @returns Bytes of all states. */
export const fillChangelog = async (
  scene: Scene,
  orders: number,
  placedAt: (index: number) => number,
): Promise<number> => {
  const { kafka, shape, encoders } = scene;
  const { state: topic } = scene.settings.topics;
  const codec = encoders.state();
  const cluster = await openCluster(kafka);
  try {
    await cluster.addMultipleTargetTopics([topic]);
    const { partitions } = shape;
    const lanes = await Promise.all(Array.from({ length: partitions }, (_, id) => openLane(cluster, scene, id)));
    const stateOf = ledgers();
    const keyBytes = keyBuffer();
    const now = Date.now();
    let bytes = 0;
    for (let index = 0; index < orders; index++) {
      const state = codec.encode(stateOf(index, placedAt(index)));
      const key = keyBytes(orderId(index));
      const lane = lanes[partitionOf(key, partitions)] as FilledLane;
      const writer = lane.transactions.writer(topic, lane.id);
      if (writer.bytes + state.length > batchBytesMax) await lane.transactions.flush(topic, lane.id);
      writer.append(key, state, [], now);
      bytes += state.length;
      lane.orders += 1;
      if (lane.orders % ordersOfTransaction === 0) await commit(lane, codec, scene, placedAt(index));
    }
    for (const lane of lanes) await commit(lane, codec, scene, placedAt(orders - 1));
    return bytes;
  } finally {
    await cluster.disconnect();
  }
};

interface FilledLane {
  readonly id: number;
  readonly transactions: LaneTransactions;
  orders: number;
}

const openLane = async (cluster: Cluster, { settings }: Scene, id: number): Promise<FilledLane> => {
  const { group } = settings.kafka;
  const transactions = new LaneTransactions(cluster, {
    transactionalId: `${group}-${id}`,
    group,
    partition: id,
    timeoutMs: 60_000,
    compression: 'none',
    outputs: new Map(),
  });
  await transactions.fence();
  return { id, transactions, orders: 0 };
};

const commit = async (
  { id, transactions }: FilledLane,
  codec: StateCodec,
  { settings, shape }: Scene,
  newest: number,
): Promise<void> => {
  const { state, sources, inbox } = settings.topics;
  const position: Position = {
    offsets: new Map([...sources, inbox].map(topic => [topic, 0n])),
    failuresInARow: 0,
    time: { watermark: newest, topics: sources.map(topic => ({ topic, newest })) },
    summaries: [],
  };
  transactions.writer(state, id).append(positionKey, codec.encodePosition(position, shape), [], Date.now());
  await transactions.commit(position);
};
