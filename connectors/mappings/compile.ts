/** The `fields` of a mapping → a function from their record to ours. What is wrong is told to the file. */
import { parseMoney } from '../../pipeline/order/money';
import { toMillis } from '../../pipeline/order/time';
import { type Cast, type CastName, castNamesOf, castOf } from './casts';
import { type Entry, isMap, join, type Node, scalarOf, textOf, type YamlFile } from './document';
import type { FieldShape, Leaf, Shape } from './fields';
import { follow, kindOf, parsePath, type Theirs, typesAt } from './path';

/** From their record (or a line of it) to a value of ours; undefined where there is none. */
export type Getter = (value: unknown) => unknown;

type FieldGetter = readonly [name: string, get: Getter];

const LEAF = ['path', 'value', 'text', 'as', 'values', 'default'];

export class FieldCompiler {
  constructor(private readonly file: YamlFile) {}

  /** @param within The field all this is inside of. @param foreign Their schema, where it is given. */
  group(node: Node | null, shape: Shape, within: string | undefined, foreign: Theirs | undefined): Getter {
    const entries = this.file.entries(node, within ?? 'fields', 'fields with their paths');
    this.file.onlyKnown(entries, shape.keys(), within);
    const getters: FieldGetter[] = [];
    for (const [name, field] of shape) {
      const entry = entries.find(({ key }) => key === name);
      if (entry !== undefined) getters.push([name, this.field(entry, field, join(within, name), foreign)]);
      else if (field.required && isMap(node)) {
        this.file.tell(node, join(within, name), 'is not mapped, and no fact can be without it');
      }
    }
    return built(getters);
  }

  private field(entry: Entry, shape: FieldShape, name: string, foreign: Theirs | undefined): Getter {
    switch (shape.is) {
      case 'group':
        return this.group(entry.node, shape.fields, name, foreign);
      case 'items':
        return this.items(entry.node, shape.fields, name, foreign);
      case 'names':
        return this.names(entry.node, shape.leaf, name, foreign);
      case 'leaf':
        return this.leaf(entry.node, shape.leaf, name, foreign);
    }
  }

  /** `each` a list of theirs, with fields inside. */
  private items(node: Node | null, shape: Shape, name: string, foreign: Theirs | undefined): Getter {
    const entries = this.file.entries(node, name, '"each" (the path of a list) and "fields"');
    if (!isMap(node)) return nothing;
    this.file.onlyKnown(entries, ['each', 'fields'], name);
    const each = entries.find(({ key }) => key === 'each');
    const fields = entries.find(({ key }) => key === 'fields');
    if (each === undefined) this.file.tell(node, join(name, 'each'), 'is missing: the path of a list');
    if (fields === undefined) this.file.tell(node, join(name, 'fields'), 'is missing');
    if (each === undefined || fields === undefined) return nothing;
    const [list, types] = this.path(each.node, join(name, 'each'), foreign, ['array']);
    const line = types?.[0];
    const inside =
      foreign && typeof line === 'object' && 'items' in line
        ? { schema: line.items ?? 'null', names: foreign.names }
        : undefined;
    const build = this.group(fields.node, shape, name, inside);
    return value => {
      const found = list(value);
      return Array.isArray(found) ? found.map(build) : found;
    };
  }

  /** Names with a value each; or the path of a map of theirs, taken whole. */
  private names(node: Node | null, leaf: Leaf, name: string, foreign: Theirs | undefined): Getter {
    if (textOf(node) !== undefined) {
      const [get] = this.path(node, name, foreign, ['map']);
      const cast = castOf(leaf);
      return value => {
        const found = get(value);
        return isPlain(found)
          ? Object.fromEntries(Object.entries(found).map(([key, each]) => [key, cast(each)]))
          : found;
      };
    }
    return built(
      this.file
        .entries(node, name, 'names with their paths, or the path of a map')
        .map(entry => [entry.key, this.leaf(entry.node, leaf, join(name, entry.key), foreign)]),
    );
  }

  private leaf(node: Node | null, leaf: Leaf, name: string, foreign: Theirs | undefined): Getter {
    if (textOf(node) !== undefined) return cast(this.leafPath(node, name, foreign), castOf(leaf));
    if (!isMap(node)) {
      this.file.tell(node, name, 'must be a path, or a group with path, value or text', constantHint(node));
      return nothing;
    }
    const entries = this.file.entries(node, name, '');
    this.file.onlyKnown(entries, LEAF, name);
    const part = (wanted: string) => entries.find(({ key }) => key === wanted);
    const sources = entries.filter(({ key }) => key === 'path' || key === 'value' || key === 'text');
    const [source] = sources;
    if (source === undefined || sources.length > 1) {
      this.file.tell(node, name, 'must have exactly one of path, value and text');
      return nothing;
    }
    const as = this.cast(part('as'), leaf, name);
    const fallback = part('default');
    const byDefault = fallback && this.constant(fallback.node, leaf, join(name, 'default'), as);
    const table = part('values');
    if (source.key === 'value') {
      for (const needless of [fallback, table]) {
        if (needless) this.file.tell(needless.keyNode, join(name, needless.key), 'has no use beside a value');
      }
      const value = this.constant(source.node, leaf, name, as);
      return () => value;
    }
    const found =
      source.key === 'path' ? this.leafPath(source.node, name, foreign) : this.template(source.node, name, foreign);
    const looked = table === undefined ? found : this.lookup(table, found, leaf, name, byDefault);
    const getter = cast(looked, table === undefined ? castOf(leaf, as) : asItIs);
    return byDefault === undefined ? getter : value => getter(value) ?? byDefault;
  }

  private cast(entry: Entry | undefined, leaf: Leaf, name: string): CastName | undefined {
    if (entry === undefined) return undefined;
    const names = castNamesOf(leaf);
    const given = textOf(entry.node) as CastName | undefined;
    if (given !== undefined && names.includes(given)) return given;
    const known = names.length === 0 ? 'this field takes no "as"' : `known: ${names.join(', ')}`;
    this.file.tell(entry.node, join(name, 'as'), 'is no cast for this field', known);
    return undefined;
  }

  /** Their value by a table; what is not in it stays as it is, or is the default where there is one. */
  private lookup(entry: Entry, get: Getter, leaf: Leaf, name: string, byDefault: unknown): Getter {
    const table = new Map<string, unknown>();
    for (const { key, node } of this.file.entries(entry.node, join(name, 'values'), 'their values with ours')) {
      table.set(key, this.constant(node, leaf, `${name}.values.${key}`, undefined));
    }
    const otherwise = castOf(leaf);
    return value => {
      const found = get(value);
      if (found === null || found === undefined) return found;
      const ours = table.get(String(found));
      return ours ?? byDefault ?? otherwise(found);
    };
  }

  private constant(node: Node | null, leaf: Leaf, name: string, as: CastName | undefined): unknown {
    const given = scalarOf(node);
    if (given === null || given === undefined) {
      this.file.tell(node, name, 'must be a value');
      return undefined;
    }
    // YAML tells attributes' longs from doubles by the point.
    const value =
      leaf === 'attribute' && Number.isSafeInteger(given) ? BigInt(given as number) : castOf(leaf, as)(given);
    const must = mustBe(leaf, value);
    if (must !== undefined) this.file.tell(node, name, `must be ${must}`);
    return value;
  }

  /** `{path}` in a text; absent where one of them is. */
  private template(node: Node | null, name: string, foreign: Theirs | undefined): Getter {
    const text = textOf(node);
    const parts = text?.split(/\{([^{}]*)\}/);
    if (parts === undefined || parts.length < 3) {
      this.file.tell(node, name, 'must be a text with a {path} in it', 'a constant is { value: … }');
      return nothing;
    }
    const getters = parts.map(
      (part, at): Getter => (at % 2 === 0 ? () => part : this.pathOf(part, node, name, foreign, LEAVES)[0]),
    );
    return value => {
      let filled = '';
      for (const get of getters) {
        const found = get(value);
        if (found === null || found === undefined || typeof found === 'object') return undefined;
        filled += String(found);
      }
      return filled;
    };
  }

  private leafPath(node: Node | null, name: string, foreign: Theirs | undefined): Getter {
    return this.path(node, name, foreign, LEAVES)[0];
  }

  private path(node: Node | null, name: string, foreign: Theirs | undefined, kinds: readonly string[]) {
    return this.pathOf(textOf(node) ?? '', node, name, foreign, kinds);
  }

  private pathOf(text: string, node: Node | null, name: string, foreign: Theirs | undefined, kinds: readonly string[]) {
    const path = parsePath(text);
    if (path === undefined) {
      this.file.tell(node, name, 'must be a path: names with dots between them');
      return [nothing, undefined] as const;
    }
    const types = foreign && typesAt(foreign, path);
    if (typeof types === 'string') {
      this.file.tell(node, name, `has a path "${text}" that leads nowhere: ${types}`);
      return [nothing, undefined] as const;
    }
    const wrong = types?.find(type => !kinds.includes(kindOf(type)));
    if (wrong !== undefined) {
      this.file.tell(
        node,
        name,
        `has a path "${text}" to ${kindOf(wrong)}, where ${kinds === LEAVES ? 'one value' : kinds[0]} is needed`,
      );
    }
    return [follow(path), types] as const;
  }
}

const LEAVES = ['boolean', 'int', 'long', 'float', 'double', 'string', 'enum', 'decimal', 'timestamp-millis'];

const nothing: Getter = () => undefined;
const asItIs: Cast = value => value;

const cast =
  (get: Getter, as: Cast): Getter =>
  value =>
    as(get(value));

const built = (fields: readonly FieldGetter[]): Getter => {
  return value => {
    const record: Record<string, unknown> = {};
    for (const [name, get] of fields) {
      const found = get(value);
      if (found !== undefined) record[name] = found;
    }
    return record;
  };
};

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const constantHint = (node: Node | null): string | undefined => {
  const value = scalarOf(node);
  return value === null || value === undefined ? undefined : `a constant is { value: ${String(value)} }`;
};

/** What a constant should be and is not. */
const mustBe = (leaf: Leaf, value: unknown): string | undefined => {
  switch (leaf) {
    case 'amount':
      return typeof parseMoney(value) === 'number' ? undefined : 'an amount such as 12.50';
    case 'time':
      return Number.isNaN(toMillis(value)) ? 'a time: ISO 8601 with a zone, or epoch milliseconds' : undefined;
    case 'whole':
      return Number.isSafeInteger(value) ? undefined : 'a whole number';
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'text':
      return typeof value === 'string' ? undefined : 'text';
    case 'attribute':
      return undefined;
  }
};
