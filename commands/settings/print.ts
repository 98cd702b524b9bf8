/** `--print-config`: the settings in force as YAML that can be read back, each with where it comes from. */
import { stringify } from 'yaml';
import { catalogue } from './catalogue';
import type { LoadedSettings } from './load';

const hidden = '(hidden)';

/** Secrets that are set are shown as a comment, so that the text stays a valid settings file. */
export const printSettings = ({ settings, sources, file }: LoadedSettings): string => {
  const lines = [
    `# Settings in force; ${file === undefined ? 'no settings file was read' : `from ${file} and the environment`}.`,
  ];
  let open: readonly string[] = [];
  for (const setting of catalogue) {
    const names = setting.path.split('.');
    const parents = names.slice(0, -1);
    const shared = parents.findIndex((name, depth) => open[depth] !== name);
    for (let depth = shared === -1 ? parents.length : shared; depth < parents.length; depth++)
      lines.push(`${'  '.repeat(depth)}${parents[depth]}:`);
    open = parents;
    const value = valueAt(settings, names);
    const source = sources.get(setting.path) ?? 'default';
    const indent = '  '.repeat(parents.length);
    const name = names.at(-1);
    if (setting.secret && value !== null) lines.push(`${indent}# ${name}: ${hidden} # ${source}`);
    else lines.push(`${indent}${name}: ${flow(value)} # ${source}`);
  }
  return `${lines.join('\n')}\n`;
};

/** The same for programs: values by path, secrets hidden. */
export const settingsAsJson = ({
  settings,
  sources,
}: LoadedSettings): Record<string, { value: unknown; source: string }> =>
  Object.fromEntries(
    catalogue.map(setting => {
      const value = valueAt(settings, setting.path.split('.'));
      const shown = setting.secret && value !== null ? hidden : value;
      return [setting.path, { value: shown, source: sources.get(setting.path) ?? 'default' }];
    }),
  );

export const valueAt = (settings: object, names: readonly string[]): unknown =>
  names.reduce<unknown>((group, name) => (group as Record<string, unknown>)[name], settings);

/** On one line, as YAML. */
export const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
