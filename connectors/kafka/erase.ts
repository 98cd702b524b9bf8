/**
 * Takes orders out of the changelog while no lane runs: tombstones, written as the lane's owner. Whoever fences a lane is its
 * owner until the next fence: no frozen process can bring back what is erased here, and a lane that begins later reads the
 * tombstones with all else. The position stays where it is, unless all is erased.
 */
import { fetchesOf, positionKey, wholeChangelog } from './changelog';
import { batchOverheadBytes, recordBytes } from './records/encode';
import type { LaneTransactions } from './transaction';
import type { Cluster } from './wire';

export interface ErasedLane {
  readonly topic: string;
  readonly lane: number;
  /** Fenced. */
  readonly transactions: LaneTransactions;
  /** No record batch outgrows this. */
  readonly recordBytesMax: number;
  /** Of one transaction: it must end well before its time-out. */
  readonly keysPerTransaction?: number;
}

/** Everything, the position last: a lane that is half erased still has one, and does not begin. @returns Orders that were there. */
export const eraseLane = async (cluster: Cluster, erased: ErasedLane): Promise<number> => {
  const live = new Set<string>();
  for await (const { records } of fetchesOf(cluster, await wholeChangelog(cluster, erased.topic, erased.lane)))
    for (const { key, value } of records) {
      if (key === null) continue;
      if (value === null)
        live.delete(key.toString('latin1')); // whatever the bytes are
      else live.add(key.toString('latin1'));
    }
  const hadPosition = live.delete('');
  const keys = [...live].map(key => Buffer.from(key, 'latin1'));
  await eraseKeys(erased, hadPosition ? [...keys, positionKey] : keys);
  return keys.length;
};

export const eraseOrders = (erased: ErasedLane, orderIds: readonly string[]): Promise<void> =>
  eraseKeys(
    erased,
    orderIds.map(orderId => Buffer.from(orderId)),
  );

const eraseKeys = async (erased: ErasedLane, keys: readonly Uint8Array[]): Promise<void> => {
  const { topic, lane, transactions, recordBytesMax, keysPerTransaction = 10_000 } = erased;
  for (let at = 0; at < keys.length; at += keysPerTransaction) {
    for (const key of keys.slice(at, at + keysPerTransaction)) {
      const writer = transactions.writer(topic, lane);
      if (writer.wouldOutgrow(recordBytesMax - batchOverheadBytes, recordBytes(key, null, [])))
        await transactions.flush(topic, lane);
      writer.append(key, null, [], Date.now());
    }
    await transactions.commit(null);
  }
};
