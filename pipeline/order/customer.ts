/** Who: the identifiers ODP knows a customer by, and addresses as the one line of text that ODP keeps. */

import { isFieldName } from './custom-fields';
import type { Unchecked } from './fact';
import { found, type Reading } from './reading';

/**
 * The identifiers that are not blank, by name. None is ever invented, and none altered: several on one event merge
 * customers in ODP. `customer.email` and its like win over the same name in `customer.identifiers`.
 */
export const readIdentifiers = (value: unknown, reading: Reading): Record<string, string> => {
  const identifiers: Record<string, string> = {};
  let any = false;
  if (typeof value === 'object' && value !== null) {
    const customer = value as Unchecked;
    const email = reading.text(customer.email, 'customer.email');
    const phone = reading.text(customer.phone, 'customer.phone');
    const customerId = reading.text(customer.customer_id, 'customer.customer_id');
    const vuid = reading.text(customer.vuid, 'customer.vuid');
    if (email !== null) identifiers.email = email;
    if (phone !== null) identifiers.phone = phone;
    if (customerId !== null) identifiers.customer_id = customerId;
    if (vuid !== null) identifiers.vuid = vuid;
    any = email !== null || phone !== null || customerId !== null || vuid !== null;
    if (readFurther(customer.identifiers, identifiers, reading)) any = true;
  } else if (value !== null && value !== undefined) {
    reading.refuse('missing_field', 'customer', 'a record', found(value));
  }
  if (!any) {
    reading.refuseOrder(
      'no_identifier',
      'identify the customer of',
      'as every identifier is absent or blank: give one',
    );
  }
  return identifiers;
};

/** Adds what is not there yet; true if anything was. */
const readFurther = (value: unknown, identifiers: Record<string, string>, reading: Reading): boolean => {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'object') {
    reading.refuse('missing_field', 'customer.identifiers', 'a map of texts', found(value));
    return false;
  }
  let any = false;
  const further = value as Unchecked;
  for (const name in further) {
    const identifier = reading.text(further[name], name, 'customer.identifiers.');
    if (identifier === null) continue;
    if (!isFieldName(name)) reading.refuseName(`customer.identifiers.${name}`);
    else if (!Object.hasOwn(identifiers, name)) identifiers[name] = identifier;
    any = true;
  }
  return any;
};

/** One line: what is known of street1, street2, city, state, zip, country, joined by ", ". Text is taken as the line. */
export const readAddress = (value: unknown, field: string, reading: Reading): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return reading.text(oneLine(value), field);
  // Of a list no part has a name: it would be dropped without a word.
  if (typeof value !== 'object' || Array.isArray(value)) return reading.text(value, field);
  const address = value as Unchecked;
  let line = '';
  for (const part of ADDRESS_PARTS) {
    const text = address[part];
    if (text === null || text === undefined) continue;
    if (typeof text !== 'string') {
      reading.refuse('missing_field', `${field}.${part}`, 'text', found(text));
      return null;
    }
    const folded = oneLine(text);
    if (folded !== '') line = line === '' ? folded : `${line}, ${folded}`;
  }
  return reading.text(line, field);
};

const ADDRESS_PARTS = ['street1', 'street2', 'city', 'state', 'zip', 'country'] as const;

const oneLine = (text: string): string => (isOneLine(text) ? text : text.trim().replace(/\s+/g, ' '));

/** Printable ASCII with single blanks inside, as most parts of an address are. */
const isOneLine = (text: string): boolean => {
  let blank = true; // none may come first
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e || (unit === 0x20 && blank)) return false;
    blank = unit === 0x20;
  }
  return !blank;
};
