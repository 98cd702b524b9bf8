/**
 * TypeScript types from schemas/**\/*.avsc → schemas/types.ts. `--check` only says whether the file is fresh.
 * Avro → TypeScript: decimal → Decimal, timestamp-millis → number, long → bigint, double → number, bytes → Uint8Array, a union
 * of several → their union, map → object. In odp.* schemas, which we write ourselves, a decimal is always a number.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { schemaFiles } from '../schemas/schemas';

type Schema = string | Schema[] | RecordSchema | EnumSchema | Nested;
interface RecordSchema {
  readonly type: 'record';
  readonly name: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly fields: { name: string; type: Schema; doc?: string }[];
}
interface EnumSchema {
  readonly type: 'enum';
  readonly name: string;
  readonly symbols: string[];
  readonly doc?: string;
}
interface Nested {
  readonly type: 'array' | 'map' | Schema;
  readonly items?: Schema;
  readonly values?: Schema;
  readonly logicalType?: string;
}

const root = join(__dirname, '..', '..');
const output = join(root, 'schemas', 'types.ts');
const width = 120;

const primitives: Record<string, string> = {
  null: 'null',
  string: 'string',
  int: 'number',
  long: 'bigint',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  bytes: 'Uint8Array',
};

/** Declarations by type name, in the order they are met; a type that several schemas share stands once. */
const declarations = new Map<string, string>();

const typeOf = (schema: Schema, own: boolean): string => {
  if (typeof schema === 'string') return primitives[schema] ?? shortName(schema);
  if (Array.isArray(schema)) return unionOf(schema, own);
  if (schema.type === 'record') return declareRecord(schema as RecordSchema, own);
  if (schema.type === 'enum') return declareEnum(schema as EnumSchema);
  const { type, items, values, logicalType } = schema as Nested;
  if (logicalType === 'decimal') return own ? 'number' : 'Decimal';
  if (logicalType === 'timestamp-millis') return 'number';
  if (type === 'array' && items) return `readonly ${parenthesised(typeOf(items, own))}[]`;
  if (type === 'map' && values) return `{ readonly [name: string]: ${typeOf(values, own)} }`;
  return typeOf(type as Schema, own);
};

// null last, as one reads it.
const unionOf = (branches: Schema[], own: boolean): string =>
  [...branches.filter(branch => branch !== 'null'), ...branches.filter(branch => branch === 'null')]
    .map(branch => typeOf(branch, own))
    .join(' | ');

const parenthesised = (type: string) => (type.includes(' ') ? `(${type})` : type);
const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1);

const declareEnum = ({ name, symbols, doc }: EnumSchema): string => {
  declare(name, `${comment(doc, '')}export type ${name} = ${symbols.map(symbol => `'${symbol}'`).join(' | ')};\n`);
  return name;
};

const declareRecord = ({ name, doc, fields }: RecordSchema, own: boolean): string => {
  const lines = fields.map(
    field => `${comment(field.doc, '  ')}  readonly ${field.name}: ${typeOf(field.type, own)};\n`,
  );
  declare(name, `${comment(doc, '')}export interface ${name} {\n${lines.join('')}}\n`);
  return name;
};

const declare = (name: string, text: string) => {
  const known = declarations.get(name);
  if (known !== undefined && known !== text)
    throw new Error(`Cannot generate types as two schemas declare ${name} differently: give one another name`);
  declarations.set(name, text);
};

const comment = (doc: string | undefined, indent: string): string => {
  if (!doc) return '';
  const line = `${indent}/** ${doc} */\n`;
  if (line.length <= width + 1) return line;
  const lines: string[] = [''];
  for (const word of doc.split(' ')) {
    const last = lines[lines.length - 1] as string;
    if (`${indent} *${last} ${word}`.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(` ${word}`);
  }
  return `${indent}/**\n${lines.map(text => `${indent} *${text}\n`).join('')}${indent} */\n`;
};

const generate = (): string => {
  const files = schemaFiles();
  for (const { path, text } of files) typeOf(JSON.parse(text) as Schema, !path.startsWith('commerce/'));
  const records = files.map(({ fullName }) => `  readonly '${fullName}': ${shortName(fullName)};\n`);
  declare(
    'Records',
    `/** By full name: the records that have a schema file of their own. */\nexport interface Records {\n${records.join('')}}\n`,
  );
  const head = `/** Generated from schemas/**\\/*.avsc by \`npm run generate\`: do not edit. */

/** A whole number of ten-thousandths, or decimal text that is yet to be read exactly. */
export type Decimal = number | string;
`;
  return [head, ...declarations.values()].join('\n');
};

const main = (check: boolean) => {
  const fresh = generate();
  if (!check) return writeFileSync(output, fresh);
  let current = '';
  try {
    current = readFileSync(output, 'utf8');
  } catch {
    // Not there: stale.
  }
  if (current === fresh) return;
  console.error(`${relative(root, output)} is not what the schemas say: run "npm run generate"`);
  process.exitCode = 1;
};

main(process.argv.includes('--check'));
