/**
 * Facts as people write them in JSON → values as our decoder would have read them: decimals as text or plain numbers
 * (`12.5`), times as ISO 8601 or epoch milliseconds, nullables without wrappers, what has a default left out. Never throws:
 * what cannot be converted stays as it is, so that the map step answers with the right code, and what is missing without a
 * default stays missing.
 */
import { toMillis } from '../../pipeline/order/time';
import { type Avro, type AvroField, type AvroObject, commerceTypes, completeSchema } from '../../schemas/schemas';
import { namedTypes, readerForm } from './normal';

/** A value of one of our facts; of any other type, the JSON as it is. */
export const fromJson = (fullName: string, json: object): object => {
  const schema = schemaOf(fullName);
  return schema === undefined ? json : (converted(schema.schema, json, schema.names) as object);
};

type Names = ReadonlyMap<string, AvroObject>;
interface Known {
  readonly schema: Avro;
  readonly names: Names;
}

const known = new Map<string, Known>();

const schemaOf = (fullName: string): Known | undefined => {
  const found = known.get(fullName);
  if (found !== undefined || !commerceTypes().includes(fullName)) return found;
  const schema = readerForm(completeSchema(fullName));
  known.set(fullName, { schema, names: namedTypes(schema) });
  return known.get(fullName);
};

const converted = (schema: Avro, json: unknown, names: Names): unknown => {
  if (typeof schema === 'string') {
    const named = names.get(schema);
    return named === undefined ? primitive(schema, json) : converted(named, json, names);
  }
  if (Array.isArray(schema)) return branch(schema, json, names);
  const object = schema as AvroObject;
  if (object.logicalType === 'decimal') return typeof json === 'number' ? String(json) : json;
  if (object.logicalType === 'timestamp-millis') return time(json);
  switch (object.type) {
    case 'record':
      return isObject(json) ? record(object.fields ?? [], json, names) : json;
    case 'array':
      return Array.isArray(json) ? json.map(item => converted(object.items ?? 'null', item, names)) : json;
    case 'map':
      return isObject(json) ? dictionary(object.values ?? 'null', json, names) : json;
    default:
      return json;
  }
};

const record = (fields: readonly AvroField[], json: Record<string, unknown>, names: Names): object => {
  const value: Record<string, unknown> = {};
  for (const field of fields) {
    const given = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
    if (given !== undefined) value[field.name] = converted(field.type, given, names);
    else if (field.default !== undefined) value[field.name] = structuredClone(field.default);
  }
  return value;
};

const dictionary = (values: Avro, json: Record<string, unknown>, names: Names): object =>
  Object.fromEntries(Object.entries(json).map(([name, value]) => [name, converted(values, value, names)]));

/** Null, or the one other branch; of the attributes' several, the one that JSON's own type tells. */
const branch = (branches: readonly Avro[], json: unknown, names: Names): unknown => {
  if (json === null) return null;
  const others = branches.filter(each => each !== 'null');
  if (others.length === 1) return converted(others[0] as Avro, json, names);
  return others.includes('long') && Number.isSafeInteger(json) ? BigInt(json as number) : json;
};

const primitive = (type: string, json: unknown): unknown =>
  type === 'long' && Number.isSafeInteger(json) ? BigInt(json as number) : json;

const time = (json: unknown): unknown => {
  const millis = toMillis(json);
  return Number.isNaN(millis) ? json : millis;
};

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
