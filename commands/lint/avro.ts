/** Avro schema files: is it JSON, and is it Avro? Each problem with line and column. */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { nearest } from '../settings/nearest';
import { type Problem, shown } from '../settings/problem';

export interface SchemaText {
  /** As shown in messages. */
  readonly name: string;
  readonly text: string;
}

const primitives = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const complex = ['record', 'enum', 'array', 'map', 'fixed'];
const nameForm = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Files may name types of each other by full name. */
export const avroProblems = (files: readonly SchemaText[]): Problem[] => {
  const parsed = files.map(file => ({ file, ...parse(file) }));
  const names = new Set(parsed.flatMap(({ root }) => (root ? namesOf(root, '') : [])));
  return parsed.flatMap(({ file, root, lines, problem }) => {
    if (problem) return [problem];
    const problems: Problem[] = [];
    const tell: Tell = (node, message, hint) => {
      const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
      problems.push({ source: `${file.name}:${line}:${col}`, message, ...(hint !== undefined && { hint }) });
    };
    if (root) checkType(root, '', names, tell);
    return problems;
  });
};

type Tell = (node: Node | null | undefined, message: string, hint?: string) => void;

const parse = ({ name, text }: SchemaText): { root?: Node; lines: LineCounter; problem?: Problem } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  try {
    JSON.parse(text);
  } catch (error) {
    const said = /at position (\d+)/.exec(String(error))?.[1];
    const { line, col } = lines.linePos(said === undefined ? text.trimEnd().length : Number(said));
    return {
      lines,
      problem: { source: `${name}:${line}:${col}`, message: 'is not JSON: something is missing or too much here' },
    };
  }
  return { lines, ...(document.contents && { root: document.contents as Node }) };
};

const textAt = (map: YAMLMap, key: string): string | undefined => {
  const value = map.get(key);
  return typeof value === 'string' ? value : undefined;
};

/** Full names of all named types inside. */
const namesOf = (node: Node, namespace: string): string[] => {
  if (isSeq(node)) return node.items.flatMap(item => namesOf(item as Node, namespace));
  if (!isMap(node)) return [];
  const name = textAt(node, 'name');
  const type = textAt(node, 'type');
  const inside = namespaceOf(node, namespace);
  const own = name !== undefined && type !== undefined && complex.includes(type) ? [fullName(name, inside)] : [];
  const inner = ['type', 'fields', 'items', 'values'].flatMap(key => {
    const child = node.get(key, true) as Node | undefined;
    return child ? namesOf(child, inside) : [];
  });
  return [...own, ...inner];
};

const namespaceOf = (node: YAMLMap, outer: string): string => {
  const name = textAt(node, 'name') ?? '';
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : (textAt(node, 'namespace') ?? outer);
};

const fullName = (name: string, namespace: string) =>
  name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;

const checkType = (node: Node, namespace: string, names: ReadonlySet<string>, tell: Tell): void => {
  if (isScalar(node)) {
    const name = String(node.value);
    if (primitives.includes(name) || names.has(fullName(name, namespace)) || names.has(name)) return;
    const meant = nearest(name, [...primitives, ...names]);
    tell(node, `${shown(node.value)} is not a type`, meant === undefined ? undefined : `did you mean ${meant}?`);
  } else if (isSeq(node)) {
    if (node.items.length === 0) tell(node, 'a union must have a branch');
    for (const item of node.items) checkType(item as Node, namespace, names, tell);
  } else if (isMap(node)) checkObject(node, namespace, names, tell);
};

const checkObject = (node: YAMLMap, outer: string, names: ReadonlySet<string>, tell: Tell): void => {
  const type = node.get('type', true) as Node | undefined;
  if (!type) {
    tell(node, '"type" is missing');
    return;
  }
  const kind = isScalar(type) ? String(type.value) : '';
  const namespace = namespaceOf(node, outer);
  if (['record', 'enum', 'fixed'].includes(kind)) {
    const name = node.get('name', true) as Node | undefined;
    if (!isScalar(name) || !nameForm.test(String(name.value)))
      tell(name ?? node, `a ${kind} needs a "name" of letters, digits and "_"`);
  }
  const child = (key: string) => node.get(key, true) as Node | undefined;
  switch (kind) {
    case 'record':
      checkFields(node, child('fields'), namespace, names, tell);
      break;
    case 'enum':
      if (!isSeq(child('symbols'))) tell(node, 'an enum needs a list of "symbols"');
      break;
    case 'fixed':
      if (!Number.isInteger(node.get('size'))) tell(node, 'a fixed needs a whole "size"');
      break;
    case 'array':
    case 'map': {
      const key = kind === 'array' ? 'items' : 'values';
      const inner = child(key);
      if (inner) checkType(inner, namespace, names, tell);
      else tell(node, `${kind === 'array' ? 'an array' : 'a map'} needs "${key}"`);
      break;
    }
    default:
      checkType(type, namespace, names, tell);
  }
  if (node.get('logicalType') === 'decimal') checkDecimal(node, kind, tell);
};

const checkFields = (
  record: YAMLMap,
  fields: Node | undefined,
  namespace: string,
  names: ReadonlySet<string>,
  tell: Tell,
) => {
  if (!isSeq(fields)) {
    tell(fields ?? record, 'a record needs a list of "fields"');
    return;
  }
  const seen = new Set<string>();
  for (const field of fields.items as Node[]) {
    const name = isMap(field) ? textAt(field, 'name') : undefined;
    if (!isMap(field) || name === undefined || !nameForm.test(name)) {
      tell(field, 'a field needs a "name" of letters, digits and "_"');
      continue;
    }
    if (seen.has(name)) tell(field, `field "${name}" is there twice`);
    seen.add(name);
    const type = field.get('type', true) as Node | undefined;
    if (type) checkType(type, namespace, names, tell);
    else tell(field, `field "${name}" has no "type"`);
  }
};

/** As the specification has it; readers ignore a decimal that breaks these, and would read bytes. */
const checkDecimal = (node: YAMLMap, kind: string, tell: Tell): void => {
  const precision = node.get('precision');
  const scale = node.get('scale') ?? 0;
  const at = node.get('logicalType', true) as Node;
  if (kind !== 'bytes' && kind !== 'fixed') tell(at, 'a decimal must be of bytes or fixed');
  if (!Number.isInteger(precision) || Number(precision) < 1)
    tell(at, 'a decimal needs a whole "precision" of at least 1');
  else if (!Number.isInteger(scale) || Number(scale) < 0 || Number(scale) > Number(precision))
    tell(at, 'the "scale" of a decimal must be a whole number from 0 to its precision');
};
