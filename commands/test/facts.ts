/** The facts of a story: `- placed: {…}` for one of our own, or whole as a line of `preview` has them; what is not said is in `defaults`. */
import { type Entry, isMap, isSeq, type Node, type YamlFile } from '../../connectors/mappings/document';
import { typeOfKind } from '../../connectors/mappings/fields';
import { commerceTypes, completeSchema } from '../../schemas/schemas';
import { checkedFact, type FactLine, factFields, factLine, isObject, recordTime } from '../preview/fact-line';
import { nearest } from '../settings/nearest';

/** Where a fact names no topic. */
export const TOPIC = 'commerce.orders';

export const readFactsOf = (
  file: YamlFile,
  node: Node | null | undefined,
  defaultsNode: Node | null | undefined,
): FactLine[] => {
  const defaults = defaultsOf(file, defaultsNode);
  if (!isSeq(node) || node.items.length === 0) {
    file.tell(node ?? file.root, 'facts', 'must be a list with a fact at least');
    return [];
  }
  return node.items.flatMap((item, index) => factOf(file, item as Node, index + 1, defaults));
};

type Given = Readonly<Record<string, unknown>>;

const defaultsOf = (file: YamlFile, node: Node | null | undefined): Given => {
  if (node === undefined) return {};
  const entries = file.entries(node, 'defaults', `a group of ${factFields.join(', ')}`);
  file.onlyKnown(entries, factFields, 'defaults');
  const value = file.resolved(entries.find(({ key }) => key === 'value')?.node);
  if (value !== undefined)
    onlyFields(file, file.entries(value, 'defaults.value', 'a group of fields'), commerceTypes(), 'defaults.value');
  return groupOf(file, node);
};

const factOf = (file: YamlFile, item: Node, number: number, defaults: Given): FactLine[] => {
  const node = file.resolved(item) ?? item;
  const entries = file.entries(node, 'facts', `a fact: ${Object.keys(typeOfKind).join(', ')}, or schema and value`);
  if (!isMap(node)) return [];
  const { given, valueNode } = spelledOut(file, entries);
  const value = isObject(given.value) && isObject(defaults.value) ? { ...defaults.value, ...given.value } : given.value;
  const nodeOf = (field: string) => entries.find(({ key }) => key === field)?.node ?? node;
  const fact = checkedFact({ ...defaults, ...given, value }, (field, message, hint) =>
    file.tell(field === 'value' ? (valueNode ?? node) : nodeOf(field), `facts.${field}`, message, hint),
  );
  if (fact === undefined) return [];
  if (commerceTypes().includes(fact.schema) && isMap(valueNode))
    onlyFields(file, file.entries(valueNode, 'facts.value', ''), [fact.schema], 'facts.value');
  const timestamp = recordTime(fact);
  if (timestamp === undefined) {
    // Nothing of a story may depend on the day on which it is told.
    file.tell(node, 'facts.timestamp', 'is missing: the value has no occurred_at that tells when it came');
    return [];
  }
  return [factLine(fact, { topic: TOPIC, number, timestamp, place: file.placeOf(node) })];
};

/** `placed: {…}` says schema and value in one. */
const spelledOut = (
  file: YamlFile,
  entries: readonly Entry[],
): { given: Given; valueNode: Node | null | undefined } => {
  const given: Record<string, unknown> = {};
  let valueNode: Node | null | undefined;
  for (const { key, keyNode, node } of entries) {
    const short = Object.hasOwn(typeOfKind, key);
    if (short || key === 'value') {
      if (valueNode !== undefined) file.tell(keyNode, `facts.${key}`, 'is a second value: one fact says one thing');
      valueNode = file.resolved(node);
    }
    if (short) given.schema = typeOfKind[key as keyof typeof typeOfKind];
    given[short ? 'value' : key] = file.valueOf(node);
  }
  return { given, valueNode };
};

/** A slip in a name would only be a field that is not there. */
const onlyFields = (file: YamlFile, entries: readonly Entry[], types: readonly string[], at: string): void => {
  const known = types.flatMap(type => completeSchema(type).fields ?? []).map(({ name }) => name);
  for (const { key, keyNode } of entries) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const [type = '', other] = types;
    const whose = other === undefined ? type : 'any of our facts';
    file.tell(keyNode, `${at}.${key}`, `is not a field of ${whose}`, meant && `did you mean ${meant}?`);
  }
};

const groupOf = (file: YamlFile, node: Node | null): Given => {
  const value = file.valueOf(node);
  return isObject(value) ? value : {};
};
