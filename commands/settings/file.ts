/** Settings from a YAML file, each with line and column. */
import { dirname } from 'node:path';
import { type Document, isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import { catalogue, groups, settingAt } from './catalogue';
import { check, type Given, type Layer } from './layer';
import { nearest } from './nearest';
import { type Problem, shown } from './problem';

/**
 * @param name As shown in messages.
 * @param path Absolute; relative file names inside start at its directory.
 */
export const fileLayer = (content: string, name: string, path: string): Layer => {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const problems: Problem[] = [];
  const place = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return `${name}:${line}:${col}`;
  };
  for (const error of [...document.errors, ...document.warnings])
    problems.push({ source: place(error.pos[0]), message: syntax(error) });
  // Half a tree would only make follow-up problems.
  if (document.errors.length > 0) return { given: [], problems };
  const layer = groupLayer(document, document.contents, place, dirname(path));
  return { given: layer.given, problems: [...problems, ...layer.problems] };
};

/**
 * Settings of a group in a document, which may be one that holds more.
 * @param directory Where relative file names start.
 */
export const groupLayer = (
  document: Document,
  root: Node | null,
  place: (offset: number | undefined) => string,
  directory: string,
): Layer => {
  const given: Given[] = [];
  const problems: Problem[] = [];
  const read = (node: Node | null, group: string, source: string): void => {
    const resolved = isAlias(node) ? node.resolve(document) : node;
    if (resolved === null || resolved === undefined || (isScalar(resolved) && resolved.value === null)) return;
    if (!isMap(resolved)) {
      problems.push({
        source,
        ...(group && { name: group }),
        message: group ? 'must be a group of settings, but is a single value' : 'The file must be a map of settings',
      });
      return;
    }
    for (const pair of resolved.items) {
      const key = pair.key as Node;
      const keyName = isScalar(key) ? String(key.value) : '';
      const keyPath = group === '' ? keyName : `${group}.${keyName}`;
      const at = place(key.range?.[0]);
      const value = pair.value as Node | null;
      const setting = settingAt.get(keyPath);
      if (groups.has(keyPath)) read(value, keyPath, at);
      else if (setting) {
        const where = place(value?.range?.[0] ?? key.range?.[0]);
        const checked = check(setting, plain(value, document), where);
        if ('message' in checked) problems.push(checked);
        else given.push({ setting, value: checked.value, source: where, directory });
      } else problems.push(unknown(keyName, keyPath, group, at));
    }
  };
  read(root, '', place(root?.range?.[0]));
  return { given, problems };
};

const plain = (node: Node | null, document: Document): unknown => node?.toJS(document) ?? null;

const unknown = (keyName: string, keyPath: string, group: string, source: string): Problem => {
  const siblings = children(group);
  const near = nearest(keyName, siblings);
  const meant =
    near !== undefined
      ? (group && `${group}.`) + near
      : (nearest(keyPath, settingAt.keys()) ?? catalogue.find(({ path }) => path.endsWith(`.${keyName}`))?.path);
  return {
    source,
    name: shown(keyPath).slice(1, -1),
    message: 'is not a setting',
    ...(meant !== undefined && { hint: `did you mean ${meant}?` }),
  };
};

/** Names of settings and groups directly inside a group. */
const children = (group: string): Set<string> => {
  const prefix = group && `${group}.`;
  return new Set(
    catalogue.flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length).split('.')[0] ?? ''] : [])),
  );
};

/** The library's own messages quote the text around, which may be a secret: only its code is told, in words. */
const syntax = ({ code }: YAMLError): string =>
  sentences[code] ?? `is not YAML (${code.toLowerCase().replaceAll('_', ' ')})`;

const sentences: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'is not YAML: an alias without its anchor; put text that begins with * in quotes',
  BAD_INDENT: 'is not YAML: the indentation does not fit',
  BAD_SCALAR_START: 'is not YAML: text must not begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'is not YAML: a nested map where a value should be; is the indentation right, or are quotes missing?',
  DUPLICATE_KEY: 'is given twice',
  MISSING_CHAR: 'is not YAML: a closing quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'is not YAML: a colon is missing',
  MULTIPLE_DOCS: 'is a second document; the file must hold one',
  TAB_AS_INDENT: 'is not YAML: indent with spaces, not tabs',
  TAG_RESOLVE_FAILED: 'has a tag; settings take none; put text that begins with ! in quotes',
  UNEXPECTED_TOKEN: 'is not YAML: this does not belong here',
};
