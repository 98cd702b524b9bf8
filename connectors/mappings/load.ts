/**
 * All mappings of an installation, from the files that the settings name: YAML files (yaml.ts), and JavaScript modules that
 * export functions by the full name of the record they map:
 *
 * ```js
 * module.exports = {
 *   'shop.checkout.OrderCompleted': (value, source) => ({
 *     type: 'commerce.orders.OrderPlaced',
 *     value: { event_id: `${value.number}-completed`, order_id: value.number, total: value.total, … },
 *   }),
 * };
 * ```
 *
 * A function gets their record as it was decoded: `long` as bigint, `int`, `float` and `double` as number, decimals as text
 * (`'12.50'`), `timestamp-millis` as epoch milliseconds, other logical types as what they are stored in, `bytes` as Buffer,
 * unions without wrappers. It answers fields of our schema: amounts as decimal text or plain numbers, times as epoch
 * milliseconds or ISO 8601. What it leaves out is missing; what it throws is failure `step_failed`. It must be pure, so that
 * a replay gives the same events.
 */
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mapping, Mappings } from '../../pipeline/order/mapping';
import { commerceTypes } from '../../schemas/schemas';
import type { MappingProblem } from './problem';
import { yamlMappings } from './yaml';

export interface LoadedMappings {
  /** Of all files; those of a file with problems are left out. */
  readonly mappings: Mappings;
  readonly problems: readonly MappingProblem[];
}

/** Never rejects: what is wrong is among the problems. */
export const loadMappings = async (files: readonly string[]): Promise<LoadedMappings> => {
  const mappings = new Map<string, Mapping>();
  const problems: MappingProblem[] = [];
  const from = new Map<string, string>();
  for (const file of files) {
    const loaded = await loadFile(file);
    problems.push(...loaded.problems);
    for (const [fullName, mapping] of loaded.mappings) {
      const other = from.get(fullName);
      if (other !== undefined) {
        problems.push({ source: file, name: fullName, message: `is mapped twice: ${other} has a mapping for it too` });
        continue;
      }
      from.set(fullName, file);
      mappings.set(fullName, mapping);
    }
  }
  return { mappings, problems };
};

const loadFile = async (file: string): Promise<LoadedMappings> => {
  switch (extname(file).toLowerCase()) {
    case '.yaml':
    case '.yml':
      return loadYaml(file);
    case '.js':
    case '.cjs':
    case '.mjs':
      return loadModule(file);
    case '.ts':
    case '.mts':
    case '.cts':
      return wrong(file, 'is TypeScript: compile it, and name the JavaScript file that comes out');
    default:
      return wrong(file, 'must be a .yaml, .yml, .js, .cjs or .mjs file');
  }
};

const wrong = (source: string, message: string, name?: string): LoadedMappings => ({
  mappings: new Map(),
  problems: [{ source, message, ...(name !== undefined && { name }) }],
});

const loadYaml = (file: string): LoadedMappings => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return wrong(
      file,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? error}): check the setting mappings`,
    );
  }
  return yamlMappings(file, text, path => readFileSync(path, 'utf8'));
};

const loadModule = async (file: string): Promise<LoadedMappings> => {
  let exported: unknown;
  try {
    exported = await exportsOf(resolve(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return wrong(file, `cannot be loaded${code === undefined ? '' : ` (${code})`}: ${String(message).split('\n')[0]}`);
  }
  if (typeof exported !== 'object' || exported === null || Object.keys(exported).length === 0) {
    return wrong(file, "must export mappings by full name: module.exports = { 'full.Name': value => … }");
  }
  const mappings = new Map<string, Mapping>();
  const problems: MappingProblem[] = [];
  for (const [name, mapping] of Object.entries(exported)) {
    if (commerceTypes().includes(name))
      problems.push({ source: file, name, message: 'is ours already and takes no mapping' });
    else if (typeof mapping !== 'function')
      problems.push({ source: file, name, message: `must be a function, but is ${typeof mapping}` });
    else mappings.set(name, mapping as Mapping);
  }
  return { mappings: problems.length === 0 ? mappings : new Map(), problems };
};

/** Of a CommonJS or an ES module: its default export, where it has one. */
const exportsOf = async (path: string): Promise<unknown> => {
  const module: { default?: unknown } = await required(path);
  return module.default ?? module;
};

const required = async (path: string): Promise<{ default?: unknown }> => {
  if (extname(path) !== '.mjs') {
    try {
      return require(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ESM') throw error;
    }
  }
  return import(pathToFileURL(path).href);
};
