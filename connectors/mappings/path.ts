/**
 * Where a value stands in a foreign record: field names, map keys and list indexes with dots between them, such as
 * `order.lines.0.sku`. What is absent on the way is absent.
 */
import type { Avro, AvroObject } from '../../schemas/schemas';

export type Path = readonly string[];

/** Undefined where it is no path. */
export const parsePath = (text: string): Path | undefined => {
  const path = text.split('.');
  return path.some(name => name.trim() !== name || name === '') ? undefined : path;
};

/** What stands there in a value, or undefined. */
export const follow = (path: Path): ((value: unknown) => unknown) => {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return value => at(value, first);
  return value => {
    let found = at(value, first);
    for (let i = 0; i < rest.length; i++) found = at(found, rest[i] as string);
    return found;
  };
};

const at = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** A schema whose types can be looked up by name. In normal form (registry/normal.ts). */
export interface Theirs {
  readonly schema: Avro;
  readonly names: ReadonlyMap<string, AvroObject>;
}

export const theirs = (schema: Avro): Theirs => {
  const names = new Map<string, AvroObject>();
  collect(schema, names);
  return { schema, names };
};

/** The types that may stand at a path, or what is wrong with it. Unions are looked through; null is left out. */
export const typesAt = ({ schema, names }: Theirs, path: Path): readonly Avro[] | string => {
  let types = branches(schema, names);
  for (const [depth, name] of path.entries()) {
    const next = types.flatMap(type => inside(type, name, names));
    if (next.length === 0) {
      const where = depth === 0 ? 'the record' : `"${path.slice(0, depth).join('.')}"`;
      const fields = [...new Set(types.flatMap(fieldNames))];
      return fields.length === 0
        ? `${where} is ${types.map(shown).join(' or ')}, with nothing inside`
        : `${where} has no "${name}": it has ${fields.join(', ')}`;
    }
    types = next;
  }
  return types;
};

/** `record`, `array`, `string` … of a type in full. */
export const kindOf = (type: Avro): string =>
  typeof type === 'string' ? type : ((type as AvroObject).logicalType ?? String((type as AvroObject).type));

const branches = (schema: Avro, names: Theirs['names']): readonly Avro[] => {
  if (typeof schema === 'string') return schema === 'null' ? [] : [names.get(schema) ?? schema];
  return Array.isArray(schema) ? schema.flatMap(branch => branches(branch, names)) : [schema];
};

const inside = (type: Avro, name: string, names: Theirs['names']): readonly Avro[] => {
  if (typeof type === 'string') return [];
  const { fields, items, values } = type as AvroObject;
  if (values !== undefined) return branches(values, names);
  if (items !== undefined) return /^\d+$/.test(name) ? branches(items, names) : [];
  const field = fields?.find(candidate => candidate.name === name);
  return field === undefined ? [] : branches(field.type, names);
};

const fieldNames = (type: Avro): string[] =>
  typeof type === 'string' ? [] : ((type as AvroObject).fields ?? []).map(field => field.name);

const shown = (type: Avro): string => (kindOf(type) === 'array' ? 'a list (say which: "0", or "each")' : kindOf(type));

const collect = (schema: Avro, names: Map<string, AvroObject>): void => {
  if (typeof schema === 'string') return;
  if (Array.isArray(schema)) {
    for (const branch of schema) collect(branch, names);
    return;
  }
  const object = schema as AvroObject;
  if (object.name !== undefined) names.set(object.name, object);
  for (const field of object.fields ?? []) collect(field.type, names);
  if (object.items !== undefined) collect(object.items, names);
  if (object.values !== undefined) collect(object.values, names);
};
