/** What the ledger can be told; named in odp-orders.yaml as the comments say. */
export interface LedgerSettings {
  /** `ledger.orphan_wait`: how long a deduction waits for its purchase, ms of stream time. */
  readonly orphanWaitMs: number;
  /**
   * `ledger.late_purchase`: a purchase whose deductions went out before it. `full` sends its whole total (right where ODP
   * adds purchases up), `net` what is left of it (right where ODP sets), `refuse` makes it a failure.
   */
  readonly latePurchase: 'full' | 'net' | 'refuse';
  /** `ledger.over_deduction`: a return or refund beyond what is left is a failure, or goes out with a warning. */
  readonly overDeduction: 'refuse' | 'warn';
  /** `ledger.changed_purchase`: a second, different purchase is a failure, or goes out as a correction of the first. */
  readonly changedPurchase: 'refuse' | 'correct';
  /** `ledger.facts_per_order_max`: more are failures; one hot order never stops a lane. */
  readonly factsPerOrderMax: number;
  /** `ledger.bytes_per_order_max`: of the fact ids seen and the records held. */
  readonly bytesPerOrderMax: number;
  /** `state.retention`: how long after its newest fact a ledger lives, ms. */
  readonly retentionMs: number;
}

export const defaultLedgerSettings: LedgerSettings = {
  orphanWaitMs: 600_000,
  latePurchase: 'full',
  overDeduction: 'refuse',
  changedPurchase: 'refuse',
  factsPerOrderMax: 1000,
  bytesPerOrderMax: 262_144,
  retentionMs: 120 * 86_400_000,
};
