/** A registry in memory, under the same contract as a real one: for tests, previews and stories. BACKWARD, as a default registry. */
import type { Avro } from '../../schemas/schemas';
import { readerProblems } from './evolution';
import { type Registry, SchemaRefused, type StoredSchema } from './registry';

export interface MemoryRegistry extends Registry {
  /** Stores a schema of any format as it is, for tests. */
  store(schema: Partial<StoredSchema> & { readonly text: string }, subject?: string): number;
}

export const memoryRegistry = (): MemoryRegistry => {
  const schemas: StoredSchema[] = []; // id − 1
  const subjects = new Map<string, number[]>();

  const store: MemoryRegistry['store'] = ({ format = 'AVRO', text, references = [] }, subject) => {
    let at = schemas.findIndex(schema => schema.format === format && schema.text === text);
    if (at < 0) at = schemas.push({ format, text, references }) - 1;
    const id = at + 1;
    if (subject !== undefined) {
      const versions = subjects.get(subject) ?? [];
      subjects.set(subject, versions);
      if (!versions.includes(id)) versions.push(id);
    }
    return id;
  };

  const newest = (subject: string): StoredSchema | undefined => {
    const id = subjects.get(subject)?.at(-1);
    return id === undefined ? undefined : schemas[id - 1];
  };

  const find = (subject: string, schema: Avro): number | undefined => {
    const text = JSON.stringify(schema);
    return subjects.get(subject)?.find(id => schemas[id - 1]?.text === text);
  };

  const objections = (subject: string, schema: Avro): readonly string[] => {
    const before = newest(subject);
    return before === undefined ? [] : readerProblems(schema, JSON.parse(before.text));
  };

  return {
    url: 'memory:',
    store,
    schema: async id => schemas[id - 1],
    find: async (subject, schema) => find(subject, schema),
    latest: async subject => newest(subject),
    objections: async (subject, schema) => objections(subject, schema),
    register: async (subject, schema) => {
      const known = find(subject, schema);
      if (known !== undefined) return known;
      const problems = objections(subject, schema);
      if (problems.length > 0) {
        throw new SchemaRefused(`Cannot register ${subject} as it would break its readers: ${problems.join('; ')}`);
      }
      return store({ text: JSON.stringify(schema) }, subject);
    },
  };
};
