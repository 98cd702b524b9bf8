/**
 * What we need of a schema registry: schemas by id, ids by subject, a verdict on changes. Implemented over HTTP (http.ts) and
 * in memory (memory.ts) under one contract suite (test/contract/registry.ts). It keeps nothing: readers.ts does.
 */
import type { Avro } from '../../schemas/schemas';

export interface StoredSchema {
  /** `AVRO`, `JSON`, `PROTOBUF` or whatever comes. */
  readonly format: string;
  readonly text: string;
  /** Texts of the schemas it names, each after those it names itself. */
  readonly references: readonly string[];
}

export interface Registry {
  /** For messages. */
  readonly url: string;
  /** Undefined where the registry answers that it has none of that id. Rejects with a RegistryError on anything else. */
  schema(id: number): Promise<StoredSchema | undefined>;
  /** The id of the schema in its subject; registers it where it is not there yet. Rejects with SchemaRefused. */
  register(subject: string, schema: Avro): Promise<number>;
  /** The id of exactly this schema in its subject, where it is registered. */
  find(subject: string, schema: Avro): Promise<number | undefined>;
  /** The newest schema of a subject. */
  latest(subject: string): Promise<StoredSchema | undefined>;
  /** Why the registry would not take this as the subject's next version; empty where it would, or has no version yet. */
  objections(subject: string, schema: Avro): Promise<readonly string[]>;
}

/** The registry did not answer, or not as one does: the world broke, no record is at fault. */
export class RegistryError extends Error {
  override readonly name: string = 'RegistryError';
}

/** A schema that would break the subject's readers. */
export class SchemaRefused extends RegistryError {
  override readonly name = 'SchemaRefused';
}
