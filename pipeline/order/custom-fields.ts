/**
 * Attributes become custom fields of the order, and of the order only: ODP drops them in items. A name that ODP has a
 * meaning for already would silently overwrite it, so it is refused.
 */
import type { Unchecked } from './fact';
import { found, type Reading } from './reading';
import type { OrderSettings } from './settings';

/** As Avro's union has it: a long is a bigint, a double is a number. */
export type CustomField = string | bigint | number | boolean;

/** Whether ODP takes it as the name of a field or identifier: 2 to 62 of a–z, 0–9 and _, a letter first. */
export const isFieldName = (name: string): boolean => {
  const { length } = name;
  if (length < 2 || length > 62 || !isLetter(name.charCodeAt(0))) return false;
  for (let at = 1; at < length; at++) {
    const unit = name.charCodeAt(at);
    if (!isLetter(unit) && unit !== 95 && !(unit >= 48 && unit <= 57)) return false;
  }
  return true;
};

const isLetter = (unit: number): boolean => unit >= 97 && unit <= 122;

/** The order's own fields at ODP. */
const ORDER_FIELDS: ReadonlySet<string> = new Set([
  'order_id',
  'status',
  'total',
  'subtotal',
  'discount',
  'tax',
  'shipping',
  'coupon_code',
  'bill_address',
  'ship_address',
  'phone',
  'first_name',
  'last_name',
  'name',
  'email',
  'items',
]);

const NO_CUSTOM_FIELDS: Readonly<Record<string, CustomField>> = {};
const LONG_MAX = 2n ** 63n - 1n;
const LONG_MIN = -(2n ** 63n);

/** Attributes that are absent or blank are left out. */
export const readCustomFields = (
  value: unknown,
  settings: OrderSettings,
  reading: Reading,
): Readonly<Record<string, CustomField>> => {
  if (value === null || value === undefined) return NO_CUSTOM_FIELDS;
  if (typeof value !== 'object' || Array.isArray(value)) {
    reading.refuse('missing_field', 'attributes', 'a map', found(value));
    return NO_CUSTOM_FIELDS;
  }
  let fields: Record<string, CustomField> | undefined;
  for (const name in value) {
    if (!isFieldName(name)) {
      reading.refuseName(`attributes.${name}`);
      continue;
    }
    if (ORDER_FIELDS.has(name) || name === settings.currencyField) {
      reading.refuse(
        'invalid_field_name',
        `attributes.${name}`,
        'named otherwise',
        'that field of the order is set already',
      );
      continue;
    }
    const field = readCustomField((value as Unchecked)[name], name, reading);
    if (field === null) continue;
    fields ??= {};
    fields[name] = field;
  }
  return fields ?? NO_CUSTOM_FIELDS;
};

const readCustomField = (value: unknown, name: string, reading: Reading): CustomField | null => {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      reading.refuse('invalid_amount', `attributes.${name}`, 'a finite number', 'JSON has no other');
      return null;
    case 'bigint':
      if (value >= LONG_MIN && value <= LONG_MAX) return value;
      reading.refuse('invalid_amount', `attributes.${name}`, 'a whole number of 64 bits', 'it is beyond');
      return null;
    case 'object':
      if (value !== null)
        reading.refuse('missing_field', `attributes.${name}`, 'text, a number or a boolean', found(value));
      return null;
    default:
      return reading.text(value, name, 'attributes.');
  }
};
