/** Our Avro schemas as they lie in this directory: what readers read by, what is registered, what types.ts is made from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An Avro schema as JSON, as far as we look into it. */
export type Avro = string | readonly Avro[] | AvroObject;

export interface AvroObject {
  readonly type: Avro;
  readonly logicalType?: string;
  readonly scale?: number;
  readonly precision?: number;
  readonly name?: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields?: readonly AvroField[];
  readonly items?: Avro;
  readonly values?: Avro;
  readonly symbols?: readonly string[];
}

export interface AvroField {
  readonly name: string;
  readonly type: Avro;
  readonly doc?: string;
  readonly default?: unknown;
}

export interface SchemaFile {
  /** Such as `commerce/OrderPlaced.avsc`. */
  readonly path: string;
  /** Such as `commerce.orders.OrderPlaced`. */
  readonly fullName: string;
  readonly schema: AvroObject & { readonly name: string; readonly fields: readonly AvroField[] };
  /** As in the file: some types may be of another file, named by their full name. */
  readonly text: string;
}

// Compiled, we are in dist/schemas, and the schemas stay where they are.
const here = existsSync(join(__dirname, 'commerce')) ? __dirname : join(__dirname, '../../schemas');

const read = (): readonly SchemaFile[] =>
  ['commerce', 'odp', 'state']
    .filter(directory => existsSync(join(here, directory)))
    .flatMap(directory =>
      readdirSync(join(here, directory))
        .filter(file => file.endsWith('.avsc'))
        .sort()
        .map(file => `${directory}/${file}`),
    )
    .map(path => {
      const text = readFileSync(join(here, path), 'utf8');
      const schema = JSON.parse(text);
      return { path, fullName: `${schema.namespace}.${schema.name}`, schema, text };
    });

let files: readonly SchemaFile[] | undefined;

/** Of all `.avsc` files, by path; read once. */
export const schemaFiles = (): readonly SchemaFile[] => {
  files ??= read();
  return files;
};

/** Full names of the facts, which producers write and nobody needs to map. */
export const commerceTypes = (): readonly string[] =>
  schemaFiles()
    .map(file => file.fullName)
    .filter(name => name.startsWith('commerce.orders.'));

/** The schema with all types it names inside it, so that it stands alone; throws where there is none of that name. */
export const completeSchema = (fullName: string): AvroObject => {
  const file = schemaFiles().find(each => each.fullName === fullName);
  if (!file) throw new Error(`Cannot find the schema ${fullName} as no file in schemas/ has it`);
  return inlined(file.schema, file.schema.namespace ?? '', new Set()) as AvroObject;
};

/** Avro wants a named type in full where it is met first, and by its name from then on. */
const inlined = (schema: Avro, namespace: string, met: Set<string>): Avro => {
  if (typeof schema === 'string') {
    const named = schema.includes('.') ? schema : `${namespace}.${schema}`;
    const file = met.has(named) ? undefined : schemaFiles().find(each => each.fullName === named);
    return file ? inlined(file.schema, namespace, met) : schema;
  }
  if (Array.isArray(schema)) return schema.map(each => inlined(each, namespace, met));
  const object = schema as AvroObject;
  const inside = object.namespace ?? namespace;
  if (object.name !== undefined) met.add(`${inside}.${object.name}`);
  return {
    ...object,
    ...(typeof object.type === 'string' ? {} : { type: inlined(object.type, inside, met) }),
    ...(object.fields && {
      fields: object.fields.map(field => ({ ...field, type: inlined(field.type, inside, met) })),
    }),
    ...(object.items !== undefined && { items: inlined(object.items, inside, met) }),
    ...(object.values !== undefined && { values: inlined(object.values, inside, met) }),
  };
};
