/** Records that cannot be used: each kind with the one failure that must come of it, whatever happens around it. */
import type { FailureCode, Stage } from '../../../pipeline/failure';
import type { FactValue } from './value';

export interface BadKind {
  readonly name: string;
  readonly stage: Stage;
  readonly code: FailureCode;
  /** Makes the value wrong, before it is encoded. */
  readonly value?: (value: FactValue) => FactValue;
  /** Makes the framed bytes wrong. */
  readonly bytes?: (bytes: Buffer) => Buffer;
  /** Stands on the next partition. */
  readonly elsewhere?: true;
}

export const badKinds: readonly BadKind[] = [
  { name: 'plain', stage: 'decode', code: 'not_framed', bytes: () => Buffer.from('{"order":1}') },
  { name: 'cut', stage: 'decode', code: 'corrupt', bytes: bytes => bytes.subarray(0, bytes.length - 3) },
  {
    name: 'no-items',
    stage: 'map',
    code: 'no_items',
    value: value => ({ ...value, items: [] }),
  },
  {
    name: 'stranger',
    stage: 'decode',
    code: 'unknown_schema',
    bytes: bytes => {
      const strange = Buffer.from(bytes);
      strange.writeInt32BE(2_000_000_000, 1);
      return strange;
    },
  },
  { name: 'currency', stage: 'map', code: 'invalid_currency', value: value => ({ ...value, currency: 'Euro' }) },
  { name: 'elsewhere', stage: 'decode', code: 'wrong_partition', elsewhere: true },
  {
    name: 'nobody',
    stage: 'map',
    code: 'no_identifier',
    value: value => ({
      ...value,
      customer: { email: null, phone: null, customer_id: null, vuid: null, identifiers: {} },
    }),
  },
];

/** By the name that its record carries in a header. */
export const badKind = (name: string): BadKind | undefined => badKinds.find(kind => kind.name === name);
