import fc from 'fast-check';
import { murmur2, partitionOf } from '../../../pipeline/order/murmur2';

const kafkajs = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number;

// Vectors of Java's own test, org.apache.kafka.common.utils.UtilsTest#testMurmur2.
test.each<[string, number]>([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
])('hashes %s as Java does', (key, hash) => expect(murmur2(Buffer.from(key))).toBe(hash));

test('any key hashes as kafkajs hashes it, and its partition is in range', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
      expect(murmur2(key)).toBe(kafkajs(Buffer.from(key)) | 0);
      const partition = partitionOf(key, partitions);
      expect(partition >= 0 && partition < partitions).toBe(true);
    }),
  );
});
