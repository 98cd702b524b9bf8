/** The last records of a partition, as a `read_committed` reader sees them. */
import { fetchOne } from './fetch';
import { edgeOffset } from './offsets';
import type { KafkaRecord } from './records/record';
import type { Cluster } from './wire';

/** Offsets are also taken by markers and aborted records: where too few records are found, we look so much further back. */
const furtherBack = 4;
const looksMax = 4;

/** At most `count`, in their order; fewer where there are no more, or too many offsets without a record. */
export const lastRecords = async (
  cluster: Cluster,
  topic: string,
  partition: number,
  count: number,
): Promise<KafkaRecord[]> => {
  const earliest = Number(await edgeOffset(cluster, topic, partition, 'earliest'));
  const end = Number(await edgeOffset(cluster, topic, partition, 'end'));
  for (let look = 0, back = count; ; look++, back *= furtherBack) {
    const begin = Math.max(earliest, end - back);
    const records = await recordsBetween(cluster, topic, partition, begin, end, count);
    if (records.length === count || begin === earliest || look === looksMax) return records;
  }
};

const recordsBetween = async (
  cluster: Cluster,
  topic: string,
  partition: number,
  begin: number,
  end: number,
  count: number,
): Promise<KafkaRecord[]> => {
  let records: KafkaRecord[] = [];
  for (let offset = begin; offset < end; ) {
    const fetched = await fetchOne(cluster, { topic, partition, offset });
    if (!fetched || fetched.nextOffset === offset) break; // retention or compaction has overtaken us
    offset = fetched.nextOffset;
    records = [...records, ...fetched.records.filter(({ offsetNumber }) => offsetNumber < end)].slice(-count);
  }
  return records;
};
