/**
 * Aborted transactions, as the brokers have written them down: each partition has an index of them beside its log
 * (`*.txnindex`, an entry an abort). Every transaction of a lane writes to the lane's partition of the state topic, so that those
 * partitions count each once. Of the copies the longest index counts: one that was away may have fewer.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '../topics';

/** Version, producer id, first and last offset, last stable offset. */
const entryBytes = 2 + 4 * 8;

/** @param directory Of the stack. */
export const countAborted = (directory: string, copies: number): number => {
  const byPartition = new Map<string, number>();
  for (let id = 1; id <= copies; id++) {
    const data = join(directory, `broker-${id}`, 'data');
    const partitions = existsSync(data) ? readdirSync(data) : [];
    for (const partition of partitions.filter(name => name.startsWith(`${topics.state}-`)))
      byPartition.set(partition, Math.max(byPartition.get(partition) ?? 0, entriesIn(join(data, partition))));
  }
  return [...byPartition.values()].reduce((sum, count) => sum + count, 0);
};

const entriesIn = (directory: string): number =>
  readdirSync(directory)
    .filter(name => name.endsWith('.txnindex'))
    .reduce((sum, name) => sum + Math.floor(statSync(join(directory, name)).size / entryBytes), 0);
