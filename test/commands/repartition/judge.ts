/** The verdict on a repartitioning, by Java's `read_committed` reader: every record of the one topic once in the other. */
import { inboxHeaders } from '../../../connectors/kafka/inbox';
import { partitionOf } from '../../../pipeline/order/murmur2';
import { type JudgedRecord, readCommitted } from '../../stack/java';

export interface Judged {
  readonly source: JudgedRecord;
  readonly copy: JudgedRecord;
}

const text = (value: Buffer | null | undefined) => (value ? value.toString() : value);
const place = (partition: unknown, offset: unknown) => `${partition}@${offset}`;

/** What of the copies is not as it must be, by what; all empty when all is well. */
export const problemsOf = (pairs: readonly Judged[], partitions: number) => {
  const wrong = (is: (pair: Judged) => boolean) =>
    pairs.filter(pair => !is(pair)).map(({ source }) => place(source.partition, source.offset));
  return {
    value: wrong(({ source, copy }) => same(source.value, copy.value)),
    timestamp: wrong(({ source, copy }) => source.timestamp === copy.timestamp),
    partition: wrong(
      ({ source, copy: { key, partition } }) =>
        partition === (key ? partitionOf(key, partitions) : source.partition % partitions),
    ),
    // Our five come first, then the record's own, byte for byte.
    headers: wrong(({ source, copy }) => {
      const own = copy.headers.slice(5);
      return (
        copy.headers[3]?.[0] === inboxHeaders.timestamp &&
        text(copy.headers[3][1]) === String(source.timestamp) &&
        own.length === source.headers.length &&
        own.every(([name, value], at) => name === source.headers[at]?.[0] && same(value, source.headers[at][1]))
      );
    }),
    order: wrongOrder(pairs),
  };
};

export const nothingWrong = { value: [], timestamp: [], partition: [], headers: [], order: [] };

/** Copies by the place they name. `missing`, `twice` and `strange` are places. */
export const judge = async (from: string, to: string) => {
  const [sources, copies] = [await readCommitted(from), await readCommitted(to)];
  const byPlace = new Map<string, JudgedRecord>();
  const [twice, strange]: [string[], string[]] = [[], []];
  for (const copy of copies) {
    const [topic, partition, offset] = copy.headers.map(([, value]) => text(value));
    const where = place(partition, offset);
    if (topic !== from || copy.headers[0]?.[0] !== inboxHeaders.topic) strange.push(`${topic} ${where}`);
    if (byPlace.has(where)) twice.push(where);
    byPlace.set(where, copy);
  }
  const pairs: Judged[] = [];
  const missing: string[] = [];
  for (const source of sources) {
    const where = place(source.partition, source.offset);
    const copy = byPlace.get(where);
    if (copy) pairs.push({ source, copy });
    else missing.push(where);
  }
  return { sources, copies, pairs, missing, twice, strange };
};

/** Records of one key and one source partition must follow each other as before. */
const wrongOrder = (pairs: readonly Judged[]): string[] => {
  const last = new Map<string, bigint>();
  const wrong: string[] = [];
  const inTarget = [...pairs].sort(
    (a, b) => a.copy.partition - b.copy.partition || (a.copy.offset < b.copy.offset ? -1 : 1),
  );
  for (const { source, copy } of inTarget) {
    const key = `${source.partition} ${copy.key?.toString('hex')}`;
    if ((last.get(key) ?? -1n) > source.offset) wrong.push(place(source.partition, source.offset));
    last.set(key, source.offset);
  }
  return wrong;
};

const same = (one: Buffer | null, other: Buffer | null | undefined) =>
  one === null || !other ? one === other : one.equals(other);
