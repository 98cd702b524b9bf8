/** As much of an ODP body as a story tells, against the body that came, field by field. */
import { isObject } from '../preview/fact-line';

export interface FieldDifference {
  /** Of the order by its name, others by their path: `total`, `items[0].price`, `identifiers.email`. */
  readonly field: string;
  /** Null: not there. */
  readonly expected: unknown;
  /** Undefined: not there. */
  readonly got: unknown;
}

/** What the story does not name is not looked at; null says that there is none; a list is compared whole. */
export const fieldDifferences = (expected: unknown, got: unknown, field = ''): FieldDifference[] => {
  if (isObject(expected) && isObject(got))
    return Object.entries(expected).flatMap(([name, value]) => fieldDifferences(value, got[name], joined(field, name)));
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length)
    return expected.flatMap((each, index) => fieldDifferences(each, got[index], `${field}[${index}]`));
  return same(expected, got) ? [] : [{ field, expected, got }];
};

/** The story names the order's fields without saying that they are the order's. */
const joined = (field: string, name: string): string => {
  const path = field === '' ? name : `${field}.${name}`;
  return path.replace(/^data\.(?=order$)|^order\./, '');
};

const same = (expected: unknown, got: unknown): boolean => {
  if (expected === null) return got === undefined;
  // Beyond what a number holds, a story writes the digits as text.
  return expected === (typeof got === 'bigint' ? String(got) : got);
};
