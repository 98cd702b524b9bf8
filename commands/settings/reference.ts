/** docs/settings.md, from the schema. `odp-orders settings --reference > docs/settings.md` writes it anew. */
import { catalogue, otherVariables, type Setting, variablePrefix } from './catalogue';
import { flow } from './print';
import { groupSentences } from './schema';

export const settingsReference = (): string => {
  const sections = new Map<string, Setting[]>();
  for (const setting of catalogue) {
    const group = sectionOf(setting.path);
    sections.set(group, [...(sections.get(group) ?? []), setting]);
  }
  return [introduction, ...[...sections].map(([group, settings]) => section(group, settings))].join('\n');
};

/** The nearest group that has a sentence. */
const sectionOf = (path: string): string => {
  const names = path.split('.');
  for (let depth = names.length - 1; depth > 0; depth--) {
    const group = names.slice(0, depth).join('.');
    if (group in groupSentences) return group;
  }
  return '';
};

const section = (group: string, settings: readonly Setting[]): string =>
  [
    `## ${group === '' ? 'Top level' : `\`${group}\``}`,
    '',
    ...(group === '' ? [] : [groupSentences[group], '']),
    ...table([['setting', 'default', 'unit', 'what it is', 'must be'], ...settings.map(row)]),
    '',
  ].join('\n');

const row = (setting: Setting): string[] => [
  `\`${setting.path}\``,
  `\`${flow(setting.fallback)}\``,
  setting.unit ?? '–',
  cell(setting.secret ? `${setting.sentence} Secret: never shown.` : setting.sentence),
  cell(setting.expects),
];

/** Columns in line, as the formatter has them. */
const table = ([head = [], ...rows]: readonly string[][]): string[] => {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(cells => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  return [line(head, ' '), line([], '-'), ...rows.map(cells => line(cells, ' '))];
};

const cell = (text: string) => text.replaceAll('|', '\\|');

const introduction = `<!-- Made from commands/settings/schema.ts by: odp-orders settings --reference > docs/settings.md -->

# Settings

Every setting has a default, so that an empty file will do on a machine with a broker and a registry. Settings are taken from,
the later winning over the earlier:

1. **the default**, below;
2. **the file**: \`--config FILE\`, else \`${Object.keys(otherVariables).join('`, `')}\` of the environment, else \`odp-orders.yaml\` of the
   working directory if there is one. YAML 1.2, one document; groups nest: \`kafka.group\` below is
   \`group\` inside \`kafka\`. Relative file names in it start at the directory of the file;
3. **the environment**: the name in upper case, dots as underscores, \`${variablePrefix}\` in front: \`kafka.security.sasl.password\` is
   \`${variablePrefix}KAFKA_SECURITY_SASL_PASSWORD\`. Lists are separated by commas, \`true\` and \`false\` and numbers written as in YAML,
   \`null\` means none where none is allowed, and an empty variable is as if it were not set;
4. **the command line**: \`--set kafka.group=trial\`, repeatable, values as in the environment.

A name nobody knows is a problem, in the file as in the environment, and all problems are reported at once, with file, line
and column or the name of the variable. \`--print-config\` on any command shows what is in force and where each value comes from.
\`<kafka.group>\` in a topic name stands for the group.

**Secrets** (passwords, passphrases) come from the environment, from the file, or best from a file of their own by the setting
whose name ends in \`_file\`; one line ending at its end is cut off. Of setting and \`_file\` only one may be given. They are
never shown: not in messages, not in logs, not by \`--print-config\`.
`;
