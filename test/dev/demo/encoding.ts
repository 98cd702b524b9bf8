/** Stands in for Avro where bytes only have to differ: a frame, and the value as text. */
import type { Action } from '../../../dev/demo/expected';
import type { FactType, FactValue } from '../../../dev/demo/fact';

export const framed = (type: string, value: object): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 0, type.length]),
    Buffer.from(JSON.stringify(value, (_, field) => (typeof field === 'bigint' ? `${field}n` : field))),
  ]);

/** Which ODP action a fact becomes: a refund with goods back is a return. */
export const actionOfFact = (type: FactType, value: FactValue): Action =>
  ({
    OrderPlaced: 'purchase',
    OrderReturned: 'return',
    OrderRefunded: value.inventory_returned ? 'return' : 'refund',
    OrderCancelled: 'cancel',
  })[type] as Action;
