/** What our own schemas frame, read back. What was read is Java's word; only its bytes become values here. */
import { Cursor } from '../../../connectors/registry/cursor';
import { FRAME_BYTES } from '../../../connectors/registry/decode';
import { readerForm } from '../../../connectors/registry/normal';
import { straightReads } from '../../../connectors/registry/straight';
import { typeOf } from '../../../connectors/registry/types';
import { completeSchema } from '../../../schemas/schemas';
import type { Records } from '../../../schemas/types';

export const readerOf = <N extends keyof Records>(fullName: N): ((bytes: Buffer) => Records[N]) => {
  const reads = straightReads(typeOf(readerForm(completeSchema(fullName)), 'ours'));
  const cursor = new Cursor();
  return bytes => {
    cursor.open(bytes, FRAME_BYTES);
    return reads._read(cursor) as Records[N];
  };
};
