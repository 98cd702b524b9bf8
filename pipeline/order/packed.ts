/**
 * A fact that waits, as one text: tens of thousands wait in the open windows of a busy lane, and as some twenty small objects each
 * they were most of a process's memory, marked and moved by the garbage collector again and again. What windows and ledger
 * ask of facts that wait stays at hand; the rest is read again once it is needed, which is when the fact goes out.
 */
import type { CustomField } from './custom-fields';
import type { Fact, FactItem, FactKind } from './fact';
import type { Money } from './money';

type Rest = Omit<Fact, 'kind' | 'eventId' | 'orderId' | 'occurredAt'>;

export class PackedFact implements Fact {
  readonly kind: FactKind;
  readonly eventId: string;
  readonly orderId: string;
  readonly occurredAt: number;
  private readonly text: string;
  /** Longs are no part of JSON. */
  private readonly exact: Fact['attributes'] | undefined;
  private read: Rest | undefined;

  constructor(fact: Fact) {
    const { attributes } = fact;
    this.kind = fact.kind;
    this.eventId = fact.eventId;
    this.orderId = fact.orderId;
    this.occurredAt = fact.occurredAt;
    const isExact = Object.values(attributes).every(isText);
    this.exact = isExact ? undefined : attributes;
    this.text = JSON.stringify(valuesOf(fact, isExact ? attributes : NONE));
    this.read = undefined;
  }

  /** As one text again. */
  pack(): void {
    this.read = undefined;
  }

  private get rest(): Rest {
    this.read ??= restOf(JSON.parse(this.text), this.exact);
    return this.read;
  }

  get identifiers(): Fact['identifiers'] {
    return this.rest.identifiers;
  }
  get currency(): string {
    return this.rest.currency;
  }
  get total(): Money | null {
    return this.rest.total;
  }
  get subtotal(): Money | null {
    return this.rest.subtotal;
  }
  get discount(): Money | null {
    return this.rest.discount;
  }
  get tax(): Money | null {
    return this.rest.tax;
  }
  get shipping(): Money | null {
    return this.rest.shipping;
  }
  get couponCode(): string | null {
    return this.rest.couponCode;
  }
  get firstName(): string | null {
    return this.rest.firstName;
  }
  get lastName(): string | null {
    return this.rest.lastName;
  }
  get name(): string | null {
    return this.rest.name;
  }
  get email(): string | null {
    return this.rest.email;
  }
  get phone(): string | null {
    return this.rest.phone;
  }
  get billAddress(): string | null {
    return this.rest.billAddress;
  }
  get shipAddress(): string | null {
    return this.rest.shipAddress;
  }
  get items(): readonly FactItem[] {
    return this.rest.items;
  }
  get attributes(): Fact['attributes'] {
    return this.rest.attributes;
  }
  get inventoryReturned(): boolean {
    return this.rest.inventoryReturned;
  }
}

const NONE: Fact['attributes'] = {};

/** Whether JSON gives it back as it was. */
const isText = (value: CustomField): boolean =>
  typeof value !== 'bigint' && !(typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)));

/** Without the names, which are the same for all. */
const valuesOf = (rest: Rest, attributes: Fact['attributes']): readonly unknown[] => [
  rest.identifiers,
  rest.currency,
  rest.total,
  rest.subtotal,
  rest.discount,
  rest.tax,
  rest.shipping,
  rest.couponCode,
  rest.firstName,
  rest.lastName,
  rest.name,
  rest.email,
  rest.phone,
  rest.billAddress,
  rest.shipAddress,
  rest.items.map(itemValues),
  attributes,
  rest.inventoryReturned,
];

const itemValues = ({ productId, sku, price, quantity, discount, subtotal }: FactItem): readonly unknown[] => [
  productId,
  sku,
  price,
  quantity,
  discount,
  subtotal,
];

// In the order of the two above.
const restOf = (values: Values, exact: Fact['attributes'] | undefined): Rest => ({
  identifiers: values[0],
  currency: values[1],
  total: values[2],
  subtotal: values[3],
  discount: values[4],
  tax: values[5],
  shipping: values[6],
  couponCode: values[7],
  firstName: values[8],
  lastName: values[9],
  name: values[10],
  email: values[11],
  phone: values[12],
  billAddress: values[13],
  shipAddress: values[14],
  items: values[15].map(itemOf),
  attributes: exact ?? values[16],
  inventoryReturned: values[17],
});

const itemOf = ([productId, sku, price, quantity, discount, subtotal]: ItemValues): FactItem => ({
  productId,
  sku,
  price,
  quantity,
  discount,
  subtotal,
});

type Values = [
  Rest['identifiers'],
  Rest['currency'],
  Rest['total'],
  Rest['subtotal'],
  Rest['discount'],
  Rest['tax'],
  Rest['shipping'],
  Rest['couponCode'],
  Rest['firstName'],
  Rest['lastName'],
  Rest['name'],
  Rest['email'],
  Rest['phone'],
  Rest['billAddress'],
  Rest['shipAddress'],
  ItemValues[],
  Rest['attributes'],
  Rest['inventoryReturned'],
];
type ItemValues = [
  FactItem['productId'],
  FactItem['sku'],
  FactItem['price'],
  FactItem['quantity'],
  FactItem['discount'],
  FactItem['subtotal'],
];
