/**
 * How to read what is framed with a schema id: each id is asked for once, and has one resolver from its writer's schema to
 * ours from then on. What is known stays usable while the registry is down; an id it does not know is remembered for a while,
 * so that a topic full of them is not a request per record.
 */
import { Rejection } from '../../pipeline/failure';
import { type Avro, commerceTypes, completeSchema } from '../../schemas/schemas';
import { lenientForm, namedTypes, readerForm, writerForm } from './normal';
import type { Registry, StoredSchema } from './registry';
import { straightReads } from './straight';
import { type AvroType, type Reads, typeOf } from './types';

/** Reads the values of one record type. */
export interface RecordReader {
  /** Full name of the record. */
  readonly type: string;
  readonly reads: Reads;
}

/** One record type; or several, each value beginning with its index, where the schema is a union of records. */
export type SchemaReader = RecordReader | readonly RecordReader[];

/** How to read, or why nothing of that schema can be read. */
export type Known = SchemaReader | Rejection;

export interface ReaderSettings {
  /** For so long an id that the registry does not know is not asked for again. */
  readonly unknownIdMemoryMs: number;
  /** A monotonous clock. */
  readonly nowMs?: () => number;
}

const UNKNOWN_IDS_MAX = 10_000;
const REQUESTS_MAX = 8;

export class SchemaReaders {
  private readonly readers = new Map<number, Known>();
  /** When each was asked for, oldest first. */
  private readonly unknown = new Map<number, { readonly known: Rejection; readonly sinceMs: number }>();
  private readonly asked = new Map<number, Promise<Known>>();
  private readonly ours = new Map<string, OurReader>();
  private readonly nowMs: () => number;

  constructor(
    private readonly registry: Registry,
    private readonly settings: ReaderSettings,
    /** Full names of what is read into schemas of ours. Default: the facts. */
    ourTypes: readonly string[] = commerceTypes(),
  ) {
    this.nowMs = settings.nowMs ?? (() => performance.now());
    for (const fullName of ourTypes) this.ours.set(fullName, ourReader(fullName));
  }

  /** Without asking anybody; undefined where the id must be learnt first. */
  known(id: number): Known | undefined {
    const known = this.readers.get(id);
    if (known !== undefined) return known;
    const unknown = this.unknown.get(id);
    if (unknown === undefined) return undefined;
    if (this.nowMs() - unknown.sinceMs < this.settings.unknownIdMemoryMs) return unknown.known;
    this.unknown.delete(id);
    return undefined;
  }

  /** Asks for all of them, a few at a time; requests for the same id are joined. Rejects with a RegistryError. */
  async learn(ids: Iterable<number>): Promise<ReadonlyMap<number, Known>> {
    const learnt = new Map<number, Known>();
    const waiting = ids[Symbol.iterator]();
    const next = async (): Promise<void> => {
      for (let id = waiting.next(); !id.done; id = waiting.next()) learnt.set(id.value, await this.ask(id.value));
    };
    await Promise.all(Array.from({ length: REQUESTS_MAX }, next));
    return learnt;
  }

  private ask(id: number): Promise<Known> {
    const known = this.known(id);
    if (known !== undefined) return Promise.resolve(known);
    let answer = this.asked.get(id);
    if (answer === undefined) {
      answer = this.fetch(id).finally(() => this.asked.delete(id));
      this.asked.set(id, answer);
    }
    return answer;
  }

  private async fetch(id: number): Promise<Known> {
    const stored = await this.registry.schema(id);
    if (stored === undefined) return this.remember(id);
    const known = this.readerOf(id, stored);
    this.readers.set(id, known);
    return known;
  }

  private remember(id: number): Rejection {
    const known = new Rejection(
      'unknown_schema',
      `Cannot decode the record as ${this.registry.url} knows no schema ${id}: its producer registered elsewhere, or not at all`,
    );
    const oldest = this.unknown.size >= UNKNOWN_IDS_MAX ? this.unknown.keys().next().value : undefined;
    if (oldest !== undefined) this.unknown.delete(oldest);
    this.unknown.delete(id);
    this.unknown.set(id, { known, sinceMs: this.nowMs() });
    return known;
  }

  private readerOf(id: number, stored: StoredSchema): Known {
    if (stored.format !== 'AVRO') {
      return new Rejection('unmapped_type', `Cannot decode the record as schema ${id} is ${stored.format}, not Avro`);
    }
    try {
      const writer = writerForm(complete(stored));
      if (Array.isArray(writer)) return writer.map(branch => this.recordReader(id, branch, writer));
      return this.recordReader(id, writer, writer);
    } catch (error) {
      return new Rejection(
        'unmapped_type',
        `Cannot use schema ${id} as ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private recordReader(id: number, schema: Avro, whole: Avro): RecordReader {
    const name = typeof schema === 'object' && 'name' in schema ? schema.name : undefined;
    if (name === undefined || (schema as { type?: unknown }).type !== 'record') {
      throw new TypeError(`its values are no records but ${JSON.stringify(schema).slice(0, 60)}`);
    }
    const ours = this.ours.get(name);
    const type = (decimals: 'ours' | 'theirs') => {
      const all = typeOf(whole, decimals);
      return all.types?.find(branch => branch.name === name) ?? all;
    };
    if (ours === undefined) return { type: name, reads: straightReads(type('theirs')) };
    if (JSON.stringify(schema) === ours.written) return { type: name, reads: ours.exact };
    try {
      return { type: name, reads: ours.lenient.createResolver(type('ours')) };
    } catch (error) {
      const why = error instanceof Error ? error.message.replaceAll('"', '') : String(error);
      throw new TypeError(`its ${name} is not compatible with ours (schema ${id}: ${why})`);
    }
  }
}

interface OurReader {
  /** The normal form of our own schema: most producers write by it, and need no resolver. */
  readonly written: string;
  readonly exact: Reads;
  readonly lenient: AvroType;
}

const ourReader = (fullName: string): OurReader => {
  const schema = completeSchema(fullName);
  return {
    written: JSON.stringify(writerForm(schema)),
    exact: straightReads(typeOf(readerForm(schema), 'ours')),
    lenient: typeOf(lenientForm(schema), 'ours'),
  };
};

/** The schema with what it refers to inside it, where it is met first. */
const complete = ({ text, references }: StoredSchema): Avro => {
  const schema: Avro = parseSchema(text);
  if (references.length === 0) return schema;
  // What is defined inside another may be referred to as well.
  const others = namedTypes(references.map(each => writerForm(parseSchema(each))));
  return inlined(writerForm(schema), others, new Set());
};

/** A schema may be the bare name of a primitive. */
const parseSchema = (text: string): Avro => (/^[a-z]+$/.test(text) ? text : (JSON.parse(text) as Avro));

const inlined = (schema: Avro, others: ReadonlyMap<string, Avro>, met: Set<string>): Avro => {
  if (typeof schema === 'string') {
    const other = met.has(schema) ? undefined : others.get(schema);
    return other === undefined ? schema : inlined(other, others, met);
  }
  if (Array.isArray(schema)) return schema.map(each => inlined(each, others, met));
  const object = schema as Exclude<Avro, string | readonly Avro[]>;
  if (object.name !== undefined) {
    if (met.has(object.name)) return object.name; // defined where it was met first
    met.add(object.name);
  }
  return {
    ...object,
    ...(object.fields && {
      fields: object.fields.map(field => ({ ...field, type: inlined(field.type, others, met) })),
    }),
    ...(object.items !== undefined && { items: inlined(object.items, others, met) }),
    ...(object.values !== undefined && { values: inlined(object.values, others, met) }),
  };
};
