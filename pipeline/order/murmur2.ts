/**
 * The partition of a key as Java's and kafkajs' default partitioner choose it. (librdkafka's default differs.)
 * Source: org.apache.kafka.common.utils.Utils.murmur2.
 */
export const partitionOf = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions;

const seed = 0x9747b28c;
const m = 0x5bd1e995;

/** 32-bit signed, as Java's. Default: of all the bytes. */
export const murmur2 = (bytes: Uint8Array, from = 0, to = bytes.length): number => {
  const length = to - from;
  const words = to - (length & 3);
  let h = seed ^ length;
  for (let at = from; at < words; at += 4) {
    let k =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length & 3;
  if (rest === 3) h ^= (bytes[words + 2] as number) << 16;
  if (rest >= 2) h ^= (bytes[words + 1] as number) << 8;
  if (rest >= 1) h = Math.imul(h ^ (bytes[words] as number), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
};
