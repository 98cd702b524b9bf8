/** The fields of our facts that a mapping can fill, as the schemas have them. */
import type { CommerceType } from '../../pipeline/order/mapping';
import { type Avro, type AvroObject, completeSchema } from '../../schemas/schemas';

export type Kind = 'placed' | 'returned' | 'refunded' | 'cancelled';

export const typeOfKind: Readonly<Record<Kind, CommerceType>> = {
  placed: 'commerce.orders.OrderPlaced',
  returned: 'commerce.orders.OrderReturned',
  refunded: 'commerce.orders.OrderRefunded',
  cancelled: 'commerce.orders.OrderCancelled',
};

/** What may stand in a field. */
export type Leaf = 'text' | 'amount' | 'time' | 'whole' | 'flag' | 'attribute';

export type FieldShape =
  | { readonly is: 'leaf'; readonly leaf: Leaf; readonly required: boolean }
  | { readonly is: 'group' | 'items'; readonly fields: Shape; readonly required: boolean }
  /** Any names, each with a value of that leaf. */
  | { readonly is: 'names'; readonly leaf: Leaf; readonly required: boolean };

export type Shape = ReadonlyMap<string, FieldShape>;

export const shapeOf = (kind: Kind): Shape => {
  const names = new Map<string, AvroObject>();
  return shapeOfRecord(completeSchema(typeOfKind[kind]), '', names);
};

const shapeOfRecord = (record: AvroObject, outside: string, names: Map<string, AvroObject>): Shape => {
  const namespace = record.namespace ?? outside;
  names.set(`${namespace}.${record.name}`, record);
  return new Map(
    (record.fields ?? []).map(field => [
      field.name,
      fieldShape(field.type, field.default === undefined, namespace, names),
    ]),
  );
};

const fieldShape = (type: Avro, required: boolean, namespace: string, names: Map<string, AvroObject>): FieldShape => {
  if (typeof type === 'string') {
    const named = names.get(type) ?? names.get(`${namespace}.${type}`);
    return named ? fieldShape(named, required, namespace, names) : leafOf(type, required);
  }
  if (Array.isArray(type)) {
    const others = type.filter(branch => branch !== 'null');
    return others.length === 1
      ? fieldShape(others[0] as Avro, required, namespace, names)
      : { is: 'leaf', leaf: 'attribute', required };
  }
  const object = type as AvroObject;
  if (object.logicalType === 'decimal') return { is: 'leaf', leaf: 'amount', required };
  if (object.logicalType === 'timestamp-millis') return { is: 'leaf', leaf: 'time', required };
  if (object.type === 'record') return { is: 'group', fields: shapeOfRecord(object, namespace, names), required };
  if (object.type === 'array') {
    const items = fieldShape(object.items ?? 'null', false, namespace, names);
    return { is: 'items', fields: items.is === 'group' ? items.fields : new Map(), required };
  }
  if (object.type === 'map') {
    const values = fieldShape(object.values ?? 'string', false, namespace, names);
    return { is: 'names', leaf: values.is === 'leaf' ? values.leaf : 'attribute', required };
  }
  return leafOf(String(object.type), required);
};

const LEAVES: Readonly<Record<string, Leaf>> = { string: 'text', int: 'whole', boolean: 'flag' };

const leafOf = (type: string, required: boolean): FieldShape => ({
  is: 'leaf',
  leaf: LEAVES[type] ?? 'text',
  required,
});
