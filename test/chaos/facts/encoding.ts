/** Facts as bytes by schemas of the registry. Each further version has one more field, and so ids that no member has met. */
import { schemaEncoder } from '../../../connectors/registry/encode';
import type { Registry } from '../../../connectors/registry/registry';
import type { FactType } from '../../../dev/demo/fact';
import { completeSchema } from '../../../schemas/schemas';
import { topics } from '../topics';
import type { FactValue } from './value';

/** A buffer of its own each time. */
export type Encoding = (type: FactType, value: FactValue) => Buffer;

const types: readonly FactType[] = ['OrderPlaced', 'OrderReturned', 'OrderRefunded', 'OrderCancelled'];

/** Registers what is not there. @param version 0: the schemas of this repository. */
export const factEncoding = async (registry: Registry, version: number): Promise<Encoding> => {
  const encoders = new Map<FactType, (value: object) => Buffer>();
  for (const type of types) {
    const fullName = `commerce.orders.${type}`;
    const topic = type === 'OrderPlaced' ? topics.purchases : topics.deductions;
    const schema = withFields(completeSchema(fullName), version);
    encoders.set(type, schemaEncoder<object>(schema, await registry.register(`${topic}-${fullName}`, schema)));
  }
  return (type, value) => Buffer.from(encoders.get(type)?.(value) ?? []);
};

type Schema = ReturnType<typeof completeSchema>;

const withFields = ({ fields = [], ...rest }: Schema, version: number): Schema => ({
  ...rest,
  fields: [
    ...fields,
    ...Array.from({ length: version }, (_, index) => ({
      name: `channel_${index + 1}`,
      type: ['null', 'string'],
      default: null,
    })),
  ],
});
