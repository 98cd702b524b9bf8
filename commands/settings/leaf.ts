/**
 * What a single setting can be: a zod schema with its default, and beside it what a person wants to know. The schema, the
 * reference page, the messages and `--print-config` all come from these.
 */
import { z } from 'zod';

export type Kind = 'text' | 'number' | 'flag' | 'choice' | 'list';

export interface Meaning {
  readonly kind: Kind;
  /** One sentence, for the reference page. */
  readonly sentence: string;
  /** Completes "must be …". */
  readonly expects: string;
  /** Null for what is not counted or measured. */
  readonly unit: Unit | null;
  /** Never shown: not in messages, logs or `--print-config`. */
  readonly secret: boolean;
  /** Its value (each of its values) is the path of a file that must be readable. */
  readonly file: boolean;
  /** `null` means: none. */
  readonly nullable: boolean;
}

export type Unit =
  | 'ms'
  | 'bytes'
  | 'records'
  | 'transactions per second'
  | 'attempts'
  | 'copies'
  | 'partitions'
  | 'facts';

export const meanings = z.registry<Meaning>();

const plain = { unit: null, secret: false, file: false, nullable: false } as const;

/** Topic names, with the placeholder that the loader fills. */
export const groupPlaceholder = '<kafka.group>';
const topicName = /^(?:<kafka\.group>)?[A-Za-z0-9._-]{0,249}$/;

export const text = (fallback: string, sentence: string, expects = 'text') =>
  z
    .string()
    .trim()
    .min(1)
    .default(fallback)
    .register(meanings, { ...plain, kind: 'text', sentence, expects });

/** @param is What the pattern cannot tell. */
export const matching = (
  fallback: string,
  pattern: RegExp,
  expects: string,
  sentence: string,
  is: (text: string) => boolean = () => true,
) =>
  z
    .string()
    .regex(pattern)
    .refine(is)
    .default(fallback)
    .register(meanings, { ...plain, kind: 'text', sentence, expects });

export const topic = (fallback: string, sentence: string) =>
  matching(fallback, topicName, 'a topic name (letters, digits, ".", "_", "-", at most 249)', sentence);

/** Text that may be none. */
export const optionalText = (sentence: string, fallback: string | null = null, expects = 'text', pattern = /\S/) =>
  z
    .string()
    .regex(pattern)
    .nullable()
    .default(fallback)
    .register(meanings, { ...plain, kind: 'text', sentence, expects: `${expects}, or null for none`, nullable: true });

export const secret = (sentence: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(meanings, { ...plain, kind: 'text', sentence, expects: 'text', secret: true, nullable: true });

export const file = (sentence: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(meanings, {
      ...plain,
      kind: 'text',
      sentence,
      expects: 'the path of a file',
      file: true,
      nullable: true,
    });

export const whole = (fallback: number, [min, max]: readonly [number, number], unit: Unit, sentence: string) =>
  z
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .register(meanings, { ...plain, kind: 'number', sentence, expects: range(min, max), unit });

export const flag = (fallback: boolean, sentence: string) =>
  z
    .boolean()
    .default(fallback)
    .register(meanings, { ...plain, kind: 'flag', sentence, expects: 'true or false' });

export const choice = <const T extends string>(values: readonly [T, ...T[]], fallback: NoInfer<T>, sentence: string) =>
  z
    .enum(values)
    .default(() => fallback)
    .register(meanings, { ...plain, kind: 'choice', sentence, expects: `one of ${values.join(', ')}` });

export const optionalChoice = <const T extends string>(values: readonly [T, ...T[]], sentence: string) =>
  z
    .enum(values)
    .nullable()
    .default(null)
    .register(meanings, {
      ...plain,
      kind: 'choice',
      sentence,
      expects: `one of ${values.join(', ')}, or null for none`,
      nullable: true,
    });

export const list = (fallback: readonly string[], sentence: string, expects: string, pattern = /\S/, min = 1) =>
  z
    .array(z.string().regex(pattern))
    .min(min)
    .default([...fallback])
    .register(meanings, { ...plain, kind: 'list', sentence, expects });

export const choices = <const T extends string>(
  values: readonly [T, ...T[]],
  fallback: NoInfer<T>[],
  sentence: string,
) =>
  z
    .array(z.enum(values))
    .default(fallback)
    .register(meanings, { ...plain, kind: 'list', sentence, expects: `a list of ${values.join(', ')}` });

export const files = (sentence: string) =>
  z
    .array(z.string().min(1))
    .default([])
    .register(meanings, { ...plain, kind: 'list', sentence, expects: 'a list of file paths', file: true });

const grouped = new Intl.NumberFormat('en-US');
const range = (min: number, max: number) => `a whole number from ${grouped.format(min)} to ${grouped.format(max)}`;
