/** What must come of a story: events, failures, and how many facts had come before. What is not expected must not come. */
import { isMap, isSeq, type Node, type YamlFile } from '../../connectors/mappings/document';
import { shown } from '../settings/problem';
import { type ExpectedEvent, eventOf } from './expected-event';
import { type ExpectedFailure, failureOf } from './expected-failure';

export interface Expected {
  /** In their order, that of each order for itself. */
  readonly events: readonly ExpectedEvent[];
  /** In any order. */
  readonly failures: readonly ExpectedFailure[];
  readonly duplicates: number;
  readonly duplicatesPlace: string;
}

/** @param part The story's parts by name; undefined where it has none. */
export const readExpected = (file: YamlFile, part: (name: string) => Node | null | undefined): Expected => {
  const events = listOf(file, part('events'), 'events').flatMap(node => eventOf(file, node));
  const failures = listOf(file, part('failures'), 'failures').flatMap(node => failureOf(file, node));
  const node = part('duplicates');
  const duplicates = node === undefined ? 0 : file.valueOf(node);
  const good = typeof duplicates === 'number' && Number.isSafeInteger(duplicates) && duplicates >= 0;
  if (!good) file.tell(node, 'duplicates', `must be a whole number, but is ${shown(duplicates)}`);
  if (isMap(file.root) && events.length + failures.length === 0 && duplicates === 0 && file.problems.length === 0)
    // Whatever came of it would be right.
    file.tell(file.root, 'events', 'are missing, and so are failures and duplicates: a story must expect something');
  return { events, failures, duplicates: good ? duplicates : 0, duplicatesPlace: file.placeOf(node) };
};

const listOf = (file: YamlFile, node: Node | null | undefined, field: string): Node[] => {
  if (isSeq(node)) return node.items.map(item => file.resolved(item as Node) ?? (item as Node));
  if (node !== undefined) file.tell(node, field, 'must be a list');
  return [];
};
