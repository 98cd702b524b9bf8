/** What of a writer's schema a reader's cannot read by Avro's rules, field by field: registries say yes or no, people need the field. */
import type { Avro, AvroField, AvroObject } from '../../schemas/schemas';
import { namedTypes, readerForm, writerForm } from './normal';

/** Empty where the reader reads all that the writer writes. Each problem begins with the field's path, where it has one. */
export const readerProblems = (reader: Avro, writer: Avro): readonly string[] => {
  const problems: string[] = [];
  const [readerSchema, writerSchema] = [readerForm(reader), writerForm(writer)];
  const [readers, writers] = [namedTypes(readerSchema), namedTypes(writerSchema)];
  compare(readerSchema, writerSchema, '', { readers, writers, seen: new Set(), problems });
  return problems;
};

interface Comparison {
  readonly readers: ReadonlyMap<string, AvroObject>;
  readonly writers: ReadonlyMap<string, AvroObject>;
  readonly seen: Set<string>;
  readonly problems: string[];
}

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

const compare = (readerType: Avro, writerType: Avro, path: string, all: Comparison): void => {
  const reader = named(readerType, all.readers);
  const writer = named(writerType, all.writers);
  if (Array.isArray(writer)) {
    for (const branch of writer) compare(reader, branch, path, all);
    return;
  }
  if (Array.isArray(reader)) {
    const tried = reader.map(branch => {
      const problems: string[] = [];
      compare(branch, writer, path, { ...all, seen: new Set(all.seen), problems });
      return { branch, problems };
    });
    if (tried.some(({ problems }) => problems.length === 0)) return;
    // The branch of the same kind tells the most.
    const same = tried.find(({ branch }) => kindOf(named(branch, all.readers)) === kindOf(writer));
    all.problems.push(...(same?.problems ?? [`${at(path)}is ${shown(writer)}, which is none of ${shown(reader)}`]));
    return;
  }
  const [readerKind, writerKind] = [kindOf(reader), kindOf(writer)];
  if (readerKind !== writerKind) {
    if (!PROMOTIONS[writerKind]?.includes(readerKind)) {
      all.problems.push(`${at(path)}changes from ${shown(writer)} to ${shown(reader)}`);
    }
    return;
  }
  if (typeof reader === 'string' || typeof writer === 'string') return;
  compareComplex(reader as Named, writer as Named, path, all);
};

interface Named extends AvroObject {
  readonly size?: number;
  readonly default?: unknown;
  readonly aliases?: readonly string[];
}

const compareComplex = (reader: Named, writer: Named, path: string, all: Comparison): void => {
  if (reader.name !== undefined && reader.name !== writer.name && !reader.aliases?.includes(writer.name ?? '')) {
    all.problems.push(`${at(path)}changes its name from ${writer.name} to ${reader.name}`);
    return;
  }
  if (reader.logicalType === 'decimal' && writer.logicalType === 'decimal' && reader.scale !== writer.scale) {
    all.problems.push(`${at(path)}changes its scale from ${writer.scale} to ${reader.scale}`);
  }
  switch (reader.type) {
    case 'array':
      compare(reader.items ?? 'null', writer.items ?? 'null', `${path}[]`, all);
      break;
    case 'map':
      compare(reader.values ?? 'null', writer.values ?? 'null', `${path}{}`, all);
      break;
    case 'fixed':
      if (reader.size !== writer.size)
        all.problems.push(`${at(path)}changes its size from ${writer.size} to ${reader.size}`);
      break;
    case 'enum': {
      const gone = (writer.symbols ?? []).filter(symbol => !reader.symbols?.includes(symbol));
      if (gone.length > 0 && reader.default === undefined) {
        all.problems.push(`${at(path)}loses the symbol ${gone.join(', ')} and has no default`);
      }
      break;
    }
    default:
      compareFields(reader, writer, path, all);
  }
};

const compareFields = (reader: Named, writer: Named, path: string, all: Comparison): void => {
  const pair = `${reader.name} ${writer.name}`;
  if (all.seen.has(pair)) return;
  all.seen.add(pair);
  for (const field of reader.fields ?? []) {
    const names = [field.name, ...((field as AvroField & Named).aliases ?? [])];
    const before = writer.fields?.find(candidate => names.includes(candidate.name));
    const here = path === '' ? field.name : `${path}.${field.name}`;
    if (before !== undefined) compare(field.type, before.type, here, all);
    else if (field.default === undefined) {
      all.problems.push(`${at(here)}is new and has no default, so that what was written before cannot be read`);
    }
  }
};

const named = (schema: Avro, names: ReadonlyMap<string, AvroObject>): Avro =>
  typeof schema === 'string' ? (names.get(schema) ?? schema) : schema;

const kindOf = (schema: Avro): string =>
  typeof schema === 'string' ? schema : Array.isArray(schema) ? 'union' : String((schema as AvroObject).type);

const shown = (schema: Avro): string => {
  if (typeof schema === 'string') return schema;
  if (Array.isArray(schema)) return `[${schema.map(shown).join(', ')}]`;
  const { name, logicalType, type } = schema as AvroObject;
  return name ?? logicalType ?? String(type);
};

const at = (path: string): string => (path === '' ? 'the schema ' : `${path} `);
