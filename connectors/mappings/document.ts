/** A YAML file walked node by node, so that each problem is told with its line and column, all of them together. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { MappingProblem } from './problem';

export interface Entry {
  readonly key: string;
  readonly keyNode: Node;
  readonly node: Node | null;
}

export class YamlFile {
  private readonly told: { readonly line: number; readonly col: number; readonly problem: MappingProblem }[] = [];
  private readonly lines = new LineCounter();
  /** The top of it; undefined where it is no YAML, which is told. */
  readonly root: Node | null | undefined;
  readonly document: Document;

  /** @param name For messages. */
  constructor(
    private readonly name: string,
    text: string,
  ) {
    const document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: true });
    this.document = document;
    for (const { pos, message } of document.errors) this.tell(pos[0], undefined, `is not YAML: ${message}`);
    this.root = document.errors.length > 0 ? undefined : (document.contents as Node | null);
  }

  /** In the order of the file. */
  get problems(): readonly MappingProblem[] {
    return this.told.toSorted((a, b) => a.line - b.line || a.col - b.col).map(({ problem }) => problem);
  }

  /** `mappings/shop.yaml:3:5` of a node, or of an offset. */
  placeOf(at: Node | null | number | undefined): string {
    const { line, col } = this.positionOf(at);
    return `${this.name}:${line}:${col}`;
  }

  /** As plain JSON. */
  valueOf(node: Node | null | undefined): unknown {
    return node?.toJS(this.document) ?? null;
  }

  /** What an alias stands for. */
  resolved(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.document) : node;
  }

  /** @param at A node, or an offset. @param field What it is about, such as `items.price`. */
  tell(at: Node | null | number | undefined, field: string | undefined, message: string, hint?: string): void {
    const { line, col } = this.positionOf(at);
    const problem: MappingProblem = {
      source: `${this.name}:${line}:${col}`,
      ...(field !== undefined && { name: field }),
      message,
      ...(hint !== undefined && { hint }),
    };
    this.told.push({ line, col, problem });
  }

  private positionOf(at: Node | null | number | undefined) {
    return this.lines.linePos(typeof at === 'number' ? at : (at?.range?.[0] ?? 0));
  }

  /** The entries of a group of names; tells where it is none. */
  entries(node: Node | null | undefined, field: string | undefined, what: string): readonly Entry[] {
    if (!isMap(node)) {
      this.tell(node, field, `must be ${what}`);
      return [];
    }
    return entriesOf(node);
  }

  /** Tells of names that are not known. */
  onlyKnown(entries: readonly Entry[], known: Iterable<string>, field: string | undefined): void {
    const names = [...known];
    for (const { key, keyNode } of entries) {
      if (!names.includes(key)) this.tell(keyNode, join(field, key), 'is not known here', `known: ${names.join(', ')}`);
    }
  }
}

export const join = (field: string | undefined, name: string): string =>
  field === undefined ? name : `${field}.${name}`;

const entriesOf = (map: YAMLMap): Entry[] =>
  map.items.map(({ key, value }) => ({
    key: isScalar(key) ? String(key.value) : '?',
    keyNode: key as Node,
    node: value as Node | null,
  }));

/** A scalar's value; undefined where it is a group or a list. */
export const scalarOf = (node: Node | null | undefined): unknown => {
  if (node === null || node === undefined) return null;
  return isScalar(node) ? node.value : undefined;
};

export const textOf = (node: Node | null | undefined): string | undefined => {
  const value = scalarOf(node);
  return typeof value === 'string' ? value : undefined;
};

export { isMap, isSeq, type Node };
