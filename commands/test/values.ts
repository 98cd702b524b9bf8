/** The entries of a group as plain values by name. */
import type { Entry, YamlFile } from '../../connectors/mappings/document';

export const valuesOf = (file: YamlFile, entries: readonly Entry[]): Record<string, unknown> =>
  Object.fromEntries(entries.map(({ key, node }) => [key, file.valueOf(node)]));
