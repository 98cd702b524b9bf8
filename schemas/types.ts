/** Generated from schemas/**\/*.avsc by `npm run generate`: do not edit. */

/** A whole number of ten-thousandths, or decimal text that is yet to be read exactly. */
export type Decimal = number | string;

/** Who bought. At least one identifier must be non-blank. */
export interface Customer {
  readonly email: string | null;
  /** E.164, such as +4915112345678. */
  readonly phone: string | null;
  readonly customer_id: string | null;
  /** ODP's visitor id. */
  readonly vuid: string | null;
  /** Further identifiers; each name must exist in the ODP account. */
  readonly identifiers: { readonly [name: string]: string };
}

export interface Address {
  readonly street1: string | null;
  readonly street2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly zip: string | null;
  readonly country: string | null;
}

export interface Item {
  readonly product_id: string;
  readonly sku: string | null;
  /** Of one unit. */
  readonly price: Decimal;
  readonly quantity: number;
  /** Of the line. */
  readonly discount: Decimal | null;
  /** Of the line; price × quantity − discount when absent. */
  readonly subtotal: Decimal | null;
}

/** The order was cancelled: what is given back. */
export interface OrderCancelled {
  /** Identity of this fact, from a business key: the same on every producer retry. */
  readonly event_id: string;
  readonly order_id: string;
  /** When it happened, UTC. */
  readonly occurred_at: number;
  readonly customer: Customer;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** What is given back; absent: all that is left of the order. */
  readonly total: Decimal | null;
  /** What is given back of the subtotal; absent: total − tax − shipping. */
  readonly subtotal: Decimal | null;
  readonly discount: Decimal | null;
  /** Tax given back. */
  readonly tax: Decimal | null;
  /** Shipping given back. */
  readonly shipping: Decimal | null;
  readonly coupon_code: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  /** Contact of this order, where it differs from the customer's. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly bill_address: Address | null;
  readonly ship_address: Address | null;
  readonly items: readonly Item[];
  /** Become custom fields of the order. */
  readonly attributes: { readonly [name: string]: string | bigint | number | boolean };
}

/** A customer placed an order: what it costs. */
export interface OrderPlaced {
  /** Identity of this fact, from a business key: the same on every producer retry. */
  readonly event_id: string;
  readonly order_id: string;
  /** When it happened, UTC. */
  readonly occurred_at: number;
  readonly customer: Customer;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** What the customer pays. */
  readonly total: Decimal;
  /** Sum of the lines, line discounts inside. */
  readonly subtotal: Decimal | null;
  readonly discount: Decimal | null;
  readonly tax: Decimal | null;
  readonly shipping: Decimal | null;
  readonly coupon_code: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  /** Contact of this order, where it differs from the customer's. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly bill_address: Address | null;
  readonly ship_address: Address | null;
  readonly items: readonly Item[];
  /** Become custom fields of the order. */
  readonly attributes: { readonly [name: string]: string | bigint | number | boolean };
}

/** Money was issued: what is given back. */
export interface OrderRefunded {
  /** Identity of this fact, from a business key: the same on every producer retry. */
  readonly event_id: string;
  readonly order_id: string;
  /** When it happened, UTC. */
  readonly occurred_at: number;
  readonly customer: Customer;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** What is given back; the sign is ignored. */
  readonly total: Decimal;
  /** What is given back of the subtotal; absent: total − tax − shipping. */
  readonly subtotal: Decimal | null;
  readonly discount: Decimal | null;
  /** Tax given back. */
  readonly tax: Decimal | null;
  /** Shipping given back. */
  readonly shipping: Decimal | null;
  readonly coupon_code: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  /** Contact of this order, where it differs from the customer's. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly bill_address: Address | null;
  readonly ship_address: Address | null;
  readonly items: readonly Item[];
  /** True: goods came back too, and ODP gets a return. */
  readonly inventory_returned: boolean;
  /** Become custom fields of the order. */
  readonly attributes: { readonly [name: string]: string | bigint | number | boolean };
}

/** Goods came back: what is given back for them. */
export interface OrderReturned {
  /** Identity of this fact, from a business key: the same on every producer retry. */
  readonly event_id: string;
  readonly order_id: string;
  /** When it happened, UTC. */
  readonly occurred_at: number;
  readonly customer: Customer;
  /** ISO 4217, such as EUR. */
  readonly currency: string;
  /** What is given back; the sign is ignored. */
  readonly total: Decimal;
  /** What is given back of the subtotal; absent: total − tax − shipping. */
  readonly subtotal: Decimal | null;
  readonly discount: Decimal | null;
  /** Tax given back. */
  readonly tax: Decimal | null;
  /** Shipping given back. */
  readonly shipping: Decimal | null;
  readonly coupon_code: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  /** Contact of this order, where it differs from the customer's. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly bill_address: Address | null;
  readonly ship_address: Address | null;
  readonly items: readonly Item[];
  /** Become custom fields of the order. */
  readonly attributes: { readonly [name: string]: string | bigint | number | boolean };
}

export type Action = 'purchase' | 'return' | 'refund' | 'cancel';

export interface EventItem {
  readonly product_id: string;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number;
  readonly discount: number | null;
  readonly subtotal: number | null;
}

/** An ODP order event, signs as on ODP's wire. */
export interface OrderEvent {
  readonly action: Action;
  readonly order_id: string;
  /** UUID v5 of the order and its fact ids: the same on every replay. */
  readonly idempotence_id: string;
  /** Event time of the newest fact inside. */
  readonly occurred_at: number;
  readonly identifiers: { readonly [name: string]: string };
  /** Signed as ODP's examples: return and cancel negative. */
  readonly total: number | null;
  readonly subtotal: number | null;
  readonly discount: number | null;
  /** Of a deduction: the positive remainder. */
  readonly tax: number | null;
  /** Of a deduction: the positive remainder. */
  readonly shipping: number | null;
  readonly coupon_code: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly bill_address: string | null;
  readonly ship_address: string | null;
  readonly items: readonly EventItem[];
  /** Of the order, never of its items. */
  readonly custom_fields: { readonly [name: string]: string | bigint | number | boolean };
  /** The facts this event is made of, in event-time order. */
  readonly fact_ids: readonly string[];
  /** Made of a fact that came after its window had closed. */
  readonly late: boolean;
  /** Codes of what was accepted by setting although it looks wrong. */
  readonly warnings: readonly string[];
}

export type Stage = 'decode' | 'map' | 'window' | 'ledger' | 'deliver';

export interface FailureHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

export interface FailureSource {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly schema_id: number | null;
  readonly key: Uint8Array | null;
  /** The original bytes; null where failures.value says digest. */
  readonly value: Uint8Array | null;
  /** sha256:<hex> where the bytes are left out. */
  readonly value_digest: string | null;
  readonly headers: readonly FailureHeader[];
}

/** A record that could not be used, whole, with the reason. */
export interface OrderFailure {
  /** UUID v5 of source position, stage and code. */
  readonly failure_id: string;
  readonly stage: Stage;
  /** From the closed list in docs/failures.md. */
  readonly code: string;
  /** What could not be done, on what and why; never quotes customer fields. */
  readonly message: string;
  readonly source: FailureSource;
  readonly order_id: string | null;
  /** The event ODP refused (deliver only). */
  readonly event: OrderEvent | null;
  /** 1 on the first time through; a redrive counts up. */
  readonly attempt: number;
  readonly failed_at: number;
  /** Of the program that wrote it. */
  readonly version: string;
}

export type SummaryAction = 'purchase' | 'return' | 'refund' | 'cancel';

export interface ActionSummary {
  readonly action: SummaryAction;
  /** Events whose time is in the window. */
  readonly events: number;
  /** Orders that had no such event in the window before. */
  readonly orders: number;
  /**
   * What the events do to revenue: purchases add (those that set, what they change), all others subtract. Null where it
   * cannot be kept exactly.
   */
  readonly revenue_effect: number | null;
  /** Of the events, those made of late facts. */
  readonly late: number;
}

/**
 * A part of what a lane did to the orders of one window and currency: readers add up the parts of all lanes, and those
 * that came late.
 */
export interface OrderSummary {
  readonly window_start: number;
  /** The first instant that is not in the window. */
  readonly window_end: number;
  readonly lane: number;
  /** Null for failures, whose records may not even have been readable. */
  readonly currency: string | null;
  /** By action, those that happened. */
  readonly actions: readonly ActionSummary[];
  /** By stage: failures of records whose timestamp is in the window. */
  readonly failures: { readonly [name: string]: number };
}

/**
 * Where a lane stands, under the empty key of the changelog: the same as in the group's offsets and their metadata,
 * which can expire or be reset.
 */
export interface LanePosition {
  /** Next offset to read, by source topic. */
  readonly offsets: { readonly [name: string]: bigint };
  readonly failures_in_a_row: number;
  readonly watermark: number | null;
  /** Newest event time seen, by topic. */
  readonly topics: { readonly [name: string]: number };
  /** Of windows that are still open. */
  readonly summaries: readonly OrderSummary[];
  /** Fingerprint of what shapes the state. */
  readonly settings: string;
  /** Of each source topic. */
  readonly partitions: number;
}

export interface StoredPurchase {
  readonly occurred_at: number;
  readonly total: number;
  readonly subtotal: number | null;
  readonly tax: number | null;
  readonly shipping: number | null;
  /** A whole number, the same for the same content. */
  readonly digest: number;
}

/** What went out as given back. */
export interface StoredSums {
  readonly total: number;
  readonly subtotal: number;
  readonly tax: number;
  readonly shipping: number;
}

export type SeenAction = 'purchase' | 'return' | 'refund' | 'cancel';

export interface StoredSeen {
  readonly fact_id: string;
  readonly action: SeenAction;
  readonly occurred_at: number;
}

export interface StoredLedger {
  readonly currency: string | null;
  readonly purchase: StoredPurchase | null;
  readonly given: StoredSums;
  readonly cancelled: boolean;
  /** Facts that went out, in the order they did. */
  readonly seen: readonly StoredSeen[];
  /** Stream time of its first fact: of what was before, it cannot tell. */
  readonly since: number;
}

export interface StoredHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

/** A source record that waits: it is read again after a restart, and kept whole should it fail. */
export interface StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly StoredHeader[];
  readonly attempt: number;
  /** The topic it was read from, where that is another. */
  readonly arrived_on: string | null;
}

export interface WaitingFact {
  /** Stream time at which it goes out. */
  readonly until: number;
  /** A late fact that waits for its time, and not a deduction that waits for its purchase. */
  readonly late: boolean;
  /** It came after its window had closed: a late fact, or a deduction that was one. */
  readonly came_late: boolean;
  readonly record: StoredRecord;
}

export interface StoredWindow {
  readonly start: number;
  readonly end: number;
  readonly records: readonly StoredRecord[];
}

/** What a lane remembers of one order: its ledger, and the facts that wait. */
export interface OrderState {
  /** Newest event time of what went out, or of when the ledger began: it expires by this. */
  readonly newest: number;
  readonly ledger: StoredLedger | null;
  readonly waiting: readonly WaitingFact[];
  readonly windows: readonly StoredWindow[];
}

/** By full name: the records that have a schema file of their own. */
export interface Records {
  readonly 'commerce.orders.OrderCancelled': OrderCancelled;
  readonly 'commerce.orders.OrderPlaced': OrderPlaced;
  readonly 'commerce.orders.OrderRefunded': OrderRefunded;
  readonly 'commerce.orders.OrderReturned': OrderReturned;
  readonly 'odp.OrderEvent': OrderEvent;
  readonly 'odp.OrderFailure': OrderFailure;
  readonly 'odp.OrderSummary': OrderSummary;
  readonly 'odp.state.LanePosition': LanePosition;
  readonly 'odp.state.OrderState': OrderState;
}
