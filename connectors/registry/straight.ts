/**
 * Types as straight code. avsc walks a tree of types for every value, and each step is a call that may end in a dozen
 * classes, so that no compiler looks through it. Here the tree is walked once and becomes the source of one function for each
 * record, list and map in it, whose steps are the cursor's own: a quarter to a third less time. (avsc makes records so, too.)
 *
 * Only what is common is written out. Everything else, and every value that its type would refuse, is handed to the type:
 * bytes, values and errors are those of types.ts.
 */
import type { Cursor } from './cursor';
import { type AvroType, leafOf, type Reads } from './types';

/** Reads as the type does. Schemas come from others: only their names, as JSON, get into the code. */
export const straightReads = (type: AvroType): Reads => {
  const code = new Code();
  return { _read: code.compiled('cursor', `return ${code.read(type)};`) };
};

/** Writes as the type does. */
export const straightWrite = (type: AvroType): ((cursor: Cursor, value: unknown) => void) => {
  const code = new Code();
  return code.compiled('cursor, value', code.write(type, 'value'));
};

class Code {
  private readonly functions: string[] = [];
  /** What the code hands values to, as `types[0]` and so on. */
  private readonly types: AvroType[] = [];
  /** Names of functions, by what they do. A record may hold itself. */
  private readonly readers = new Map<AvroType, string>();
  private readonly writers = new Map<AvroType, string>();

  compiled<F>(parameters: string, body: string): F {
    const source = `${this.functions.join('\n')}\nreturn (${parameters}) => { ${body} };`;
    return new Function('types', source)(this.types) as F;
  }

  /** An expression. */
  read(type: AvroType): string {
    const leaf = leafOf(type);
    if (leaf !== undefined) return leaf.read;
    switch (type.typeName) {
      case 'record':
        return this.call(this.readers, type, () => {
          const fields = fieldsOf(type).map(({ name, type }) => `${nameOf(name)}: ${this.read(type)}`);
          return `(cursor) { return { ${fields.join(', ')} }; }`;
        });
      case 'array':
        return this.call(
          this.readers,
          type,
          // Made for as many as there are: one that grows has room for 16 at once. What a count claims is not believed beyond.
          () => `(cursor) {
            let count = cursor.readCount(0);
            if (count === 0) return [];
            const list = new Array(Math.min(count, 64));
            let read = 0;
            for (; count > 0; count = cursor.readCount(read))
              for (; count > 0; count--) list[read++] = ${this.read(type.itemsType)};
            return list;
          }`,
        );
      case 'map':
        return this.call(
          this.readers,
          type,
          () => `(cursor) {
            const map = {};
            let read = 0;
            for (let count = cursor.readCount(0); count > 0; count = cursor.readCount(read))
              for (; count > 0; count--, read++) {
                const name = cursor.readName();
                const value = ${this.read(type.valuesType)};
                if (name !== '__proto__') map[name] = value;
                else Object.defineProperty(map, name, { enumerable: true, configurable: true, writable: true, value });
              }
            return map;
          }`,
        );
      default: {
        const { types } = type;
        if (types === undefined) return `${this.kept(type)}._read(cursor)`;
        const or = nullableOf(type);
        if (or !== undefined) return `(cursor.readBranch(2) === ${or.nullAt} ? null : ${this.read(or.branch)})`;
        return this.call(this.readers, type, () => {
          const cases = types.map((branch, index) => `case ${index}: return ${this.read(branch)};`);
          return `(cursor) { switch (cursor.readBranch(${types.length})) { ${cases.join(' ')} } }`;
        });
      }
    }
  }

  /** Statements. @param value A name. */
  write(type: AvroType, value: string): string {
    const refused = `${this.kept(type)}._write(cursor, ${value});`;
    const leaf = leafOf(type);
    if (leaf !== undefined) return `if (${leaf.takes(value)}) ${leaf.write(value)}; else ${refused}`;
    switch (type.typeName) {
      case 'record':
        return this.call(this.writers, type, () => this.recordWriter(type), value);
      case 'array':
        return this.call(
          this.writers,
          type,
          () => `(cursor, value) {
            if (!Array.isArray(value)) return ${this.kept(type)}._write(cursor, value);
            if (value.length > 0) cursor.writeLong(value.length);
            for (let at = 0; at < value.length; at++) { const item = value[at]; ${this.write(type.itemsType, 'item')} }
            cursor.writeLong(0);
          }`,
          value,
        );
      case 'map':
        return this.call(
          this.writers,
          type,
          () => `(cursor, value) {
            if (!value || typeof value !== 'object' || Array.isArray(value)) return ${this.kept(type)}._write(cursor, value);
            const names = Object.keys(value);
            if (names.length > 0) cursor.writeLong(names.length);
            for (let at = 0; at < names.length; at++) {
              cursor.writeString(names[at]);
              const item = value[names[at]];
              ${this.write(type.valuesType, 'item')}
            }
            cursor.writeLong(0);
          }`,
          value,
        );
      default: {
        if (type.types?.[0]?.typeName === 'string')
          return `if (typeof ${value} === 'string') { cursor.writeBranch(0); cursor.writeString(${value}); } else ${refused}`;
        const or = nullableOf(type);
        if (or === undefined) return refused;
        const { nullAt, branch } = or;
        return `if (${value} === null) cursor.writeBranch(${nullAt}); else { cursor.writeBranch(${1 - nullAt}); ${this.write(branch, value)} }`;
      }
    }
  }

  /** Where a field is absent the type begins anew: it knows the defaults. */
  private recordWriter(type: AvroType): string {
    const fields = fieldsOf(type).map(
      ({ name, type: field }, index) => `
        const value${index} = value[${JSON.stringify(name)}];
        if (value${index} === undefined) { cursor.pos = start; return ${this.kept(type)}._write(cursor, value); }
        ${this.write(field, `value${index}`)}`,
    );
    return `(cursor, value) { const start = cursor.pos; ${fields.join('')} }`;
  }

  private call(names: Map<AvroType, string>, type: AvroType, body: () => string, value?: string): string {
    let name = names.get(type);
    if (name === undefined) {
      name = `${value === undefined ? 'read' : 'write'}${names.size}`;
      names.set(type, name);
      this.functions.push(`function ${name}${body()}`);
    }
    return value === undefined ? `${name}(cursor)` : `${name}(cursor, ${value});`;
  }

  private kept(type: AvroType): string {
    const index = this.types.indexOf(type);
    return `types[${index >= 0 ? index : this.types.push(type) - 1}]`;
  }
}

const fieldsOf = (type: AvroType) => type.fields ?? [];

const nameOf = (name: string) => (name === '__proto__' ? '["__proto__"]' : JSON.stringify(name));

/** Of a union of null and one other. */
const nullableOf = ({ typeName, types = [] }: AvroType): { nullAt: number; branch: AvroType } | undefined => {
  const nullAt = types.findIndex(branch => branch.typeName === 'null');
  const branch = types[1 - nullAt];
  return typeName.startsWith('union') && types.length === 2 && nullAt >= 0 && branch ? { nullAt, branch } : undefined;
};
