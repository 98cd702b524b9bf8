/** What the order logic can be told; named in odp-orders.yaml as the comments say. */
export interface OrderSettings {
  /** `event_time.min`, epoch ms. Nothing happened to an order before it: seconds taken for milliseconds end up here. */
  readonly eventTimeMinMs: number;
  /** `event_time.future_max`: how far a fact may lie ahead of its record's timestamp, ms. */
  readonly eventTimeFutureMaxMs: number;
  /** Custom field of the order that carries the currency, as ODP documents none; null leaves it out. */
  readonly currencyField: string | null;
}

export const defaultOrderSettings: OrderSettings = {
  eventTimeMinMs: 946_684_800_000, // 2000-01-01T00:00:00Z
  eventTimeFutureMaxMs: 3_600_000,
  currencyField: 'currency',
};
