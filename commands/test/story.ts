/**
 * A story file: what happened to some orders, and what must come of it. YAML, or JSON, which is YAML too; docs/stories.md
 * has every field. Everything that is wrong with one is told at once, with file, line and field.
 *
 * ```yaml
 * story: Ada is refunded 10.00 for a loose seam.
 * settings: { window: { merge: true } }          # optional, as in odp-orders.yaml
 * defaults: { value: { order_id: A, … } }        # optional: what every fact says
 * facts:
 *   - placed: { event_id: A/placed, … }
 *   - refunded: { event_id: A/refund/1, … }
 * events:
 *   - purchase: { order_id: A, total: 50 }
 *   - refund: { order_id: A, total: 10 }
 * ```
 */
import { dirname, resolve } from 'node:path';
import { type Node, textOf, YamlFile } from '../../connectors/mappings/document';
import type { FactLine } from '../preview/fact-line';
import { groupLayer } from '../settings/file';
import type { Layer } from '../settings/layer';
import type { Problem } from '../settings/problem';
import { type Expected, readExpected } from './expected';
import { readFactsOf } from './facts';

export interface Story {
  /** As shown. */
  readonly file: string;
  /** What it tells, in a sentence. */
  readonly sentence: string;
  readonly settings: Layer;
  /** In the order in which they come. */
  readonly facts: readonly FactLine[];
  readonly expected: Expected;
}

const KNOWN = ['story', 'settings', 'defaults', 'facts', 'events', 'failures', 'duplicates'];

/** @param name Of the file, as shown; a path that starts at the working directory. */
export const readStory = (text: string, name: string): { story: Story; problems: readonly Problem[] } => {
  const file = new YamlFile(name, text);
  const entries =
    file.root === undefined ? [] : file.entries(file.root, undefined, 'a story: facts, and what must come of them');
  file.onlyKnown(entries, KNOWN, undefined);
  const part = (field: string) => file.resolved(entries.find(({ key }) => key === field)?.node);
  const settings = settingsOf(file, part('settings'), dirname(resolve(name)));
  const story: Story = {
    file: name,
    sentence: textOf(part('story')) ?? '',
    settings,
    // Of a file that is no story, nothing more is said.
    facts: entries.length === 0 ? [] : readFactsOf(file, part('facts'), part('defaults')),
    expected: readExpected(file, part),
  };
  if (entries.length > 0 && story.sentence.trim() === '')
    file.tell(part('story') ?? file.root, 'story', 'must be text: what the story tells, in a sentence');
  return { story, problems: [...file.problems, ...settings.problems] };
};

const settingsOf = (file: YamlFile, node: Node | null | undefined, directory: string): Layer => {
  if (node === undefined) return { given: [], problems: [] };
  if (file.entries(node, 'settings', 'a group of settings, as in odp-orders.yaml').length === 0)
    return { given: [], problems: [] };
  return groupLayer(file.document, node, offset => file.placeOf(offset), directory);
};
