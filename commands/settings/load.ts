/**
 * The settings in force: defaults, then the file, then the environment, then the command line; the last one to speak wins.
 * Everything that is wrong is told at once.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { catalogue, type Setting, settingAt } from './catalogue';
import { environmentLayer, optionLayer } from './environment';
import { fileLayer } from './file';
import { type Given, type Layer, settingOf } from './layer';
import { groupPlaceholder } from './leaf';
import { type Problem, SettingsProblems } from './problem';
import { conflicts } from './rules';
import { type Settings, settingsSchema } from './schema';

export interface SettingsRequest {
  /** Must exist. Without it: ODP_ORDERS_CONFIG, else odp-orders.yaml of the working directory if there is one. */
  readonly configPath?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `name=value` each, from `--set`. */
  readonly overrides?: readonly string[] | undefined;
  readonly workingDirectory?: string;
  /** What speaks last of all. */
  readonly last?: Layer;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where each setting comes from, by path; absent: its default. */
  readonly sources: ReadonlyMap<string, string>;
  /** The file that was read. */
  readonly file: string | undefined;
}

export const loadSettings = (request: SettingsRequest): Settings | SettingsProblems => {
  const loaded = loadWithSources(request);
  return loaded instanceof SettingsProblems ? loaded : loaded.settings;
};

export const loadWithSources = (request: SettingsRequest): LoadedSettings | SettingsProblems => {
  const directory = request.workingDirectory ?? process.cwd();
  const file = settingsFile(request, directory);
  const layers = [
    file === undefined ? nothing : readLayer(file, directory),
    environmentLayer(request.env, directory),
    optionLayer(request.overrides ?? [], directory),
    request.last ?? nothing,
  ];
  const problems: Problem[] = layers.flatMap(layer => layer.problems);
  const given = new Map<string, Given>();
  for (const layer of layers) {
    const spoken = new Set(layer.given.map(({ setting }) => setting.path));
    for (const one of layer.given) {
      given.set(one.setting.path, one);
      // A password of a later layer takes the place of the password file of an earlier one, and the other way round.
      const twin = twinOf(one.setting);
      if (twin !== undefined && !spoken.has(twin)) given.delete(twin);
    }
  }

  const values = new Map<string, unknown>();
  const sources = new Map<string, string>();
  for (const { setting, value, source, directory: base } of given.values()) {
    values.set(setting.path, setting.file ? absolute(value, base) : value);
    sources.set(setting.path, source);
  }
  for (const one of given.values()) problems.push(...readFiles(one, values, sources));

  const settings = fill(tree(values));
  for (const { path, message } of conflicts(settings, deviating(given)))
    problems.push({ source: sources.get(path) ?? file ?? 'settings', name: path, message });
  return problems.length > 0 ? new SettingsProblems(problems) : { settings, sources, file };
};

/** Paths whose value is not just the default said aloud. */
const deviating = (given: ReadonlyMap<string, Given>): Set<string> =>
  new Set([...given.values()].flatMap(({ setting, value }) => (value === setting.fallback ? [] : [setting.path])));

const nothing: Layer = { given: [], problems: [] };

const settingsFile = ({ configPath, env }: SettingsRequest, directory: string): string | undefined => {
  const asked = configPath ?? (env.ODP_ORDERS_CONFIG || undefined);
  if (asked !== undefined) return asked;
  return existsSync(resolve(directory, 'odp-orders.yaml')) ? 'odp-orders.yaml' : undefined;
};

const readLayer = (file: string, directory: string): Layer => {
  const path = resolve(directory, file);
  try {
    return fileLayer(readFileSync(path, 'utf8'), file, path);
  } catch (error) {
    return { given: [], problems: [{ source: file, message: `cannot be read: ${reason(error)}` }] };
  }
};

/** `password` and `password_file` are two ways of saying one thing. */
const twinOf = ({ path, secret, file }: Setting): string | undefined => {
  if (secret) return `${path}_file`;
  const plain = path.replace(/_file$/, '');
  return file && settingAt.get(plain)?.secret ? plain : undefined;
};

const absolute = (value: unknown, directory: string): unknown =>
  Array.isArray(value)
    ? value.map(name => resolve(directory, name))
    : value === null
      ? null
      : resolve(directory, String(value));

/** Checks that files can be read, and puts the secrets in theirs among the values. */
const readFiles = (
  { setting, source }: Given,
  values: Map<string, unknown>,
  sources: Map<string, string>,
): Problem[] => {
  if (!setting.file) return [];
  const names = [values.get(setting.path)].flat().filter(name => name !== null);
  const twin = twinOf(setting);
  return names.flatMap(name => {
    try {
      const content = readFileSync(String(name), 'utf8').replace(/\r?\n$/, '');
      if (twin === undefined) return [];
      if (values.get(twin) !== undefined && values.get(twin) !== null)
        return [{ source, name: setting.path, message: `and ${settingOf(twin).path} are both given: leave one out` }];
      if (content === '')
        return [{ source, name: setting.path, message: `names a file that is empty: ${shorter(name)}` }];
      values.set(twin, content);
      sources.set(twin, shorter(name));
      return [];
    } catch (error) {
      return [
        { source, name: setting.path, message: `names a file that cannot be read: ${shorter(name)}: ${reason(error)}` },
      ];
    }
  });
};

/** As people would name it from the working directory. */
export const shorter = (path: unknown): string => {
  const name = relative(process.cwd(), String(path));
  return name.startsWith('..') ? String(path) : name;
};

const reason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'no permission',
    EISDIR: 'it is a directory',
  };
  return words[code] ?? code;
};

/** Paths → nested groups. The schema then puts in the defaults; every value was checked on its own. */
const tree = (values: ReadonlyMap<string, unknown>): Settings => {
  const root: Record<string, unknown> = {};
  for (const setting of catalogue) {
    const names = setting.path.split('.');
    const last = names.pop() ?? '';
    let group = root;
    for (const name of names) {
      const inner = (group[name] ?? {}) as Record<string, unknown>;
      group[name] = inner;
      group = inner;
    }
    if (values.has(setting.path)) group[last] = values.get(setting.path);
  }
  return settingsSchema.parse(root);
};

const fill = (settings: Settings): Settings => {
  const filled = Object.entries(settings.topics).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.replace(groupPlaceholder, settings.kafka.group) : value,
  ]);
  return { ...settings, topics: Object.fromEntries(filled) };
};
