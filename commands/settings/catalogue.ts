/** The settings as a flat list, in the order of the schema: what each is called in the file and in the environment. */
import { z } from 'zod';
import { type Meaning, meanings } from './leaf';
import { settingsSchema } from './schema';

export interface Setting extends Meaning {
  /** Its name in the file, groups joined by dots: `kafka.session_timeout_ms`. */
  readonly path: string;
  /** Its name in the environment: `ODP_ORDERS_KAFKA_SESSION_TIMEOUT_MS`. */
  readonly variable: string;
  readonly fallback: unknown;
  readonly schema: z.ZodType;
}

export const variablePrefix = 'ODP_ORDERS_';
/** Variables under our prefix that are no settings. */
export const otherVariables: Readonly<Record<string, string>> = {
  ODP_ORDERS_CONFIG: 'Path of the settings file, as --config.',
};

/** Dots become underscores, letters upper case. No two settings share a variable (test/commands/settings). */
export const variableOf = (path: string): string => variablePrefix + path.replaceAll('.', '_').toUpperCase();

const leavesOf = (shape: z.ZodRawShape, prefix: string): Setting[] =>
  Object.entries(shape).flatMap(([name, field]) => {
    const path = prefix + name;
    if (field instanceof z.ZodObject) return leavesOf(field.shape, `${path}.`);
    const schema = field as z.ZodType;
    const meaning = meanings.get(schema);
    if (!meaning)
      throw new Error(`Cannot list the setting ${path} as it has no meaning: make it with a function of leaf.ts`);
    return [{ ...meaning, path, variable: variableOf(path), fallback: schema.parse(undefined), schema }];
  });

export const catalogue: readonly Setting[] = leavesOf(settingsSchema.shape, '');

export const settingAt: ReadonlyMap<string, Setting> = new Map(catalogue.map(setting => [setting.path, setting]));

/** Names of groups, such as `kafka.security`. */
export const groups: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ path }) => {
    const names = path.split('.');
    return names.slice(1).map((_, depth) => names.slice(0, depth + 1).join('.'));
  }),
);
