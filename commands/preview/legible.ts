/** A decoded fact as people would write it: amounts as decimals, times as ISO 8601. Other values stay as they are. */
import type { Decoded } from '../../pipeline/order/mapping';
import { isoText } from '../../pipeline/order/time';

const amounts = new Set(['total', 'subtotal', 'discount', 'tax', 'shipping', 'price']);
/** Their names are the producers' own: a `total` in there is none of ours. */
const maps = new Set(['attributes', 'identifiers']);

/** Of our own types only: in others, we know no field. */
export const legible = (record: Decoded): Decoded =>
  record.type.startsWith('commerce.orders.') ? { type: record.type, value: readable(record.value) as object } : record;

const readable = (value: unknown, name = ''): unknown => {
  if (typeof value === 'number' && amounts.has(name)) return decimal(value);
  if (typeof value === 'number' && name === 'occurred_at') return isoText(value);
  if (Array.isArray(value)) return value.map(item => readable(item));
  if (typeof value !== 'object' || value === null || maps.has(name) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, readable(inner, field)]));
};

/** Whole ten-thousandths → text, with two places at least. */
const decimal = (tenThousandths: number): string => {
  const digits = String(Math.abs(tenThousandths)).padStart(5, '0');
  const places = digits.slice(-4).replace(/0{1,2}$/, '');
  return `${tenThousandths < 0 ? '-' : ''}${digits.slice(0, -4)}.${places}`;
};
