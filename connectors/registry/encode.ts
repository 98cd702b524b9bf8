/** Values → bytes framed with the id of their schema, for what we write ourselves. */
import { type Avro, completeSchema } from '../../schemas/schemas';
import type { Records } from '../../schemas/types';
import { Cursor } from './cursor';
import { FRAME_BYTES } from './decode';
import { readerForm } from './normal';
import { straightWrite } from './straight';
import { type AvroType, typeOf } from './types';

/** The bytes lie in the encoder's own buffer: they are valid until its next call. Throws an EncodingError. */
export type Encoder<T> = (value: T) => Buffer;

/** A value that its schema does not take: a fault of ours. Names the fields, never their values. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/** Of one of our own records, by full name. */
export const encoderOf = <N extends keyof Records>(fullName: N, id: number): Encoder<Records[N]> =>
  schemaEncoder(completeSchema(fullName), id);

/** Of any schema; fields with a default may be left out of the value. */
export const schemaEncoder = <T>(schema: Avro, id: number): Encoder<T> => {
  const type = typeOf(readerForm(schema), 'ours');
  const write = straightWrite(type);
  const cursor = new Cursor();
  return value => {
    cursor.start(FRAME_BYTES);
    try {
      write(cursor, value);
    } catch (cause) {
      throw new EncodingError(`Cannot encode ${type.name} as ${wrongFields(type, value)} not as its schema says`, {
        cause,
      });
    }
    const bytes = cursor.written();
    bytes[0] = 0;
    bytes.writeInt32BE(id, 1);
    return bytes;
  };
};

const wrongFields = (type: AvroType, value: unknown): string => {
  const paths = new Set<string>();
  try {
    type.isValid(value, { errorHook: path => paths.add(path.join('.')) });
  } catch {
    // Whatever it is, it is no record.
  }
  return paths.size === 0 ? 'a field is' : `${[...paths].slice(0, 10).join(', ')} ${paths.size === 1 ? 'is' : 'are'}`;
};
