/** What is wrong with a file or a variable: where, what, and what was meant. Never quotes a secret. */

export interface Problem {
  /** `odp-orders.yaml:3:5`, or the name of a variable or option. */
  readonly source: string;
  /** The setting or field it is about, where it is about one. */
  readonly name?: string;
  /** A clause that follows the name: `must be true or false, but is "maybe"`. */
  readonly message: string;
  readonly hint?: string;
}

export const problemLine = ({ source, name, message, hint }: Problem): string =>
  `${source}: ${name === undefined ? '' : `${name} `}${message}${hint === undefined ? '' : ` (${hint})`}`;

/** All that is wrong with the settings, together. */
export class SettingsProblems extends Error {
  override readonly name = 'SettingsProblems';
  constructor(readonly problems: readonly Problem[]) {
    super(
      `Cannot use the settings as ${problems.length === 1 ? 'one is' : `${problems.length} are`} wrong:\n${problems
        .map(problem => `  ${problemLine(problem)}`)
        .join('\n')}`,
    );
  }
}

/** How a value is shown in a message: short, and only its kind where it is more than a scalar. */
export const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a group';
  const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
