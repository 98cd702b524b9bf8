import fc from 'fast-check';
import { keyBuffer } from '../../../connectors/kafka/key';

const keyBytes = keyBuffer();

test('any key is its UTF-8, of whatever length the one before was', () => {
  const texts = fc.oneof(fc.string({ maxLength: 70 }), fc.string({ unit: 'binary', maxLength: 70 }));
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), all => {
      for (const text of all) expect(Buffer.from(keyBytes(text))).toEqual(Buffer.from(text));
    }),
  );
});

test('one stays as it is whatever another buffer is used for', () => {
  const key = keyBytes('SO-1');
  keyBuffer()('SO-2');
  expect(String(key)).toBe('SO-1');
});
