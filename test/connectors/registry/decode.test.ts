/** Framed bytes → values or failures: each code, evolving producers, unknown ids, poison. */
import fc from 'fast-check';
import { schemaIdOf } from '../../../connectors/registry/decode';
import { encoderOf, schemaEncoder } from '../../../connectors/registry/encode';
import { type MemoryRegistry, memoryRegistry } from '../../../connectors/registry/memory';
import { SchemaReaders } from '../../../connectors/registry/readers';
import { RegistryError } from '../../../connectors/registry/registry';
import { type Avro, type AvroField, type AvroObject, completeSchema } from '../../../schemas/schemas';
import type { OrderRefunded } from '../../../schemas/types';
import { decodeValues } from './batches';

const OURS = 'commerce.orders.OrderRefunded';

const refunded: OrderRefunded = {
  event_id: 'e1',
  order_id: 'A7',
  occurred_at: 1_767_225_600_000,
  customer: { email: null, phone: null, customer_id: 'C', vuid: null, identifiers: { card: '5' } },
  currency: 'EUR',
  total: 125_000,
  subtotal: null,
  discount: null,
  tax: -1,
  shipping: '900719925474.0993',
  coupon_code: null,
  first_name: null,
  last_name: null,
  name: null,
  email: null,
  phone: null,
  bill_address: { street1: 'Ring 1', street2: null, city: 'Wien', state: null, zip: '1010', country: 'AT' },
  ship_address: null,
  items: [{ product_id: 'P', sku: null, price: 5, quantity: 2, discount: 0, subtotal: null }],
  inventory_returned: true,
  attributes: { long: 2n ** 63n - 1n, double: 0.1, text: '', flag: false },
};

/** Counts what is asked, and can be down. */
const counted = (registry: MemoryRegistry) => {
  const asked: number[] = [];
  const state = { down: false };
  return {
    asked,
    state,
    registry: {
      ...registry,
      schema: async (id: number) => {
        asked.push(id);
        await Promise.resolve();
        if (state.down) throw new RegistryError('down');
        return registry.schema(id);
      },
    },
  };
};

const setUp = (nowMs?: () => number) => {
  const memory = memoryRegistry();
  const { registry, asked, state } = counted(memory);
  const readers = new SchemaReaders(registry, { unknownIdMemoryMs: 60_000, ...(nowMs && { nowMs }) });
  const store = (schema: Avro) => memory.store({ text: JSON.stringify(schema) });
  return { memory, readers, asked, state, store };
};

const framed = (id: number, bytes: Uint8Array): Buffer => {
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, bytes]);
};

test('ours is read as it was written', async () => {
  const { readers, store } = setUp();
  const encode = encoderOf(OURS, store(completeSchema(OURS)));
  const { outcomes } = await decodeValues(readers, [encode(refunded)]);
  expect(outcomes).toEqual([{ type: OURS, value: refunded }]);
});

describe('failures', () => {
  const { memory, readers, store } = setUp();
  const id = store(completeSchema(OURS));
  const good = Buffer.from(encoderOf(OURS, id)(refunded));
  const json = memory.store({ format: 'JSON', text: '{}' });
  const text = store('string');
  const invalid = store({ type: 'record', name: 'R' });
  const incompatible = store({ type: 'record', name: OURS, fields: [{ name: 'total', type: 'double' }] });
  const foreign = store({ type: 'record', name: 'shop.Order', fields: [{ name: 'id', type: 'string' }] });

  test.each<[string, Buffer | null, string | undefined, string]>([
    ['JSON', Buffer.from('{"order_id":"A7"}'), 'not_framed', 'does not begin with a zero byte'],
    ['four bytes', Buffer.from([0, 0, 0, 0]), 'not_framed', ''],
    ['one byte', Buffer.from([0]), 'not_framed', ''],
    ['a frame and no more', framed(id, Buffer.alloc(0)), 'corrupt', 'they end too soon'],
    ['a cut value', good.subarray(0, -1), 'corrupt', 'they end too soon'],
    ['a longer value', Buffer.concat([good, Buffer.alloc(2)]), 'corrupt', '2 more bytes follow the value'],
    ['an id nobody knows', framed(4711, good.subarray(5)), 'unknown_schema', 'knows no schema 4711'],
    ['a negative id', framed(-1, good.subarray(5)), 'unknown_schema', 'knows no schema -1'],
    ['another format', framed(json, good), 'unmapped_type', `schema ${json} is JSON, not Avro`],
    ['a bare text', framed(text, good), 'unmapped_type', 'its values are no records but "string"'],
    ['a schema that is not one', framed(invalid, good), 'unmapped_type', 'record R without fields is not Avro'],
    ['ours, not compatible', framed(incompatible, good), 'unmapped_type', 'cannot read double as'],
    ['a type nobody maps', framed(foreign, Buffer.from([2, 65])), 'unmapped_type', 'type shop.Order'],
    ['a tombstone', null, undefined, ''],
    ['an empty value', Buffer.alloc(0), undefined, ''],
  ])('%s', async (_, value, code, message) => {
    const { outcomes, messages, skipped } = await decodeValues(readers, [value], { isUsed: type => type === OURS });
    expect(outcomes).toEqual(code === undefined ? [] : [code]);
    expect(skipped).toBe(code === undefined ? 1 : 0);
    expect(messages[0] ?? '').toContain(message);
  });

  test('a value of more bytes than may be carried on is too large, whatever it is', async () => {
    const settings = { valueBytesMax: good.length };
    const large = [Buffer.concat([good, Buffer.alloc(1)]), Buffer.alloc(good.length + 1, 'x')];
    const { outcomes, messages } = await decodeValues(readers, [good, ...large], settings);
    expect(outcomes).toEqual([{ type: OURS, value: refunded }, 'too_large', 'too_large']);
    expect(messages[2]).toBe(
      `Cannot carry on the record as its value has ${good.length + 1} bytes: at most ${good.length} can be kept (kafka.record_bytes_max)`,
    );
  });

  test('stand where their records stood', async () => {
    const { outcomes, skipped } = await decodeValues(readers, [good, null, Buffer.from('x'), good]);
    expect(outcomes).toEqual([{ type: OURS, value: refunded }, 'not_framed', { type: OURS, value: refunded }]);
    expect(skipped).toBe(1);
  });
});

test('what a mapping gets: decimals as text, longs as bigint, unions without wrappers', async () => {
  const { readers, store } = setUp();
  const schema: AvroObject = {
    type: 'record',
    name: 'shop.Order',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'total', type: { type: 'bytes', logicalType: 'decimal', scale: 2, precision: 9 } },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'micros', type: { type: 'long', logicalType: 'timestamp-micros' } },
      { name: 'either', type: ['null', 'int', 'long', 'string'], default: 'not the first branch' },
      { name: 'java', type: { type: 'string', 'avro.java.string': 'String' } as unknown as Avro },
    ],
  };
  const bytes = Buffer.from([10, 4, 0x04, 0xe2, 2, 4, 4, 6, 2, 65]);
  const { outcomes } = await decodeValues(readers, [framed(store(schema), bytes)]);
  expect(outcomes).toEqual([
    { type: 'shop.Order', value: { id: 5n, total: '12.50', at: 1, micros: 2n, either: 3n, java: 'A' } },
  ]);
});

test('a union of records is read as the record that it is', async () => {
  const { readers, store } = setUp();
  const other: AvroObject = { type: 'record', name: 'shop.Other', fields: [{ name: 'a', type: 'int' }] };
  const id = store([other, completeSchema(OURS)]);
  const ours = Buffer.from(encoderOf(OURS, id)(refunded)).subarray(5);
  const { outcomes } = await decodeValues(readers, [
    framed(id, Buffer.from([0, 14])),
    framed(id, Buffer.concat([Buffer.from([2]), ours])),
    framed(id, Buffer.from([4, 14])),
  ]);
  expect(outcomes).toEqual([{ type: 'shop.Other', value: { a: 7 } }, { type: OURS, value: refunded }, 'corrupt']);
});

test('what is referred to may stand inside another, be used before it, and be in several', async () => {
  const { memory, readers } = setUp();
  const status = { type: 'enum', name: 'Status', symbols: ['NEW', 'OLD'] };
  const text = (name: string, ...fields: object[]) =>
    JSON.stringify({ type: 'record', namespace: 'shop', name, fields });
  const own = { name: 'status', type: status };
  const id = memory.store({
    text: text(
      'Order',
      ...['Status', 'Header', 'Footer'].map(type => ({ name: type.toLowerCase(), type: `shop.${type}` })),
    ),
    references: [text('Header', own), text('Footer', own, { name: 'lines', type: 'int' })],
  });
  const { outcomes } = await decodeValues(readers, [framed(id, Buffer.from([2, 0, 2, 10]))]);
  const value = { status: 'OLD', header: { status: 'NEW' }, footer: { status: 'OLD', lines: 5 } };
  expect(outcomes).toEqual([{ type: 'shop.Order', value }]);
});

test('any evolution of a producer by Avro’s rules is read, value by value', async () => {
  const ours = completeSchema(OURS);
  const fields = ours.fields as readonly AvroField[];
  const optional = fields.filter(field => field.default !== undefined).map(field => field.name);
  // Address is met first in bill_address, and may only be named after it.
  const removable = optional.filter(name => name !== 'bill_address');
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(removable),
      fc.array(fc.constantFrom<Avro>('string', 'long', ['null', 'double']), { maxLength: 3 }),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 8 }),
      async (removed, added, nullable, moves) => {
        let kept: AvroField[] = fields
          .filter(field => !removed.includes(field.name))
          .map(field => (field.name === 'currency' && nullable ? { ...field, type: ['null', 'string'] } : field));
        for (const [i, type] of added.entries()) kept.unshift({ name: `new_${i}`, type });
        const address = kept.findIndex(field => field.name === 'bill_address');
        for (const move of moves) {
          const from = move % kept.length;
          if (from === address) continue;
          const [field] = kept.splice(from, 1) as [AvroField];
          kept = field.name === 'ship_address' ? [...kept, field] : [field, ...kept];
        }
        const at = (name: string) => kept.findIndex(field => field.name === name);
        fc.pre(at('ship_address') < 0 || at('ship_address') > at('bill_address'));
        const { readers, store } = setUp();
        const writer: AvroObject = { ...ours, fields: kept };
        const given: Record<string, unknown> = { ...refunded };
        for (const [i, type] of added.entries())
          given[`new_${i}`] = type === 'string' ? 'x' : type === 'long' ? 5n : null;
        const value = framed(store(writer), Buffer.from(schemaEncoder(writer, 0)(given)).subarray(5));
        const { outcomes } = await decodeValues(readers, [value]);
        const expected: Record<string, unknown> = { ...refunded };
        for (const name of removed) expected[name] = fields.find(field => field.name === name)?.default;
        expect(outcomes).toEqual([{ type: OURS, value: expected }]);
      },
    ),
    { numRuns: 60 },
  );
});

describe('asking the registry', () => {
  test('once for an id, however many records and batches want it at the same time', async () => {
    const { readers, asked, store } = setUp();
    const encode = encoderOf(OURS, store(completeSchema(OURS)));
    const values = Array.from({ length: 100 }, () => Buffer.from(encode(refunded)));
    await Promise.all([1, 2, 3].map(() => decodeValues(readers, values)));
    await decodeValues(readers, values);
    expect(asked).toEqual([1]);
  });

  test('once for an unknown id, until its memory ends', async () => {
    let now = 0;
    const { readers, asked } = setUp(() => now);
    const values = Array.from({ length: 100 }, () => framed(4711, Buffer.alloc(3)));
    const unknown = async () =>
      expect((await decodeValues(readers, values)).outcomes).toEqual(values.map(() => 'unknown_schema'));
    await unknown();
    now = 59_999;
    await unknown();
    expect(asked).toEqual([4711]);
    now = 60_000;
    await unknown();
    expect(asked).toEqual([4711, 4711]);
  });

  test('an id that is registered later is found when the memory of its absence ends', async () => {
    let now = 0;
    const { readers, store } = setUp(() => now);
    const value = framed(1, Buffer.from(encoderOf(OURS, 1)(refunded)).subarray(5));
    expect((await decodeValues(readers, [value])).outcomes).toEqual(['unknown_schema']);
    store(completeSchema(OURS));
    now = 60_000;
    expect((await decodeValues(readers, [value])).outcomes).toEqual([{ type: OURS, value: refunded }]);
  });

  test('an outage is an error of the batch that needs a new id, and of no other', async () => {
    const { readers, state, store } = setUp();
    const encode = encoderOf(OURS, store(completeSchema(OURS)));
    const known = Buffer.from(encode(refunded));
    await decodeValues(readers, [known]);
    state.down = true;
    expect((await decodeValues(readers, [known])).outcomes).toEqual([{ type: OURS, value: refunded }]);
    await expect(decodeValues(readers, [known, framed(9, Buffer.alloc(1))])).rejects.toThrow('down');
    state.down = false;
    expect((await decodeValues(readers, [framed(9, Buffer.alloc(1))])).outcomes).toEqual(['unknown_schema']);
  });

  test('the memory of unknown ids is bounded', async () => {
    const { readers } = setUp();
    const values = Array.from({ length: 12_000 }, (_, id) => framed(1_000_000 + id, Buffer.alloc(1)));
    const { outcomes } = await decodeValues(readers, values);
    expect(new Set(outcomes)).toEqual(new Set(['unknown_schema']));
    expect(readers.known(1_000_000)).toBeUndefined();
    expect(readers.known(1_011_999)).toBeDefined();
  });
});

describe('poison', () => {
  const { readers, store } = setUp();
  const ids = [
    store(completeSchema(OURS)),
    store({
      ...completeSchema(OURS),
      fields: (completeSchema(OURS).fields ?? []).filter(({ name }) => name !== 'attributes'),
    }),
    store({
      type: 'record',
      name: 'shop.Tree',
      fields: [
        { name: 'nothing', type: { type: 'array', items: 'null' } },
        { name: 'bytes', type: 'bytes' },
        { name: 'total', type: { type: 'bytes', logicalType: 'decimal', scale: 2 } },
        { name: 'children', type: { type: 'array', items: 'shop.Tree' } },
      ],
    }),
  ];

  test('no bytes whatsoever throw, or take long', async () => {
    const good = Buffer.from(encoderOf(OURS, ids[0] as number)(refunded)).subarray(5);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // Mostly right, which goes deeper.
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map(changes => {
        const changed = Buffer.from(good);
        for (const [at, byte] of changes) changed[at] = byte;
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ids), bytes, async (id, poison) => {
        const { outcomes } = await decodeValues(readers, [framed(id, poison)]);
        expect(outcomes).toHaveLength(1);
        if (typeof outcomes[0] === 'string') expect(outcomes[0]).toBe('corrupt');
      }),
      { numRuns: 3_000 },
    );
  });

  test('lists that claim to be endless cost no memory', async () => {
    const endless = Buffer.concat([Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f]), Buffer.alloc(1_000_000, 0x02)]);
    const before = process.memoryUsage().rss;
    for (const id of ids) {
      const { outcomes } = await decodeValues(
        readers,
        Array.from({ length: 5 }, () => framed(id, endless)),
      );
      expect(new Set(outcomes)).toEqual(new Set(['corrupt']));
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test('what comes after poison is read well', async () => {
    const good = Buffer.from(encoderOf(OURS, ids[0] as number)(refunded));
    const poison = framed(ids[2] as number, Buffer.alloc(400, 0x80));
    const { outcomes } = await decodeValues(readers, [poison, good]);
    expect(outcomes).toEqual(['corrupt', { type: OURS, value: refunded }]);
  });
});

test('the id of a framed value', () => {
  expect(schemaIdOf(framed(77, Buffer.alloc(0)))).toBe(77);
  expect(schemaIdOf(Buffer.from([1, 0, 0, 0, 77]))).toBeUndefined();
  expect(schemaIdOf(Buffer.from([0, 0, 0, 0]))).toBeUndefined();
  expect(schemaIdOf(null)).toBeUndefined();
});
