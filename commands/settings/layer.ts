/** A layer of settings: what the file, the environment or the command line says, value by value, with its place. */
import { type Setting, settingAt } from './catalogue';
import { type Problem, shown } from './problem';

export interface Given {
  readonly setting: Setting;
  readonly value: unknown;
  readonly source: string;
  /** Where relative file names start. */
  readonly directory: string;
}

export interface Layer {
  readonly given: readonly Given[];
  readonly problems: readonly Problem[];
}

/** The value as the schema has it, or what is wrong with it. */
export const check = (
  setting: Setting,
  value: unknown,
  source: string,
  name = setting.path,
): Problem | { value: unknown } => {
  const result = setting.schema.safeParse(value === undefined ? null : value);
  if (result.success) return { value: result.data };
  const wrong = wrongElement(value, result.error.issues[0]?.path[0]);
  const found = setting.secret ? 'something else' : wrong;
  const unquoted = setting.kind === 'text' && (typeof value === 'number' || typeof value === 'boolean');
  return {
    source,
    ...(name !== source && { name }),
    message: `must be ${setting.expects}, but is ${found}`,
    ...(unquoted && { hint: 'put it in quotes' }),
  };
};

const wrongElement = (value: unknown, index: PropertyKey | undefined): string =>
  Array.isArray(value) && typeof index === 'number' ? `a list with ${shown(value[index])}` : shown(value);

/**
 * Text of a variable or option → value: numbers and flags as in YAML, lists separated by commas, `null` for none where
 * none is allowed. What is not of that form stays text, and the schema refuses it.
 */
export const fromText = (setting: Setting, text: string): unknown => {
  const trimmed = text.trim();
  if (setting.nullable && trimmed === 'null') return null;
  if (setting.secret) return text;
  switch (setting.kind) {
    case 'number':
      return /^-?\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'flag':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
    case 'list':
      return trimmed.split(',').map(part => part.trim());
    default:
      return trimmed;
  }
};

/** @param path As in the catalogue. */
export const settingOf = (path: string): Setting => {
  const setting = settingAt.get(path);
  if (!setting) throw new Error(`Cannot find the setting ${path}: it is not in schema.ts`);
  return setting;
};
