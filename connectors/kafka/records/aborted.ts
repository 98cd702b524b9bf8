/**
 * Which record batches of a fetch belong to aborted transactions. The broker sends every batch and, beside them, what was
 * aborted: producer and first offset, in the order of the abort markers and so not by offset. A producer is out from
 * there to its own abort marker, or to the end of the fetch if that comes later.
 */

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** Asked once per record batch, in the order of their offsets. */
export class AbortedTransactions {
  private readonly byOffset: readonly AbortedTransaction[];
  private readonly producers = new Set<bigint>();
  private begun = 0;

  constructor(transactions: readonly AbortedTransaction[]) {
    this.byOffset = [...transactions].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  }

  /** To be called for every batch, also those that are no data. @param lastOffset Of the batch. */
  reach(lastOffset: number): void {
    let next = this.byOffset[this.begun];
    while (next && next.firstOffset <= lastOffset) {
      this.producers.add(next.producerId);
      next = this.byOffset[++this.begun];
    }
  }

  /** The producer's abort marker: what it writes from here on is another transaction. */
  end(producerId: bigint): void {
    this.producers.delete(producerId);
  }

  /** Whether a transactional batch of this producer was aborted. */
  has(producerId: bigint): boolean {
    return this.producers.has(producerId);
  }
}
