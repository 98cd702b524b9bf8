import { EncodingError, encoderOf, schemaEncoder } from '../../../connectors/registry/encode';

const text = schemaEncoder<{ a: string }>({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] }, 7);

test('the bytes are framed, and lie in one buffer', () => {
  const first = text({ a: 'one' });
  expect(first.toString('hex')).toBe('0000000007066f6e65');
  const second = text({ a: 'two' });
  expect(second.buffer).toBe(first.buffer);
});

test('a long value grows the buffer', () => {
  const a = 'ü'.repeat(100_000);
  expect(text({ a }).subarray(-200_000).toString()).toBe(a);
  expect(text({ a: 'x' }).toString('hex')).toBe('00000000070278');
});

test('bytes are any bytes, and views of their own piece only', () => {
  const encode = schemaEncoder<{ a: Uint8Array | null }>(
    { type: 'record', name: 'R', fields: [{ name: 'a', type: ['null', 'bytes'] }] },
    7,
  );
  expect(encode({ a: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) }).toString('hex')).toBe('000000000702040203');
  expect(encode({ a: Buffer.of(2, 3) }).toString('hex')).toBe('000000000702040203');
  expect(() => encode({ a: 'text' as never })).toThrow(EncodingError);
});

test('what the schema does not take is named by its fields, and never shown', () => {
  const encode = encoderOf('odp.OrderFailure', 1);
  let thrown: unknown;
  try {
    encode({ failure_id: 'f', stage: 'dreams', message: 5, source: { topic: 'ada@example.com' } } as never);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(EncodingError);
  expect(String(thrown)).toMatch(
    /^EncodingError: Cannot encode odp\.OrderFailure as stage, code, message, source\.partition/,
  );
  expect(String(thrown)).not.toContain('ada@');
  expect(() => encode(null as never)).toThrow(EncodingError);
});
