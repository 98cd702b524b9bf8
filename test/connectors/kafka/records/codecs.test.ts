import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Encoder } from '@toondepauw/node-zstd';
import fc from 'fast-check';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { type Codec, codecs, compress, decompress } from '../../../../connectors/kafka/records/codecs';

const bytesMax = 2 ** 22;
const packing = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

describe.each(codecs.map(codec => [codec]))('%s', codec => {
  test('gives back what it was given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_000 }), fc.integer({ min: 1, max: 60 }), (part, times) => {
        const bytes = Buffer.concat(new Array<Uint8Array>(times).fill(part));
        expect(decompress(codec, compress(codec, bytes), bytesMax).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('a large batch, of one byte and of many', () => {
    const source = readFileSync(process.execPath).subarray(0, 1_000_000);
    for (const bytes of [Buffer.alloc(3_000_000, 1), source])
      expect(decompress(codec, compress(codec, bytes), bytesMax).equals(bytes)).toBe(true);
  });
});

describe.each(packing.map(codec => [codec]))('%s', codec => {
  test.each([
    ['one byte', Buffer.alloc(9_000_000)],
    ['a few bytes', Buffer.alloc(9_000_000, 'a few bytes')],
  ])('a bomb of %s is an error', (_, bytes) => {
    expect(() => decompress(codec, compress(codec, bytes), bytesMax)).toThrow(
      'decompressed it may take more than the 4194304 bytes we accept of one batch',
    );
  });

  test('what just fits is no bomb', () => {
    const bytes = Buffer.alloc(bytesMax - 131_072);
    expect(decompress(codec, compress(codec, bytes), bytesMax).length).toBe(bytes.length);
  });

  test('cut off anywhere it is an error, and the codec works on', () => {
    const bytes = Buffer.from('to be cut off '.repeat(40));
    const packed = compress(codec, bytes);
    // gzip's last 8 bytes are its own checksum; every other byte is needed.
    for (let length = 0; length < packed.length; length++) {
      let result: Buffer | undefined;
      try {
        result = decompress(codec, packed.subarray(0, length), bytesMax);
      } catch {}
      // A snappy frame of no block is whole, and empty: the record count tells.
      expect(result === undefined || (codec === 'snappy' && result.length === 0)).toBe(true);
    }
    expect(decompress(codec, packed, bytesMax).equals(bytes)).toBe(true);
  });

  test('no bytes make it hang or crash', () => {
    const packed = compress(codec, Buffer.from('some bytes, some more bytes, some more'));
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.uint8Array({ maxLength: 30 }), (at, byte, noise) => {
        const spoilt = Buffer.from(packed);
        spoilt[at] = byte;
        for (const bytes of [spoilt, Buffer.from(noise), Buffer.concat([packed.subarray(0, at), noise])])
          try {
            expect(decompress(codec, bytes, bytesMax).length).toBeLessThanOrEqual(bytesMax);
          } catch (error) {
            expect(error).toHaveProperty('message', expect.any(String));
          }
      }),
      { numRuns: 500 },
    );
  });
});

describe('as other clients write it', () => {
  const bytes = Buffer.from('as other clients write it '.repeat(10_000));
  const xerialHeader = Buffer.from('82534e415050590000000001' + '00000001', 'hex');
  const block = (part: Buffer) => {
    const packed = compressSync(part);
    const length = Buffer.alloc(4);
    length.writeInt32BE(packed.length);
    return Buffer.concat([length, packed]);
  };
  test.each<[string, Codec, Buffer]>([
    ['snappy bare, as librdkafka does', 'snappy', compressSync(bytes)],
    [
      'snappy in two blocks',
      'snappy',
      Buffer.concat([xerialHeader, block(bytes.subarray(0, 999)), block(bytes.subarray(999))]),
    ],
    ['gzip in two members', 'gzip', Buffer.concat([gzipSync(bytes.subarray(0, 999)), gzipSync(bytes.subarray(999))])],
    ['lz4 with checksums', 'lz4', compressFrameSync(bytes, { contentChecksum: true, blockChecksums: true })],
    ['zstd at level 19', 'zstd', new Encoder(19).encodeSync(bytes)],
    [
      'zstd in two frames',
      'zstd',
      Buffer.concat([compress('zstd', bytes.subarray(0, 999)), compress('zstd', bytes.subarray(999))]),
    ],
  ])('%s', (_, codec, packed) => {
    expect(decompress(codec, packed, bytesMax).equals(bytes)).toBe(true);
  });

  test('snappy that tells of more than it may', () => {
    expect(() => decompress('snappy', Buffer.from('ffffffff0f00', 'hex'), bytesMax)).toThrow('may take more than');
  });
});
