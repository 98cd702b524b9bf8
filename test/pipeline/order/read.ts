/** One record read as the map step reads it, and what is said where it cannot be. The order is A unless the record says otherwise. */
import { type FailureCode, Rejection } from '../../../pipeline/failure';
import type { Fact } from '../../../pipeline/order/fact';
import { type Decoded, type Mapping, toFact } from '../../../pipeline/order/mapping';
import { defaultOrderSettings, type OrderSettings } from '../../../pipeline/order/settings';
import { record } from '../../driver';
import type { FactFields } from '../../facts';

export const read = (decoded: Decoded, settings: Partial<OrderSettings> = {}, mappings = new Map<string, Mapping>()) =>
  toFact(mappings, { ...defaultOrderSettings, ...settings })(decoded, record(7));

/** A record of the story's first moment, which is its event time as well. */
export const now = (make: (fields: FactFields) => Decoded, fields: FactFields = {}) => make({ at: '0s', ...fields });

export const factOf = (decoded: Decoded, settings?: Partial<OrderSettings>): Fact => {
  const fact = read(decoded, settings);
  if (fact instanceof Rejection) throw new Error(fact.message);
  return fact;
};

/** The whole refusal of a field; `must` goes on with what is found there. */
export const unreadable = (code: FailureCode, field: string, must: string, orderId = 'A') =>
  new Rejection(
    code,
    `Cannot read ${JSON.stringify(field)} of order ${JSON.stringify(orderId)} as it must be ${must}`,
    orderId,
  );

export const item = { product_id: 'P-1', price: 1, quantity: 1 };

/** A second item with these fields: what is wrong in it is told of `items[1]`. */
export const withItem = (fields: object): FactFields => ({ items: [{ ...item }, { ...item, ...fields }] });

export const who = (customer: unknown): FactFields => ({ customer });
