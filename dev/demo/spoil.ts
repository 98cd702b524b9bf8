/**
 * Every kind of bad record we know of, each made of a good one, with what the pipeline must answer to it. Some are wrong in
 * their values (the encoder takes them, the checks must not), some in their bytes.
 */
import type { FailureCode } from '../../pipeline/failure';
import { type Expected, failure, skipped } from './expected';
import type { FactItem, FactValue, SampleFact } from './fact';
import type { Random } from './random';

export interface BadKind {
  readonly name: string;
  readonly expected: Expected;
  /** Makes the fact wrong, before it is encoded. */
  readonly value?: (fact: SampleFact, random: Random) => void;
  /** Makes the framed bytes wrong. Null: no value at all. */
  readonly bytes?: (bytes: Buffer, fact: SampleFact, random: Random) => Buffer | null;
  /** Not one of ours: encoded by a schema of another system. */
  readonly foreign?: true;
  /** Only a purchase can be wrong like this. */
  readonly purchase?: true;
}

/** Magic byte and schema id. */
const frameBytes = 5;

const wrongValue = (
  name: string,
  code: FailureCode,
  value: (fact: FactValue, random: Random) => void,
  purchase = false,
): BadKind => ({
  name,
  expected: failure('map', code),
  value: (fact, random) => value(fact.value, random),
  ...(purchase && { purchase }),
});

export const badKinds: readonly BadKind[] = [
  {
    name: 'truncated Avro',
    expected: failure('decode', 'corrupt'),
    // Whatever is cut off a whole record, something is missing at its end.
    bytes: (bytes, _, random) => bytes.subarray(0, random.between(frameBytes + 1, bytes.length - 1)),
  },
  {
    name: 'trailing bytes',
    expected: failure('decode', 'corrupt'),
    bytes: (bytes, _, random) => Buffer.concat([bytes, Buffer.alloc(random.between(1, 16), 0x2a)]),
  },
  {
    name: 'unknown schema id',
    expected: failure('decode', 'unknown_schema'),
    bytes: (bytes, _, random) => {
      const stranger = Buffer.from(bytes);
      stranger.writeUInt32BE(unknownSchemaIds + random.below(3), 1);
      return stranger;
    },
  },
  {
    name: 'plain JSON',
    expected: failure('decode', 'not_framed'),
    bytes: (_, { value }) => Buffer.from(JSON.stringify({ ...value, attributes: {}, total: String(value.total) })),
  },
  { name: 'foreign type', expected: failure('decode', 'unmapped_type'), foreign: true },
  wrongValue('no identifier', 'no_identifier', value => {
    value.customer = { email: null, phone: '  ', customer_id: '', vuid: null, identifiers: {} };
  }),
  wrongValue(
    'negative quantity',
    'invalid_quantity',
    value => {
      value.items = value.items.map((item, at): FactItem => (at === 0 ? { ...item, quantity: -item.quantity } : item));
    },
    true,
  ),
  wrongValue('over-long text', 'text_too_long', value => {
    value.coupon_code = 'LOREM-IPSUM-'.repeat(100);
  }),
  wrongValue(
    'no items',
    'no_items',
    value => {
      value.items = [];
    },
    true,
  ),
  wrongValue('blank order id', 'missing_field', value => {
    value.order_id = '   ';
  }),
  wrongValue('bad custom field name', 'invalid_field_name', value => {
    value.attributes = { 'Gift Wrap!': true };
  }),
  wrongValue('wrong currency', 'invalid_currency', (value, random) => {
    value.currency = random.pick(['Euro', '€', 'usd', 'US$']);
  }),
  wrongValue('time in seconds', 'invalid_timestamp', value => {
    value.occurred_at = Math.floor(value.occurred_at / 1000);
  }),
  wrongValue('more digits than a double has', 'invalid_amount', value => {
    value.total = '12345678901234.5678';
  }),
  { name: 'tombstone', expected: skipped, bytes: () => null },
  { name: 'empty value', expected: skipped, bytes: () => Buffer.alloc(0) },
];

/** A registry would have to count for long to come here. */
const unknownSchemaIds = 2_000_000_000;
