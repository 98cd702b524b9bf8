/** What a registry must do, written once, run against memory and the real one. Subjects are made unique by the subject. */
import { encoderOf, schemaEncoder } from '../../connectors/registry/encode';
import { SchemaReaders } from '../../connectors/registry/readers';
import { type Registry, SchemaRefused } from '../../connectors/registry/registry';
import { checkAll, findAll, registerAll, subjectsOf } from '../../connectors/registry/subjects';
import { type AvroObject, completeSchema } from '../../schemas/schemas';
import type { OrderPlaced } from '../../schemas/types';
import { decodeValues } from '../connectors/registry/batches';
import { orderPlaced } from '../records';

export interface RegistrySubject {
  readonly registry: Registry;
  /** A name that no other test uses. */
  readonly unique: (name: string) => string;
}

const placed = (): OrderPlaced =>
  orderPlaced('A7', {
    occurred_at: 1_767_225_600_000,
    attributes: { gift: true, points: 2n ** 60n, weight: 1.5, channel: 'web' },
  });

const record = (name: string, ...fields: AvroObject['fields'] & object): AvroObject => ({
  type: 'record',
  name,
  fields,
});

export const registryContract = (name: string, open: () => RegistrySubject): void => {
  describe(name, () => {
    let subject: RegistrySubject;
    beforeAll(() => {
      subject = open();
    });

    test('a schema is registered once, found again, and read by its id', async () => {
      const { registry, unique } = subject;
      const topic = unique('orders');
      const schema = completeSchema('commerce.orders.OrderPlaced');
      expect(await registry.find(topic, schema)).toBeUndefined();
      expect(await registry.latest(topic)).toBeUndefined();
      expect(await registry.objections(topic, schema)).toEqual([]);
      const id = await registry.register(topic, schema);
      expect(await registry.register(topic, schema)).toBe(id);
      expect(await registry.find(topic, schema)).toBe(id);
      const stored = await registry.schema(id);
      expect(stored).toEqual({ format: 'AVRO', text: expect.any(String), references: [] });
      expect(JSON.parse(stored?.text ?? '')).toEqual(schema);
      expect(await registry.latest(topic)).toEqual(stored);
    });

    test('an id that nobody registered is unknown, not an error', async () => {
      expect(await subject.registry.schema(2_000_000_000)).toBeUndefined();
    });

    test('what we encode, we decode', async () => {
      const { registry, unique } = subject;
      const id = await registry.register(unique('placed'), completeSchema('commerce.orders.OrderPlaced'));
      const encode = encoderOf('commerce.orders.OrderPlaced', id);
      const readers = new SchemaReaders(registry, { unknownIdMemoryMs: 60_000 });
      const { outcomes } = await decodeValues(readers, [encode(placed())]);
      expect(outcomes).toEqual([{ type: 'commerce.orders.OrderPlaced', value: placed() }]);
    });

    test('a producer may add, remove, widen and reorder fields', async () => {
      const { registry, unique } = subject;
      const ours = completeSchema('commerce.orders.OrderPlaced');
      const fields = ours.fields?.filter(field => !['coupon_code', 'attributes'].includes(field.name)) ?? [];
      const evolved: AvroObject = {
        ...ours,
        fields: [
          { name: 'warehouse', type: ['null', 'string'], default: null },
          ...fields.slice(6),
          ...fields.slice(0, 6),
        ],
      };
      const id = await registry.register(unique('evolved'), evolved);
      const value = { ...placed(), warehouse: 'north' };
      const readers = new SchemaReaders(registry, { unknownIdMemoryMs: 60_000 });
      const { outcomes } = await decodeValues(readers, [schemaEncoder(evolved, id)(value)]);
      expect(outcomes).toEqual([
        { type: 'commerce.orders.OrderPlaced', value: { ...placed(), coupon_code: null, attributes: {} } },
      ]);
    });

    test('a change that breaks readers is refused, and said with its field', async () => {
      const { registry, unique } = subject;
      const topic = unique('changing');
      const v1 = record('test.Changing', { name: 'a', type: 'string' });
      const v2 = record('test.Changing', { name: 'a', type: 'string' }, { name: 'b', type: 'int' });
      const v3 = record('test.Changing', { name: 'a', type: 'string' }, { name: 'b', type: 'int', default: 1 });
      await registry.register(topic, v1);
      expect(await registry.objections(topic, v2)).not.toEqual([]);
      await expect(registry.register(topic, v2)).rejects.toThrow(SchemaRefused);
      expect(await registry.objections(topic, v3)).toEqual([]);
      await registry.register(topic, v3);
    });

    test('our own subjects: new, registered, changed', async () => {
      const { registry, unique } = subject;
      const topics = {
        events: unique('events'),
        failures: unique('failures'),
        remembered: null,
        sources: [unique('orders')],
      };
      const subjects = subjectsOf(topics);
      expect(subjects.map(each => each.subject)).toEqual([
        ...['OrderCancelled', 'OrderPlaced', 'OrderRefunded', 'OrderReturned'].map(
          type => `${topics.sources[0]}-commerce.orders.${type}`,
        ),
        `${topics.events}-value`,
        `${topics.failures}-value`,
      ]);
      await expect(findAll(registry, subjects)).rejects.toThrow(`${topics.events}-value`);
      const { fields = [], ...event } = completeSchema('odp.OrderEvent');
      await registry.register(`${topics.events}-value`, {
        ...event,
        fields: fields.filter(({ name }) => name !== 'fact_ids'),
      });
      const before = await checkAll(registry, subjects);
      expect(before.map(({ state }) => state)).toEqual(['new', 'new', 'new', 'new', 'changed', 'new']);
      expect(before[4]?.problems).toEqual([expect.stringMatching(/^fact_ids is new and has no default/)]);
      const others = subjects.filter(({ fullName }) => fullName !== 'odp.OrderEvent');
      const ids = await registerAll(registry, others);
      expect(await findAll(registry, others)).toEqual(ids);
      expect((await checkAll(registry, others)).map(({ state, problems }) => [state, problems])).toEqual(
        others.map(() => ['registered', []]),
      );
      await expect(registerAll(registry, subjects)).rejects.toThrow(SchemaRefused);
    });
  });
};
