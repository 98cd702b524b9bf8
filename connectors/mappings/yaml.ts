/**
 * Mappings as data: a YAML file says, by the full name of a foreign record, which fact it is and what stands where.
 *
 * ```yaml
 * shop.checkout.OrderCompleted:
 *   fact: placed                         # placed, returned, refunded or cancelled
 *   schema: OrderCompleted.avsc          # optional: paths are checked against it
 *   when: { state: [PAID, SHIPPED] }     # optional; with a list of such rules, the first that holds is taken
 *   fields:
 *     event_id: { text: '{order.number}-completed' }
 *     order_id: order.number             # a path in their record
 *     occurred_at: { path: at, as: seconds }
 *     customer: { email: buyer.mail, identifiers: { loyalty_id: buyer.card } }
 *     currency: { path: currency_code, values: { 978: EUR, 840: USD } }
 *     total: { path: cents, as: hundredths }
 *     items:
 *       each: lines                      # paths inside are of a line
 *       fields: { product_id: sku, price: { path: price, as: hundredths }, quantity: { path: pieces, default: 1 } }
 *     attributes: { channel: { value: web }, gift: flags.gift }
 * ```
 *
 * It is compiled once, at start; everything that is wrong is told together, with file, line, column and field.
 */
import { dirname, resolve } from 'node:path';
import type { SourceRecord } from '../../pipeline/batch';
import { Rejection } from '../../pipeline/failure';
import type { Mapped, Mapping } from '../../pipeline/order/mapping';
import { writerForm } from '../registry/normal';
import { typeOf } from '../registry/types';
import { FieldCompiler, type Getter } from './compile';
import { isMap, isSeq, type Node, scalarOf, textOf, YamlFile } from './document';
import { type Kind, type Shape, shapeOf, typeOfKind } from './fields';
import { follow, parsePath, type Theirs, theirs, typesAt } from './path';
import type { MappingProblem } from './problem';

export interface YamlMappings {
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly problems: readonly MappingProblem[];
}

/** @param readText Of schema files, by absolute path; throws where there is none. */
export const yamlMappings = (path: string, text: string, readText: (path: string) => string): YamlMappings => {
  const file = new YamlFile(path, text);
  const mappings = new Map<string, Mapping>();
  if (file.root === undefined) return { mappings, problems: file.problems };
  for (const { key, keyNode, node } of file.entries(file.root, undefined, 'mappings by the full name of a record')) {
    if (!FULL_NAME.test(key)) file.tell(keyNode, key, 'is not the full name of an Avro record');
    if (Object.values<string>(typeOfKind).includes(key))
      file.tell(keyNode, key, 'is ours already and takes no mapping');
    const rules = (isSeq(node) ? (node.items as Node[]) : [node]).map(rule => ruleOf(file, key, rule, path, readText));
    if (rules.length === 0) file.tell(node, key, 'must have a rule');
    mappings.set(
      key,
      mappingOf(
        key,
        rules.filter(rule => rule !== undefined),
      ),
    );
  }
  return { mappings: file.problems.length === 0 ? mappings : new Map(), problems: file.problems };
};

const FULL_NAME = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

interface Rule {
  readonly holds: (value: object) => boolean;
  readonly type: Mapped['type'];
  readonly build: Getter;
}

const mappingOf = (fullName: string, rules: readonly Rule[]): Mapping => {
  const none = new Rejection(
    'unmapped_type',
    `Cannot use a record of type ${fullName} as none of the conditions of its mapping holds: add a rule for it`,
  );
  return (value: object, _source: SourceRecord) => {
    for (const rule of rules) {
      if (rule.holds(value)) return { type: rule.type, value: rule.build(value) as object };
    }
    return none;
  };
};

const RULE = ['fact', 'schema', 'when', 'fields'];

const ruleOf = (
  file: YamlFile,
  fullName: string,
  node: Node | null,
  path: string,
  readText: (path: string) => string,
): Rule | undefined => {
  const entries = file.entries(node, fullName, `a group of ${RULE.join(', ')}`);
  if (!isMap(node)) return undefined;
  file.onlyKnown(entries, RULE, fullName);
  const part = (name: string) => entries.find(({ key }) => key === name);

  const kind = textOf(part('fact')?.node) as Kind | undefined;
  const known = kind !== undefined && Object.hasOwn(typeOfKind, kind);
  if (!known) file.tell(part('fact')?.node ?? node, 'fact', `must be one of ${Object.keys(typeOfKind).join(', ')}`);

  const schema = part('schema');
  const foreign = schema && schemaOf(file, fullName, schema.node, path, readText);
  const when = part('when');
  const holds = when === undefined ? always : conditionOf(file, when.node, foreign);

  const fields = part('fields');
  if (fields === undefined) file.tell(node, 'fields', 'is missing: what stands where');
  if (!known || fields === undefined) return undefined;
  const shape: Shape = shapeOf(kind);
  const build = new FieldCompiler(file).group(fields.node, shape, undefined, foreign);
  return { holds, type: typeOfKind[kind], build };
};

const always = () => true;

const schemaOf = (
  file: YamlFile,
  fullName: string,
  node: Node | null,
  path: string,
  readText: (path: string) => string,
): Theirs | undefined => {
  const name = textOf(node);
  if (name === undefined) {
    file.tell(node, 'schema', 'must be the path of an Avro schema file');
    return undefined;
  }
  let text: string;
  try {
    text = readText(resolve(dirname(path), name));
  } catch {
    file.tell(node, 'schema', `cannot be read: there is no file ${name} beside the mapping`);
    return undefined;
  }
  try {
    const schema = writerForm(JSON.parse(text));
    typeOf(schema, 'theirs');
    const foreign = theirs(schema);
    const found = foreign.names.get(fullName);
    if (found !== undefined) return { schema: found, names: foreign.names };
    file.tell(node, 'schema', `has no record ${fullName}: it has ${[...foreign.names.keys()].join(', ') || 'none'}`);
  } catch (error) {
    file.tell(node, 'schema', `is not Avro: ${error instanceof Error ? error.message : String(error)}`);
  }
  return undefined;
};

/** All that are named must hold; a list holds where one of it does. */
const conditionOf = (file: YamlFile, node: Node | null, foreign: Theirs | undefined): Rule['holds'] => {
  const conditions = file
    .entries(node, 'when', 'paths with the values they must have')
    .map(({ key, keyNode, node }) => {
      const path = parsePath(key);
      const wrong = path === undefined ? 'is no path' : foreign && typesAt(foreign, path);
      if (typeof wrong === 'string') file.tell(keyNode, `when.${key}`, wrong);
      const expected = new Set<string>();
      for (const each of isSeq(node) ? (node.items as Node[]) : [node]) {
        const value = scalarOf(each);
        if (value === undefined) file.tell(each, `when.${key}`, 'must be a value, or a list of values');
        else expected.add(String(value));
      }
      const get = follow(path ?? ['']);
      return (value: object) => expected.has(String(get(value) ?? null));
    });
  return value => conditions.every(condition => condition(value));
};
