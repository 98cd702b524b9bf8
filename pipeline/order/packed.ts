/**
 * A fact that waits, as one text: tens of thousands wait in the open windows of a busy lane, and as some twenty small objects each
 * they were most of a process's memory, marked and moved by the garbage collector again and again. What windows and ledger
 * ask of facts that wait stays at hand; the rest is read again once it is needed, which is when the fact goes out.
 */
import type { CustomField } from './custom-fields';
import type { Fact, FactItem, FactKind } from './fact';
import type { Money } from './money';

export class PackedFact implements Fact {
  readonly kind: FactKind;
  readonly eventId: string;
  readonly orderId: string;
  readonly occurredAt: number;
  private readonly text: string;
  /** Longs are no part of JSON. */
  private readonly exact: Fact['attributes'] | undefined;
  private opened: Fact | undefined;

  constructor(fact: Fact) {
    const { attributes } = fact;
    this.kind = fact.kind;
    this.eventId = fact.eventId;
    this.orderId = fact.orderId;
    this.occurredAt = fact.occurredAt;
    const isExact = Object.values(attributes).every(isText);
    this.exact = isExact ? undefined : attributes;
    this.text = JSON.stringify(valuesOf(fact, isExact ? attributes : NONE));
    this.opened = undefined;
  }

  /** As one text again. */
  pack(): void {
    this.opened = undefined;
  }

  /** As it was: whoever reads all of it is quicker where all facts are alike. */
  open(): Fact {
    this.opened ??= factOf(this, JSON.parse(this.text), this.exact);
    return this.opened;
  }

  get identifiers(): Fact['identifiers'] {
    return this.open().identifiers;
  }
  get currency(): string {
    return this.open().currency;
  }
  get total(): Money | null {
    return this.open().total;
  }
  get subtotal(): Money | null {
    return this.open().subtotal;
  }
  get discount(): Money | null {
    return this.open().discount;
  }
  get tax(): Money | null {
    return this.open().tax;
  }
  get shipping(): Money | null {
    return this.open().shipping;
  }
  get couponCode(): string | null {
    return this.open().couponCode;
  }
  get firstName(): string | null {
    return this.open().firstName;
  }
  get lastName(): string | null {
    return this.open().lastName;
  }
  get name(): string | null {
    return this.open().name;
  }
  get email(): string | null {
    return this.open().email;
  }
  get phone(): string | null {
    return this.open().phone;
  }
  get billAddress(): string | null {
    return this.open().billAddress;
  }
  get shipAddress(): string | null {
    return this.open().shipAddress;
  }
  get items(): readonly FactItem[] {
    return this.open().items;
  }
  get attributes(): Fact['attributes'] {
    return this.open().attributes;
  }
  get inventoryReturned(): boolean {
    return this.open().inventoryReturned;
  }
}

const NONE: Fact['attributes'] = {};

/** Whether JSON gives it back as it was. */
const isText = (value: CustomField): boolean =>
  typeof value !== 'bigint' && !(typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)));

/** Without the names, which are the same for all. */
const valuesOf = (rest: Fact, attributes: Fact['attributes']): readonly unknown[] => [
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

// In the order of the two above, and of `readFact`: so V8 knows them as one.
const factOf = (
  { kind, eventId, orderId, occurredAt }: PackedFact,
  values: Values,
  exact: Fact['attributes'] | undefined,
): Fact => ({
  kind,
  eventId,
  orderId,
  occurredAt,
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
  Fact['identifiers'],
  Fact['currency'],
  Fact['total'],
  Fact['subtotal'],
  Fact['discount'],
  Fact['tax'],
  Fact['shipping'],
  Fact['couponCode'],
  Fact['firstName'],
  Fact['lastName'],
  Fact['name'],
  Fact['email'],
  Fact['phone'],
  Fact['billAddress'],
  Fact['shipAddress'],
  ItemValues[],
  Fact['attributes'],
  Fact['inventoryReturned'],
];
type ItemValues = [
  FactItem['productId'],
  FactItem['sku'],
  FactItem['price'],
  FactItem['quantity'],
  FactItem['discount'],
  FactItem['subtotal'],
];
