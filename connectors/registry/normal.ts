/**
 * Avro schemas in one form, so that what was registered by anybody can be compared with ours and given to avsc: names in
 * full, objects with their attributes in a fixed order, and nothing that does not matter to a reader (docs, defaults and
 * aliases of the writer, precision, annotations of other tools).
 */
import type { Avro, AvroField, AvroObject } from '../../schemas/schemas';

/** More cannot be an amount; and each decimal is written out with so many places. */
const SCALE_MAX = 100;

export const writerForm = (schema: Avro): Avro => normal(schema, '', false);

/** With defaults and aliases, by which a reader makes up for what the writer has not. */
export const readerForm = (schema: Avro): Avro => normal(schema, '', true);

/**
 * A reader schema that takes all that a producer may do to a schema of ours: a field that he leaves out, or makes nullable,
 * is null. The map step then answers for each record what is missing, where Avro's rules would refuse all of them.
 */
export const lenientForm = (schema: Avro): Avro => lenient(readerForm(schema));

const lenient = (schema: Avro): Avro => {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return schema.map(lenient);
  const object = schema as AvroObject;
  return {
    ...object,
    ...(object.fields && { fields: object.fields.map(lenientField) }),
    ...(object.items !== undefined && { items: lenient(object.items) }),
    ...(object.values !== undefined && { values: lenient(object.values) }),
  };
};

const lenientField = (field: AvroField): AvroField => {
  const type = lenient(field.type);
  const branches: readonly Avro[] = Array.isArray(type) ? type : [type as Avro];
  if (branches.includes('null')) return { ...field, type, ...(field.default === undefined && { default: null }) };
  // A default is of the first branch.
  return field.default === undefined
    ? { ...field, type: ['null', ...branches], default: null }
    : { ...field, type: [...branches, 'null'] };
};

/** All types in it that have a name, by that, on top of those that are known: the first of each. @param schema In one of the forms. */
export const namedTypes = (schema: Avro, known = new Map<string, AvroObject>()): Map<string, AvroObject> => {
  if (typeof schema === 'string') return known;
  if (Array.isArray(schema)) {
    for (const branch of schema) namedTypes(branch, known);
    return known;
  }
  const object = schema as AvroObject;
  if (object.name !== undefined && !known.has(object.name)) known.set(object.name, object);
  for (const field of object.fields ?? []) namedTypes(field.type, known);
  if (object.items !== undefined) namedTypes(object.items, known);
  if (object.values !== undefined) namedTypes(object.values, known);
  return known;
};

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string']);
const NAMED = new Set(['record', 'error', 'enum', 'fixed']);

interface Parsed extends AvroObject {
  readonly size?: number;
  readonly default?: unknown;
  readonly aliases?: readonly string[];
}

const normal = (schema: Avro, namespace: string, reader: boolean): Avro => {
  if (typeof schema === 'string') return PRIMITIVES.has(schema) ? schema : fullName(schema, namespace);
  if (Array.isArray(schema)) return schema.map(branch => normal(branch, namespace, reader));
  if (typeof schema !== 'object' || schema === null)
    throw new TypeError(`${JSON.stringify(schema)} is not an Avro type`);
  const object = schema as Parsed;
  const { type } = object;
  if (typeof type !== 'string') return normal(type, namespace, reader); // {"type": {"type": "string"}}
  if (NAMED.has(type)) return normalNamed(object, namespace, reader);
  switch (type) {
    case 'array':
      return { type, items: normal(object.items ?? invalid('an array without items'), namespace, reader) };
    case 'map':
      return { type, values: normal(object.values ?? invalid('a map without values'), namespace, reader) };
    case 'long':
      return object.logicalType === 'timestamp-millis' ? { type, logicalType: object.logicalType } : type;
    case 'bytes':
      return object.logicalType === 'decimal' ? { type, ...decimal(object) } : type;
    default:
      return normal(type, namespace, reader); // {"type": "string", "avro.java.string": "String"}
  }
};

const normalNamed = (object: Parsed, outside: string, reader: boolean): Avro => {
  const { type } = object;
  if (typeof object.name !== 'string') return invalid(`a ${type} without a name`);
  const name = fullName(object.name, object.namespace ?? outside);
  const namespace = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
  const aliases = reader && object.aliases ? { aliases: object.aliases } : {};
  if (type === 'enum') {
    return {
      type,
      name,
      symbols: object.symbols ?? [],
      ...(reader && object.default !== undefined && { default: object.default }),
      ...aliases,
    };
  }
  if (type === 'fixed') {
    return {
      type,
      name,
      ...(object.logicalType === 'decimal' && decimal(object)),
      ...aliases,
      size: object.size,
    } as Parsed;
  }
  const fields = (object.fields ?? invalid(`record ${name} without fields`)).map((field): AvroField & Parsed => {
    const { aliases: fieldAliases } = field as AvroField & Parsed;
    return {
      name: field.name,
      type: normal(field.type, namespace, reader),
      ...(reader && field.default !== undefined && { default: field.default }),
      ...(reader && fieldAliases && { aliases: fieldAliases }),
    };
  });
  return { type: 'record', name, ...aliases, fields } as AvroObject;
};

const decimal = ({ scale = 0 }: Parsed) => {
  if (!Number.isInteger(scale) || scale < 0 || scale > SCALE_MAX) invalid(`a decimal of scale ${scale}`);
  return { logicalType: 'decimal', scale };
};

const fullName = (name: string, namespace: string): string =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;

const invalid = (what: string): never => {
  throw new TypeError(`${what} is not Avro`);
};
